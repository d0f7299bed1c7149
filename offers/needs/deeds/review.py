"""Two people open a need: one writes, another approves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Member
from kernel.accounts.rules import may
from kernel.states import IllegalMove, Refusal, move
from offers.needs.deeds.locking import locked, must_be_as_read
from offers.needs.models import Need, NeedStatus

_PAST_DRAFT = (NeedStatus.IN_REVIEW, NeedStatus.OPEN)


@transaction.atomic
def submit_need(*, need: Need, by: str, at: datetime, version: int | None = None) -> Need:
    """Hand a draft to the second person; a need of an organisation trusted for needs opens at once.

    Done twice, it changes nothing. `version` is the one that was read. Raises Refusal `consent_missing`, `stale` and
    `illegal_transition`.
    """
    need = locked(need)
    must_be_as_read(need, version)
    if need.status in _PAST_DRAFT:
        return need
    need.moves.check(old=need.status, new=NeedStatus.IN_REVIEW)
    if not need.consent["given"] or "matching" not in need.consent["for"]:
        raise Refusal(
            "consent_missing", _("Without consent to matching nothing can be looked for: record it first."), "consent"
        )
    if need.organisation.trusts("needs", at):
        move(need, to=NeedStatus.OPEN, by=by, at=at, why="trusted", also=_opening(need, at))
        audit.record(by, "need.opened", need.pk, reason="trusted")
        return need
    move(need, to=NeedStatus.IN_REVIEW, by=by, at=at, also=_touched(need))
    audit.record(by, "need.submitted", need.pk)
    return need


def may_review(*, need: Need, member: Member) -> bool:
    """Return whether this member could be the second person.

    That is someone of the need's own organisation, or of the operator, who did not write it.
    """
    if not may(member, "offers.review_needs") or member.user_id == need.caseworker_id:
        return False
    return member.organisation_id == need.organisation_id or member.organisation.is_operator


@transaction.atomic
def approve_need(*, need: Need, by: Member, at: datetime, version: int | None = None) -> Need:
    """Open a need that waits for its second person; `version` is the one that person has read.

    Raises Refusal `second_person_needed`, `stale` if it was edited since, `illegal_transition`.
    """
    need = locked(need)
    if version is not None and need.version != version:
        raise Refusal("stale", _("This need was changed after you opened it. Read it again before you approve it."))
    if not may_review(need=need, member=by):
        raise Refusal("second_person_needed", _("Someone else approves a need than the one who wrote it."))
    if need.status != NeedStatus.IN_REVIEW:
        # a draft may open too, by trust; and one that is held, once its match is over: never by somebody's approval
        raise IllegalMove(
            f"This need is {need.status}: only one that waits for its second person can be approved.",
            state=str(need.status),
            legal=list(need.moves.legal(need.status)),
        )
    move(
        need,
        to=NeedStatus.OPEN,
        by=by.user.actor,
        at=at,
        also={**_opening(need, at), "approved_by": by.user},
    )
    audit.record(by.user.actor, "need.opened", need.pk, reason="approved")
    return need


@transaction.atomic
def return_need(*, need: Need, by: Member, at: datetime) -> Need:
    """Give a need back to its writer. Raises Refusal `second_person_needed`, `illegal_transition`."""
    need = locked(need)
    if not may_review(need=need, member=by):
        raise Refusal("second_person_needed", _("Someone else reviews a need than the one who wrote it."))
    move(need, to=NeedStatus.DRAFT, by=by.user.actor, at=at, why="returned", also=_touched(need))
    audit.record(by.user.actor, "need.returned", need.pk)
    return need


def _touched(need: Need) -> Mapping[str, Any]:
    return {"version": need.version + 1}


def _opening(need: Need, at: datetime) -> Mapping[str, Any]:
    # waiting time is kept when a need comes back from an edit or a breakdown
    return {"opened_at": need.opened_at or at, "version": need.version + 1}
