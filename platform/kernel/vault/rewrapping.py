"""Changing the server key: everything it encrypts is encrypted anew under the newest one, row by row.

The vault does not know what the rooms keep: each registers its own in AppConfig.ready.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from kernel.vault import kek
from kernel.vault.boxes import BrokenSeal

BATCH = 200


@dataclass(frozen=True)
class Kept:
    """One kind of secret under the server key.

    `module` is the module that encrypts it. `rows` gives all rows that hold one. `key_ids` reads from a row the ids of
    the keys its secrets are under; `renew` writes the row's secrets anew, inside the caller's transaction.
    """

    name: str
    module: str
    rows: Callable[[], QuerySet[Any]]
    key_ids: Callable[[Any], list[str]]
    renew: Callable[[Any], None]


@dataclass
class Count:
    """Of one kind: rows in all, those under an older key, those written anew, and the ids of those that do not open."""

    rows: int = 0
    old: int = 0
    renewed: int = 0
    broken: list[str] = field(default_factory=list)


KEPT: dict[str, Kept] = {}


def keeps(kept: Kept) -> Kept:
    """Register what an app keeps under the server key. Registering again replaces."""
    KEPT[kept.name] = kept
    return kept


def column(
    name: str, module: str, rows: Callable[[], QuerySet[Any]], where: str, context: Callable[[Any], str]
) -> Kept:
    """Register the simple case: one binary column `where`, bound to `context(row)`."""

    def renew(row: Model) -> None:
        setattr(row, where, kek.renewed(bytes(getattr(row, where)), context(row)))
        row.save(update_fields=[where])

    def key_ids(row: Model) -> list[str]:
        return [kek.key_id(bytes(getattr(row, where)))]

    return keeps(Kept(name, module, rows, key_ids, renew))


def is_old(kept: Kept, row: Model) -> bool:
    """Return whether a row holds a secret under another key than the newest. Raises BrokenSeal."""
    return any(key_id != kek.newest() for key_id in kept.key_ids(row))


def rewrap(kept: Kept, *, dry: bool = False) -> Iterator[Count]:
    """Encrypt all of one kind anew, or with `dry` only count; yield the running count, first and after each batch.

    Each batch is one transaction over rows locked in id order: stopped anywhere, it goes on from there. A row that does
    not open stays as it is and is named.
    """
    count, last = Count(rows=kept.rows().count()), None
    yield count
    while True:
        with transaction.atomic():
            rows = kept.rows().order_by("pk")
            pks = list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", flat=True)[:BATCH])
            if not pks:
                return
            some = kept.rows().filter(pk__in=pks).order_by("pk")
            for row in some if dry else some.select_for_update(of=("self",)):
                _one(kept, row, count, dry=dry)
        last = pks[-1]
        yield count


def _one(kept: Kept, row: Model, count: Count, *, dry: bool) -> None:
    try:
        if not is_old(kept, row):
            return
        count.old += 1
        if not dry:
            kept.renew(row)
            count.renewed += 1
    except BrokenSeal:
        count.broken.append(str(row.pk))
