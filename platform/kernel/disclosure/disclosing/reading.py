"""Reading: by the one who asked, once. The row is taken and its boxes are gone before anything is shown."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kernel import audit
from kernel.accounts.models import Member
from kernel.disclosure.disclosing.checks import locked_again, note
from kernel.disclosure.disclosing.halves import group_keys, open_half
from kernel.disclosure.disclosing.matters import MATTERS
from kernel.disclosure.models import Disclosure, DisclosureBox, DisclosureStatus, MemberKey
from kernel.disclosure.standing import key_in_force
from kernel.states import Refusal, move
from kernel.vault.boxes import BrokenSeal
from kernel.vault.models import Group, SealedRecord
from kernel.vault.sealing import open_halves
from kernel.vault.shares import half_of

Plain = list[tuple[str, bytes]]  # record ids and what each record holds


def read(*, disclosure: Disclosure, by: Member, private_key: bytes, at: datetime) -> Plain:
    """Return what the records hold, this once. `private_key` is the requester's own, unlocked.

    What does not open is audited and stays unread. Raises Refusal `not_yours`, `not_approved`, `used`, `stale`,
    `closed`, `approver_left`, `does_not_open`, and whatever forbids the matter or the requester now.
    """
    try:
        return _read(disclosure, by, private_key, at)
    except BrokenSeal:
        for record_id in disclosure.record_ids:
            audit.record(by.user.actor, "disclosure.not_opened", record_id, disclosure.pk, at=at)
        raise Refusal(
            "does_not_open", _("This does not open: the keys have changed, or something here was altered. Ask again.")
        ) from None


@transaction.atomic
def _read(disclosure: Disclosure, by: Member, private_key: bytes, at: datetime) -> Plain:
    if by.pk != disclosure.requester_id:
        raise Refusal("not_yours", _("Only the one who asked can read this."))
    key = key_in_force(by)
    fresh, records = locked_again(disclosure, at=at)
    if fresh.status != DisclosureStatus.APPROVED:
        raise Refusal("not_approved", _("A second person has to approve this first."))
    _givers_in_force(fresh)
    halves_a = _given(fresh, records, "A", private_key, at) if fresh.crosses else _own(key, records, private_key)
    halves_b = _given(fresh, records, "B", private_key, at)
    plain = [
        (record.record_id, open_halves(record, a, b)) for record, a, b in zip(records, halves_a, halves_b, strict=True)
    ]
    move(fresh, to=DisclosureStatus.READ, by=by.user.actor, at=at, also={"read_at": at})
    fresh.boxes.all().delete()
    note(fresh, "read", by=by, at=at)
    MATTERS[fresh.purpose].shown(fresh.object_id, by=by.user.actor, at=at)
    return plain


def _givers_in_force(disclosure: Disclosure) -> None:
    """Raise Refusal `approver_left` unless whoever gave a half still works for the owner, in the group it came from."""
    givers = {Group.A: disclosure.half_a_by, Group.B: disclosure.half_b_by}
    for group, giver in givers.items():
        if giver is None and group == Group.A and not disclosure.crosses:
            continue
        try:
            stands = giver is not None and key_in_force(giver).group == group
        except Refusal:
            stands = False
        if giver is None or not stands or giver.organisation_id != disclosure.owner_id:
            raise Refusal("approver_left", _("Whoever approved this is no longer in that role: ask again."))


def _own(key: MemberKey, records: list[SealedRecord], private_key: bytes) -> list[bytes]:
    keys = group_keys(key, private_key)
    return [half_of(record, "A", keys) for record in records]


def _given(
    disclosure: Disclosure, records: list[SealedRecord], letter: str, private_key: bytes, at: datetime
) -> list[bytes]:
    """Open the boxes of one letter, each compared with the rows. Raises BrokenSeal, or Refusal `stale`."""
    boxes = {box.record_id: box for box in DisclosureBox.objects.filter(disclosure=disclosure, letter=letter)}
    halves = []
    for record in records:
        box = boxes.get(record.record_id)
        if box is None:
            raise BrokenSeal
        if at >= box.expires_at:
            raise Refusal("stale", _("The time for this is over: ask again."))
        halves.append(
            open_half(
                bytes(box.box),
                disclosure=disclosure,
                record=record,
                letter=letter,
                expires_at=box.expires_at,
                private_key=private_key,
            )
        )
    return halves
