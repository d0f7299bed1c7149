"""After a change of keys: a member of the group moves its records to the new key, in slices, until none is left."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Member, Organisation
from kernel.disclosure.holding import lock, private_keys, trusted_keys, voucher
from kernel.disclosure.models import GroupKeySeat, RecoveryCopy
from kernel.states import Refusal
from kernel.vault.models import GroupKey, GroupKeyState
from kernel.vault.rekeying import BATCH, KeysChanged, empty_keys, move_some, waiting
from kernel.vault.sealing import live_keys

AT_ONCE = 2000  # records in one request: a few seconds


@dataclass(frozen=True)
class Progress:
    """What one slice did, and what is left; `broken` are records whose shares do not open."""

    moved: int
    left: int
    broken: int


def rekey(*, by: Member, member_private: bytes, at: datetime, at_most: int = AT_ONCE) -> Progress:
    """Move up to `at_most` records to the live key of the member's group, in small transactions.

    Stopped anywhere, it goes on from there, and everything opens meanwhile. Once a retired key is needed by nothing,
    its seats and its trustees' copies are deleted. Raises Refusal `not_seated`, `no_live_key`, `key_not_pinned`,
    `stale` if the keys changed meanwhile.
    """
    organisation = by.organisation
    trusted = trusted_keys(organisation)
    group = voucher(by, member_private, trusted).group
    keys, live = private_keys(by, member_private), live_keys(organisation.pk)
    if live[group].pk not in keys:
        raise Refusal("no_live_key", _("You cannot open the group's key yourself."))
    moved, broken, upto = 0, 0, 0
    try:
        while moved < at_most:
            some = move_some(
                organisation.pk, group, keys=keys, live=live, after=upto, at_most=min(BATCH, at_most - moved)
            )
            if some.upto == upto:
                break
            moved, broken, upto = moved + some.records, broken + len(some.broken), some.upto
    except KeysChanged:
        raise Refusal("stale", _("The keys changed meanwhile: go on with the new one.")) from None
    left = waiting(organisation.pk, group).count()
    if moved:
        audit.record(by.user.actor, "disclosure.rekeyed", organisation.pk, group, fields=["key_share"], at=at)
    forget_empty_keys(organisation, by=by.user.actor, at=at)
    return Progress(moved, left, broken)


@transaction.atomic
def forget_empty_keys(organisation: Organisation, *, by: str, at: datetime) -> int:
    """Delete the seats and copies of retired keys that nothing is sealed to any more. Returns how many keys."""
    lock(organisation)
    old = GroupKey.objects.filter(owner=organisation.pk, state=GroupKeyState.RETIRED)
    kept = set(old.exclude(seats=None).values_list("pk", flat=True))
    kept |= set(old.exclude(copies=None).values_list("pk", flat=True))
    empty = empty_keys(kept) if kept else []
    for key in empty:
        GroupKeySeat.objects.filter(group_key=key).delete()
        RecoveryCopy.objects.filter(group_key=key).delete()
        audit.record(by, "disclosure.group_key_forgotten", organisation.pk, f"{key.group}{key.version}", at=at)
    return len(empty)
