"""Two hosts of the operator's: one is asked by mail and has not answered, one has somebody with them for a week."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from kernel.accounts.models import Role
from offers.kinds.vocabulary import Kind, Urgency
from offers.matching.checks.answering import answer_check
from offers.matching.checks.asking import tend_checks
from offers.matching.checks.models import CheckAnswer, PlacementCheck
from offers.matching.deeds import agree, confirm, propose, start
from offers.matching.disclosing import ConfirmedMatch
from offers.matching.models import Match
from offers.matching.provider.answering import say_yes
from offers.matching.search import candidates
from offers.matching.sides import PERSON
from offers.needs.deeds import approve_need, submit_need, write_need
from offers.needs.models import Need
from offers.needs.terms import NeedTerms
from waystation.demo.scenario.people import Team

BEGAN = timedelta(days=8)  # ago: the first check is answered, the one after a week is due


def tell_help(operator: Team, *, at: datetime, say: Callable[[str], None]) -> None:
    """Ask one host by mail, and let another one have given a room for a week; without such a room, tell of none."""
    asked = _agreed(operator, case=1, at=at - timedelta(hours=5))
    begun = _agreed(operator, case=2, at=at - BEGAN - timedelta(days=2))
    if begun is not None:
        _begin(begun, operator, at=at)
    say(f"  {sum(match is not None for match in (asked, begun))} hosts of the operator's to be looked after")


def _agreed(operator: Team, *, case: int, at: datetime) -> Match | None:
    """Propose a room whose host can be written to, and let the person agree."""
    need = _need(operator, case=case, at=at)
    found = candidates(need=need, today=at.date(), limit=20).candidates
    known_since = at - timedelta(days=3)
    known = operator.organisation.pledges.filter(pk__in=[one.pledge.pk for one in found], created_at__lt=known_since)
    own = set(known.values_list("pk", flat=True))
    if not own:
        return None
    who: dict[str, Any] = {"organisation": operator.organisation, "by": need.caseworker_ref}
    match = propose(
        need_id=need.pk, pledge_id=next(one.pledge.pk for one in found if one.pledge.pk in own), at=at, **who
    )
    return agree(match=match, at=at + timedelta(hours=1), **who)


def _need(operator: Team, *, case: int, at: datetime) -> Need:
    """One grown-up who could go anywhere, some weeks from now."""
    writer, written = operator.one(Role.CASEWORKER), at - timedelta(days=5)
    first = at.date() + timedelta(days=6)
    terms = NeedTerms(
        kind=Kind.HOUSING,
        urgency=Urgency.SOON,
        party_size=1,
        bands={"18-59": 1},
        units=1,
        window_from=first,
        window_until=first + timedelta(days=7),
        stay_days=30,
        countries=None,
        languages=["en", "ru"],
        requires=[],
        prefers=[],
        consent={"given": True, "on": written.date().isoformat(), "for": ["contact", "matching"]},
        case_ref=f"demo-help-{case}",
    )
    who: dict[str, Any] = {"by": writer.user.actor, "at": written}
    need = write_need(organisation=operator.organisation, terms=terms, caseworker=writer.user, **who)
    need = submit_need(need=need, **who)
    return approve_need(need=need, by=operator.one(Role.APPROVER), at=written + timedelta(hours=2))


def _begin(match: Match, operator: Team, *, at: datetime) -> None:
    """Bring it to the day on which help began, and to the checks since."""
    began, by = at - BEGAN, match.need.caseworker_ref
    match = say_yes(match=match, at=began - timedelta(days=1))
    confirm(match=match, organisation=operator.organisation, by=operator.actor(Role.APPROVER), at=began)
    ConfirmedMatch().shown(match.pk, by=by, at=began)
    start(match=match, organisation=operator.organisation, by=by, at=began)
    tend_checks(began + timedelta(days=1))
    for check in PlacementCheck.objects.filter(match=match).select_related("match__need", "match__pledge"):
        actor = by if check.side == PERSON else f"provider:{match.pledge_id}"
        word, told = CheckAnswer.FINE, began + timedelta(days=1, hours=3)
        answer_check(check=check, organisation=operator.organisation, answer=word, by=actor, at=told)
    tend_checks(at)
