"""The console's list of checks: whom to ask how it goes, who was silent, and who asks for somebody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from kernel.accounts.access import console
from kernel.accounts.members import Member
from kernel.accounts.rules import may
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.kinds.vocabulary import Kind
from offers.matching.checks.answering import answer_check, look_after
from offers.matching.checks.models import CheckAnswer, CheckQuerySet, PlacementCheck
from offers.matching.models import Match, MatchStatus
from offers.matching.sides import PERSON, sides_of

SAID: dict[str, Any] = {
    CheckAnswer.FINE: _("All is well"),
    CheckAnswer.NEEDS_HELP: _("Needs help"),
    CheckAnswer.WANTS_TO_STOP: _("Wants it to end"),
    CheckAnswer.UNSAFE: _("It is not safe"),
}
A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A check as the list shows it. `mine`: of a need this very person wrote; `own`: of a side one speaks for."""

    check: PlacementCheck
    kind: Any
    of_the_person: bool
    own: bool
    mine: bool
    overdue: bool
    said: Any


def _member(request: HttpRequest) -> Member:
    member: Member = request.member  # type: ignore[attr-defined] # the console's door puts it there
    return member


def _line(check: PlacementCheck, member: Member, at: datetime) -> Line:
    return Line(
        check=check,
        kind=Kind(check.match.need.kind).label,
        of_the_person=check.side == PERSON,
        own=check.side in sides_of(check.match, member.organisation),
        mine=check.side == PERSON and check.match.need.caseworker_id == member.user_id,
        overdue=check.is_overdue(at),
        said=SAID.get(check.answer, ""),
    )


def _own(member: Member) -> CheckQuerySet:
    return PlacementCheck.objects.of(member.organisation).select_related("match__need", "match__pledge")


def checks_due(member: Member) -> int:
    """Return how many checks wait for an answer or for somebody, on the sides of a member's organisation."""
    mine = PlacementCheck.objects.of(member.organisation)
    return mine.filter(Q(ended_at=None, by_mail=False) | Q(pk__in=PlacementCheck.objects.to_look_after())).count()


@require_GET
@console("offers.see_matches")
def check_list(request: HttpRequest) -> HttpResponse:
    """Show what is due, the most silent first and one's own before others', and what asks for somebody."""
    member, at = _member(request), timezone.now()
    waiting = list(_own(member).open().order_by("-unanswered", "asked_at", "pk")[:A_PAGE])
    lines = [_line(check, member, at) for check in waiting]
    lines.sort(key=lambda line: (not line.overdue, not line.mine))
    ours = Match.objects.visible_to(member.organisation)
    both = PlacementCheck.objects.to_look_after().filter(
        Q(pk__in=PlacementCheck.objects.of(member.organisation)) | Q(answer=CheckAnswer.WANTS_TO_STOP, match__in=ours)
    )
    asks = both.select_related("match__need", "match__pledge").order_by("answered_at", "pk")[:A_PAGE]
    context = {
        "lines": lines,
        "asks": [_line(check, member, at) for check in asks],
        "answers": [(word, SAID[word]) for word in CheckAnswer.values],
        "may_work": may(member, "offers.work_matches"),
    }
    return render(request, "offers/checks/list.html", context)


def _doing(request: HttpRequest, check_id: str) -> tuple[Member, PlacementCheck]:
    member = _member(request)
    return member, get_object_or_404(_own(member), pk=check_id)


@require_POST
@console("offers.work_matches")
def check_answer(request: HttpRequest, check_id: str) -> HttpResponse:
    """Write down what a side answered."""
    member, check = _doing(request, check_id)
    try:
        answer_check(
            check=check,
            organisation=member.organisation,
            answer=request.POST.get("answer", ""),
            by=member.user.actor,
            at=timezone.now(),
        )
    except Refusal as refused:
        messages.error(request, in_words(refused))
    else:
        messages.success(request, gettext("Noted."))
    return redirect("offers:checks")


@require_POST
@console("offers.work_matches")
def check_seen(request: HttpRequest, check_id: str) -> HttpResponse:
    """Say that one looks after what was answered."""
    member, check = _doing(request, check_id)
    try:
        look_after(check=check, organisation=member.organisation, by=member.user.actor, at=timezone.now())
    except Refusal as refused:
        messages.error(request, in_words(refused))
    else:
        messages.success(request, gettext("Noted: you look after it."))
    return redirect("offers:checks")


def checks_of(match: Match, member: Member) -> list[Line]:
    """Return the checks of a match that a member may read, newest first: of the other side, that it wants an end."""
    at, sides = timezone.now(), sides_of(match, member.organisation)
    seen = PlacementCheck.objects.filter(Q(side__in=sides) | Q(answer=CheckAnswer.WANTS_TO_STOP), match=match).order_by(
        "-due_on", "side"
    )
    rows = list(seen.select_related("match__need", "match__pledge")[:A_PAGE])
    return [_line(check, member, at) for check in rows] if match.status != MatchStatus.SUGGESTED else []
