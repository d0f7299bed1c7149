"""Notification addresses: kept apart from the records they belong to, linked only through the server key."""

import hmac
import json
from dataclasses import dataclass

from django.db import transaction

from kernel.vault import kek
from kernel.vault.models import NotificationAddress

PURPOSE = "notification address"
PADDED_TO = 512  # bytes: an address, a language and a record id fit, and all rows look alike


@dataclass(frozen=True)
class Address:
    """Where to write to, and in which language (BCP 47)."""

    email: str
    language: str

    def __repr__(self) -> str:
        """Show nothing: an address does not belong in a log."""
        return "Address(…)"


def _lookups(record_id: str) -> list[str]:
    """The names a record's row may have, one for each server key, newest first."""
    keys = kek.derived(PURPOSE).values()
    return [hmac.digest(key, record_id.encode(), "sha256").hex() for key in keys]


@transaction.atomic
def keep(record_id: str, email: str, language: str) -> None:
    """Keep the address for a record, in place of any kept before. At most 254 characters; longer raises ValueError."""
    if len(email) > 254:
        raise ValueError("An e-mail address has at most 254 characters.")
    lookups = _lookups(record_id)
    # the record's id lies inside too: a change of the server key could not find the new lookup without it
    facts = json.dumps({"record": record_id, "email": email, "language": language}, ensure_ascii=False).encode()
    NotificationAddress.objects.filter(pk__in=lookups).delete()
    NotificationAddress.objects.create(
        lookup=lookups[0], sealed=kek.encrypt(facts.ljust(PADDED_TO), f"{PURPOSE} {lookups[0]}")
    )


def find(record_id: str) -> Address | None:
    """Return the address kept for a record, or None. Raises BrokenSeal if its row was changed or moved."""
    row = NotificationAddress.objects.filter(pk__in=_lookups(record_id)).first()
    if row is None:
        return None
    facts = json.loads(kek.decrypt(bytes(row.sealed), f"{PURPOSE} {row.lookup}"))
    return Address(email=facts["email"], language=facts["language"])


def forget(record_id: str) -> bool:
    """Delete the address kept for a record, in the caller's transaction. Returns whether there was one."""
    deleted, _by_model = NotificationAddress.objects.filter(pk__in=_lookups(record_id)).delete()
    return bool(deleted)


def key_ids(row: NotificationAddress) -> list[str]:
    """Return the id of the key a row is under: its lookup is derived from the same one."""
    return [kek.key_id(bytes(row.sealed))]


def renew(row: NotificationAddress) -> None:
    """Write a row anew under the newest key, under its new name, in the caller's transaction. Raises BrokenSeal."""
    plain = kek.decrypt(bytes(row.sealed), f"{PURPOSE} {row.lookup}")
    lookup = _lookups(json.loads(plain)["record"])[0]
    row.delete()
    NotificationAddress.objects.create(lookup=lookup, sealed=kek.encrypt(plain, f"{PURPOSE} {lookup}"))
