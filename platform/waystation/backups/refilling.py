"""From a full backup into a restored long one: what the long one left out, where both hold the very same record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from kernel.vault.models import GroupKey, KeyShare, SealedRecord
from waystation.backups.reading import Opened
from waystation.backups.rows import decoded
from waystation.backups.tables import BLANK_IN_LONG


@dataclass(slots=True)
class Refilled:
    """How many key shares and how many blank columns came back."""

    shares: int = 0
    columns: int = 0


def refill(full: Opened) -> Refilled:
    """Read a full backup and take shares and blank columns from it; none for what was erased or rewritten since."""
    done = Refilled()
    here = {(one.record_id, one.purpose, bytes(one.nonce)): one.pk for one in SealedRecord.objects.all()}
    same: dict[int, int] = {}
    models = {model._meta.db_table: model for model in apps.get_models()}
    for table, columns, row in full.rows():
        if table not in BLANK_IN_LONG and table not in ("vault_sealedrecord", "vault_keyshare"):
            continue
        fields = {field.attname: field for field in models[table]._meta.local_concrete_fields}
        values = {name: decoded(fields[name], value) for name, value in zip(columns, row, strict=True)}
        if table == "vault_sealedrecord":
            pk = here.get((values["record_id"], values["purpose"], bytes(values["nonce"])))
            if pk is not None:
                same[values["id"]] = pk
        elif table == "vault_keyshare":
            done.shares += _take_share(values, same)
        else:
            unchanged = models[table]._base_manager.filter(pk=values["id"], version=values["version"])
            done.columns += unchanged.update(**{name: values[name] for name in BLANK_IN_LONG[table]})
    return done


def _take_share(values: Mapping[str, Any], same: Mapping[int, int]) -> bool:
    record = same.get(values["record_id"])
    if record is None or not GroupKey.objects.filter(pk=values["group_key_id"]).exists():
        return False
    KeyShare.objects.create(
        record_id=record, letter=values["letter"], group_key_id=values["group_key_id"], box=values["box"]
    )
    return True
