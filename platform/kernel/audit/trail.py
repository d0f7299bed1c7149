"""Writing an entry, in the transaction of the deed it tells of."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

if TYPE_CHECKING:
    from kernel.audit.models import AuditEntry

# ids, codes and field names only: an address or a sentence does not fit through here
WORD = re.compile(r"[\w.:/-]{1,80}", re.ASCII)
# a person, a program, whoever holds a provider's link, a visitor of a page, or the house itself: by id, never by name
ACTOR = re.compile(r"system|page|(?:user|client|provider):[\w-]{1,70}", re.ASCII)


def _word(value: str, what: str) -> str:
    if not WORD.fullmatch(value):
        raise ValueError(f"An audit {what} is an id, a code or a field name of at most 80 characters.")
    return value


def _actor(value: str) -> str:
    if not ACTOR.fullmatch(value):
        raise ValueError("An audit actor is user:ID, client:ID, provider:ID, page or system.")
    return value


def record(
    actor: str,
    action: str,
    object_id: str,
    reason: str = "",
    fields: Sequence[str] = (),
    *,
    at: datetime | None = None,
) -> "AuditEntry":
    """Write that `actor` did `action` to `object_id`, touching `fields` (names).

    Actors are `user:ID`, `client:ID`, `provider:ID`, `page` and `system`; `reason` is a code, not a sentence.
    Raises ValueError, without repeating it, for an actor or a word that is no id or code.
    """
    return record_each(actor, action, [object_id], reason, fields, at=at)[0]


@transaction.atomic(savepoint=False)
def record_each(
    actor: str,
    action: str,
    object_ids: Sequence[str],
    reason: str = "",
    fields: Sequence[str] = (),
    *,
    at: datetime | None = None,
) -> list["AuditEntry"]:
    """Write an entry for each of `object_ids`, in two statements however many they are. See record."""
    # the package is imported before the app registry is ready, the models are not
    from kernel.audit.models import AuditEntry, AuditUnsealed

    said = {
        "at": at or timezone.now(),
        "actor": _actor(actor),
        "action": _word(action, "action"),
        "reason": _word(reason, "reason") if reason else "",
        "fields": [_word(name, "field name") for name in fields],
    }
    entries = AuditEntry.objects.bulk_create(
        AuditEntry(object_id=_word(object_id, "object id"), **said) for object_id in object_ids
    )
    AuditUnsealed.objects.bulk_create(AuditUnsealed(entry=entry) for entry in entries)
    return entries
