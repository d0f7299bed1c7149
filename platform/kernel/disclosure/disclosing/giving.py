"""Giving a half, or saying no: the second person, and across organisations a third.

What is given goes to the requester alone, and names what it is for; the giver sees nothing of the contact.
"""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kernel.accounts.models import Member
from kernel.disclosure.disclosing.asking import end
from kernel.disclosure.disclosing.checks import asker_in_force, locked_again, note
from kernel.disclosure.disclosing.halves import close_half, group_keys
from kernel.disclosure.disclosing.telling import tell_asker
from kernel.disclosure.models import Disclosure, DisclosureBox, DisclosureStatus, MemberKey
from kernel.disclosure.standing import key_in_force
from kernel.states import Refusal, move
from kernel.vault.boxes import BrokenSeal
from kernel.vault.framing import frame
from kernel.vault.models import Group, SealedRecord
from kernel.vault.shares import half_of

READABLE = timedelta(minutes=15)


def version_of(disclosure: Disclosure) -> str:
    """Return a word for what an approver is shown: who, what, for what, as the row says it."""
    named = (
        disclosure.pk,
        disclosure.purpose,
        disclosure.object_id,
        disclosure.record_purpose,
        disclosure.requester_id,
    )
    shown = frame(*(str(name).encode() for name in (*named, *disclosure.record_ids)))
    return hashlib.sha256(shown).hexdigest()[:32]


def letter_for(disclosure: Disclosure, member: Member) -> str | None:
    """Return which half this member could give now, or None."""
    try:
        return (
            _letter(disclosure, member, key_in_force(member)) if disclosure.status in ("asked", "half_given") else None
        )
    except Refusal:
        return None


def _letter(disclosure: Disclosure, by: Member, key: MemberKey) -> str:
    """Return the half `by` gives. Raises Refusal `second_person_needed`, `not_your_side`, `given_already`."""
    if by.pk == disclosure.requester_id:
        raise Refusal("second_person_needed", _("A second person approves: you asked for this yourself."))
    if by.organisation_id != disclosure.owner_id:
        raise Refusal("not_your_side", _("The organisation that keeps the keys decides."))
    if key.group == Group.A and not disclosure.crosses:
        raise Refusal("approvers_approve", _("Somebody of the approvers decides."))
    given = disclosure.half_a_by_id if key.group == Group.A else disclosure.half_b_by_id
    if given is not None:
        raise Refusal("given_already", _("Your group has given its half already."))
    return str(key.group)


@transaction.atomic
def give(*, disclosure: Disclosure, by: Member, private_key: bytes, seen: str, at: datetime) -> Disclosure:
    """Re-seal the half of one's own group to the requester; once nothing is missing it can be read for 15 minutes.

    `private_key` is the giver's own, unlocked; `seen` the `version_of` what the giver was shown. Raises Refusal
    `second_person_needed`, `not_your_side`, `approvers_approve`, `given_already`, `stale`, `does_not_open`, and what
    `locked_again` and `key_in_force` raise.
    """
    key = key_in_force(by)
    fresh, records = locked_again(disclosure, at=at)
    letter = _letter(fresh, by, key)
    if seen != version_of(fresh):
        raise Refusal("stale", _("Someone changed this in the meantime. Read it again."))
    complete = (letter == Group.B and not fresh.crosses) or fresh.status == DisclosureStatus.HALF_GIVEN
    # a half that came first says itself until when it counts
    until = at + READABLE if letter == Group.B and not fresh.crosses else min(at + READABLE, fresh.expires_at)
    expires_at = until if complete else fresh.expires_at
    giver = {"half_a_by" if letter == Group.A else "half_b_by": by}
    for name, member in giver.items():
        setattr(fresh, name, member)  # the boxes name it
    _give_boxes(fresh, _halves(records, letter, key, private_key), letter, expires_at)
    if complete:
        also = {**giver, "approved_at": at, "expires_at": expires_at}
        move(fresh, to=DisclosureStatus.APPROVED, by=by.user.actor, at=at, also=also)
        tell_asker(fresh)
    else:
        move(fresh, to=DisclosureStatus.HALF_GIVEN, by=by.user.actor, at=at, also=giver)
    note(fresh, "approved" if complete else "half_given", by=by, at=at, fields=[f"half_{letter.lower()}"])
    return fresh


def _halves(
    records: list[SealedRecord], letter: str, key: MemberKey, private_key: bytes
) -> list[tuple[SealedRecord, bytes]]:
    try:
        keys = group_keys(key, private_key)
        return [(record, half_of(record, letter, keys)) for record in records]
    except BrokenSeal:
        raise Refusal(
            "does_not_open", _("Your key does not open this: your seat at the group's key is missing.")
        ) from None


def _give_boxes(
    disclosure: Disclosure, halves: list[tuple[SealedRecord, bytes]], letter: str, expires_at: datetime
) -> None:
    to = asker_in_force(disclosure.requester)
    DisclosureBox.objects.bulk_create(
        DisclosureBox(
            disclosure=disclosure,
            letter=letter,
            record_id=record.record_id,
            expires_at=expires_at,
            box=close_half(half, disclosure=disclosure, record=record, letter=letter, expires_at=expires_at, to=to),
        )
        for record, half in halves
    )


@transaction.atomic
def decline(*, disclosure: Disclosure, by: Member, at: datetime) -> Disclosure:
    """Say no for the side that keeps the keys. Raises Refusal `not_your_side`, `illegal_transition`."""
    key_in_force(by)
    fresh = Disclosure.objects.select_for_update(of=("self",)).select_related("requester").get(pk=disclosure.pk)
    if by.organisation_id != fresh.owner_id or by.pk == fresh.requester_id:
        raise Refusal("not_your_side", _("The organisation that keeps the keys decides."))
    end(fresh, to=DisclosureStatus.DECLINED, by=by.user.actor, at=at)
    note(fresh, "declined", by=by, at=at)
    return fresh
