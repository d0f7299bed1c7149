"""Answering a check, for one side, with one of four words; and saying that one looks after what was answered."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Organisation
from kernel.outbox import enqueue
from kernel.states import Refusal
from offers.kinds.reasons import must_be_listed
from offers.matching.checks.models import TO_LOOK_AFTER, CheckAnswer, PlacementCheck
from offers.matching.deeds.moving import locked
from offers.matching.models import MatchStatus
from offers.matching.reminding import workers
from offers.matching.safety.reporting import report_concern
from offers.matching.sides import PERSON, must_speak_for
from offers.pledges.drafting import provider_of

LOOK_MAIL = "offers.check_needs_look"


@transaction.atomic
def answer_check(
    *, check: PlacementCheck, organisation: Organisation, answer: str, by: str, at: datetime
) -> PlacementCheck:
    """Answer for the check's side; what is not safe is reported in the same breath, and freezes the match.

    The same answer again changes nothing; that it is not safe is heard after another answer too, while help is given.
    Raises Refusal `not_your_side`, `invalid_choice`, `answered_already`, `no_longer_asked`.
    """
    must_be_listed(answer or "-", among=CheckAnswer)
    match = check.match
    must_speak_for(check.side, match=match, organisation=organisation)
    if answer == CheckAnswer.UNSAFE:  # takes its locks as every report does, so it comes first
        _must_be_going_on(match.status)
        report_concern(match=match, organisation=organisation, by=by, at=at, side=check.side)
    match = locked(match)
    said = {"answer": answer, "answered_by": by, "answered_at": at, "ended_at": at}
    if PlacementCheck.objects.open().filter(pk=check.pk).update(**said):
        audit.record(by, "check.answered", match.pk, fields=[check.pk], at=at)
        check.refresh_from_db()
        _tell(check, by=by)
        return check
    check.refresh_from_db()
    if answer == CheckAnswer.UNSAFE or check.answer == answer:
        return check
    if check.answer:
        raise Refusal("answered_already", _("This was answered already."), "answer")
    raise Refusal("no_longer_asked", _("This is not asked any more."), "answer")


def answer_by_link(*, check: PlacementCheck, answer: str, at: datetime) -> PlacementCheck:
    """Answer as the provider whom a link was mailed to. Raises as `answer_check`."""
    pledge = check.match.pledge
    return answer_check(check=check, organisation=pledge.organisation, answer=answer, by=provider_of(pledge), at=at)


def _must_be_going_on(status: str) -> None:
    if status != MatchStatus.STARTED:
        raise Refusal("no_longer_asked", _("This is not asked any more."), "answer")


def _tell(check: PlacementCheck, *, by: str) -> None:
    """Promise a note to whoever works for that side, and, if it is to end, for the other one too."""
    if check.answer not in TO_LOOK_AFTER:
        return
    person, provider = check.match.need.organisation_id, check.match.pledge.organisation_id
    own = person if check.side == PERSON else provider
    concerned = {person, provider} if check.answer == CheckAnswer.WANTS_TO_STOP else {own}
    users = {user for organisation in concerned for user in workers(organisation)}
    for user_id in sorted(user for user in users if by != f"user:{user}"):
        enqueue(LOOK_MAIL, str(user_id))


@transaction.atomic
def look_after(*, check: PlacementCheck, organisation: Organisation, by: str, at: datetime) -> PlacementCheck:
    """Say that one looks after what was answered. Done twice, it is done once.

    Raises Refusal `not_your_side`, `nothing_to_look_after`.
    """
    must_speak_for(check.side, match=check.match, organisation=organisation)
    waiting = PlacementCheck.objects.filter(pk=check.pk, answer__in=TO_LOOK_AFTER, seen_at=None)
    if waiting.update(seen_by=by, seen_at=at):
        audit.record(by, "check.looked_after", check.match_id, fields=[check.pk], at=at)
    check.refresh_from_db()
    if check.seen_at is None:
        raise Refusal("nothing_to_look_after", _("Nothing was answered here that asks for somebody."))
    return check
