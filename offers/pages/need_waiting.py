"""What a need waits for, and from whom: the one line of the list that says what to do next."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kernel.accounts.models import Member
from kernel.accounts.rules import may
from offers.matching.checks.models import PlacementCheck
from offers.matching.models import Match, MatchStatus
from offers.matching.sides import PERSON
from offers.needs.board.views import listed_needs
from offers.needs.models import STANDING, Need, NeedStatus
from offers.pages.need_words import SaidBoard, said_board

_SOON = timedelta(days=3)
_MAY_EXPIRE = (NeedStatus.OPEN, NeedStatus.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class Line:
    """One need of a list: what it waits for, whether it ends soon or is here twice, and what the board knows of it."""

    need: Need
    own: bool
    waits_for: str
    ends_soon: bool
    others_of_the_case: int
    linked: int
    board: SaidBoard | None
    match: Match | None


def lines_of(needs: Sequence[Need], member: Member, at: datetime) -> list[Line]:
    """Return a line per need, in a number of queries that does not grow with them."""
    own = [need for need in needs if need.organisation_id == member.organisation_id]
    ids = [need.pk for need in own]
    matches = {match.need_id: match for match in Match.objects.live().filter(need__in=ids)}
    listed = listed_needs(own, at)
    reviewers = _reviewers(member) if any(need.status == NeedStatus.IN_REVIEW for need in own) else set()
    twice, linked = _companions(own)
    due = _due(matches.values())
    return [
        Line(
            need=need,
            own=need.organisation_id == member.organisation_id,
            waits_for=_("You: ask how it goes, a check is due.")
            if need.pk in due
            else _waits_for(need, matches.get(need.pk), member, reviewers, at),
            ends_soon=need.status in _MAY_EXPIRE and need.expires_at - at < _SOON,
            others_of_the_case=twice[_same(need)] - 1 if need in own and need.status in STANDING else 0,
            linked=linked[need.bundle] - 1 if need.bundle else 0,
            board=said_board(need, listed=need.pk in listed) if need in own else None,
            match=matches.get(need.pk),
        )
        for need in needs
    ]


def _due(matches: Iterable[Match]) -> set[str]:
    """Return the needs whose person is to be asked how it goes."""
    begun = [match.pk for match in matches if match.status == MatchStatus.STARTED and not match.frozen]
    checks = PlacementCheck.objects.open().filter(match__in=begun, side=PERSON)
    return set(checks.values_list("match__need_id", flat=True)) if begun else set()


def _reviewers(member: Member) -> set[int]:
    people = Member.objects.filter(organisation=member.organisation).select_related("organisation", "user")
    return {one.user_id for one in people if may(one, "offers.review_needs")}


def _same(need: Need) -> tuple[str, bytes, str]:
    return need.organisation_id, bytes(need.household), need.kind


def _companions(needs: Sequence[Need]) -> tuple[Counter[tuple[str, bytes, str]], Counter[str]]:
    """Count, in one query, the standing needs of the same households by kind, and the needs of the same bundles."""
    if not needs:
        return Counter(), Counter()
    rows = Need.objects.filter(
        organisation=needs[0].organisation_id, household__in=[bytes(need.household) for need in needs]
    ).only("organisation_id", "household", "kind", "status", "bundle")
    found = list(rows)
    twice = Counter(_same(row) for row in found if row.status in STANDING)
    return twice, Counter(row.bundle for row in found if row.bundle)


def _waits_for(need: Need, match: Match | None, member: Member, reviewers: set[int], at: datetime) -> str:
    """Return who has to do what next; "" if nobody has."""
    match need.status:
        case NeedStatus.DRAFT:
            if not need.consent["given"] or "matching" not in need.consent["for"]:
                return _("The person's consent to matching is not on record.")
            return _("You: hand it to a second person.")
        case NeedStatus.IN_REVIEW:
            return _review(need, member, reviewers)
        case NeedStatus.OPEN:
            if need.window_from < at.date():
                return _("You: its first day has passed, so nobody fits. Give it more time or new days.")
            return _("You: find who could help, and propose it.")
        case NeedStatus.HELD | NeedStatus.MATCHED if match is not None:
            return _of_match(match)
    return ""


def _review(need: Need, member: Member, reviewers: set[int]) -> str:
    if need.organisation_id != member.organisation_id or member.user_id in reviewers - {need.caseworker_id}:
        return _("You, or another second person: read it, and approve it or give it back.")
    others = len(reviewers - {need.caseworker_id})
    if not others:
        return _("A second person of the operator's: nobody else of yours may approve it.")
    return ngettext(
        "A second person: %(count)d other of yours may approve it, or the operator.",
        "A second person: %(count)d others of yours may approve it, or the operator.",
        others,
    ) % {"count": others}


def _of_match(match: Match) -> str:
    if match.frozen:
        return _("Two people: a safety report stopped it, and they lift that or call it off.")
    moment: dict[str, Any] = {
        "since": _day(match.created_at),
        "until": _day(match.hold_expires_at) if match.hold_expires_at else "–",
    }
    match match.status:
        case MatchStatus.PROPOSED:
            return _("The person: asked since %(since)s, the units are held until %(until)s.") % moment
        case MatchStatus.PERSON_AGREED:
            if match.asked_at is None:
                return _("Whoever brought the offer: they ask the provider, until %(until)s.") % moment
            return _("The provider: asked by mail, an answer is awaited until %(until)s.") % moment
        case MatchStatus.PROVIDER_ACCEPTED:
            return _("A second person of yours, who neither proposed nor agreed: confirm it.")
        case MatchStatus.CONFIRMED:
            return _("You: ask for the contact of the provider.")
        case MatchStatus.CONTACT_DISCLOSED:
            return _("You: say that it has begun, once it has.")
        case _:
            return _("Nobody: help is being given.")


def _day(moment: datetime) -> str:
    return f"{formats.date_format(moment, 'SHORT_DATETIME_FORMAT')} UTC"
