"""Needs: those that were met over the year, those that wait, and the board that shows some of them."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from kernel.accounts.models import Member, Role
from offers.kinds.vocabulary import Feature, Kind, Urgency
from offers.needs.board.policy import configured_policy, sign_policy
from offers.needs.board.release import DELAY_DAYS, release_due
from offers.needs.deeds import approve_need, fulfil_need, link_needs, submit_need, withdraw_need, write_need
from offers.needs.gate.simulation import Stream, simulate
from offers.needs.models import Need
from offers.needs.terms import NeedTerms
from waystation.demo.scenario.figures import ASKED, AVERAGE_SUPPORT_DAYS, EVACUATED
from waystation.demo.scenario.people import Team

# one need in the scenario stands for this many people who asked
PEOPLE_A_NEED = 2
# of those still open, how many are of which kind; the operator's and the trusted partner's
OPEN_OF_OPERATOR = {
    Kind.HOUSING: 11,
    Kind.RESETTLEMENT_PLACE: 2,
    Kind.PSYCHOLOGICAL: 7,
    Kind.MEDICAL: 5,
    Kind.LEGAL: 4,
    Kind.DOCUMENTS: 3,
    Kind.INTERPRETATION: 3,
    Kind.TRANSPORT: 3,
    Kind.FOOD: 3,
}
OPEN_OF_TRUSTED = {Kind.HOUSING: 6, Kind.LEGAL: 2, Kind.FOOD: 2, Kind.PSYCHOLOGICAL: 2}
KINDS_MET = (Kind.HOUSING, Kind.HOUSING, Kind.TRANSPORT, Kind.DOCUMENTS, Kind.MEDICAL, Kind.LEGAL, Kind.PSYCHOLOGICAL)
COUNTRIES = ("DE", "NL", "SE", "FR", "ES", "LT", "PL", "CZ", "BE", "IE", "FI", "CA")
WISHES = (Feature.QUIET, Feature.LOCKABLE_ROOM, Feature.PRIVATE_BATHROOM, Feature.SMOKE_FREE, Feature.TRAUMA_INFORMED)
WEEKS_OF_RELEASES = (2, 1, 0)  # ago
STREAM_A_WEEK, STREAM_WEEKS = (
    10,
    104,
)  # what the gate would do with more needs than these


def tell_needs(operator: Team, partners: list[Team], *, seed: int, at: datetime, say: Callable[[str], None]) -> None:
    """Write a year of needs, open most of the waiting ones, and let the gate decide three weekly slots."""
    dice = random.Random(seed)  # noqa: S311 - a story, not a secret
    cases = iter(range(1, 1000))
    trusted, new = partners[:2]
    met = EVACUATED // PEOPLE_A_NEED
    for _ in range(met):
        _met(dice, operator, next(cases), at=at)
    for team, plan in ((operator, OPEN_OF_OPERATOR), (trusted, OPEN_OF_TRUSTED)):
        for kind, count in plan.items():
            for _ in range(count):
                _open(dice, team, kind, next(cases), at=at - timedelta(hours=dice.randrange(16 * 24, 40 * 24)))
    recent = [
        _written(dice, operator, Kind.HOUSING, next(cases), at=at - timedelta(hours=hours)) for hours in (50, 30, 7)
    ]
    submit_need(need=recent[0], by=recent[0].caseworker_ref, at=at - timedelta(hours=49))
    withdrawn = _open(dice, operator, Kind.TRANSPORT, next(cases), at=at - timedelta(days=4))
    withdraw_need(need=withdrawn, by=withdrawn.caseworker_ref, at=at - timedelta(days=3))
    for kind in (Kind.HOUSING, Kind.LEGAL):
        need = _written(dice, new, kind, next(cases), at=at - timedelta(days=2))
        submit_need(need=need, by=need.caseworker_ref, at=at - timedelta(days=1))
    _of_one_case(random.Random(seed), operator, cases, at=at)  # noqa: S311 - likewise, and the story above stays as it is
    say(f"  {next(cases) - 1} needs, {met} of them met, for the shape of {ASKED} people who asked")
    _release(dice, operator, at=at, say=say)


def _terms(dice: random.Random, kind: Kind, case: int, *, at: datetime, horizon: datetime) -> NeedTerms:
    """What a need says: mostly one or two grown-ups, now and then a child; never who or where."""
    party = dice.choice(({"18-59": 1}, {"18-59": 1}, {"18-59": 1}, {"18-59": 2}, {"18-59": 2, "3-12": 1}))
    start = horizon.date() + timedelta(days=dice.randrange(12, 45))
    countries = None if dice.random() < 0.4 else dice.sample(COUNTRIES, dice.randint(3, 7))
    requires = [str(Feature.LGBTQ_AFFIRMING)] if kind == Kind.HOUSING and dice.random() < 0.5 else []
    return NeedTerms(
        kind=kind,
        urgency=dice.choice((Urgency.URGENT, Urgency.SOON, Urgency.SOON, Urgency.PLANNED)),
        party_size=sum(party.values()),
        bands=party,
        units=sum(party.values()) if kind == Kind.RESETTLEMENT_PLACE else 1,
        window_from=start,
        window_until=start + timedelta(days=dice.choice((7, 14, 21))),
        stay_days=dice.choice((14, 30, 45, 60)) if kind == Kind.HOUSING else dice.choice((1, 7, 14)),
        countries=countries,
        languages=dice.choice((["ru"], ["ru", "en"], ["en", "ru"])),
        requires=requires,
        prefers=[str(word) for word in dice.sample(WISHES, dice.randint(0, 2))],
        consent={"given": True, "on": at.date().isoformat(), "for": ["contact", "matching", "publication"]},
        case_ref=f"demo-{case:04d}",
    )


def _writer(dice: random.Random, team: Team) -> Member:
    return dice.choice(team.all(Role.CASEWORKER))


def _written(
    dice: random.Random,
    team: Team,
    kind: Kind,
    case: int,
    *,
    at: datetime,
    horizon: datetime | None = None,
    **changes: Any,
) -> Need:
    """A draft by one of the team's caseworkers; its days are reckoned from `horizon`, which is `at` unless given."""
    writer = _writer(dice, team)
    terms = replace(_terms(dice, kind, case, at=at, horizon=horizon or at), **changes)
    return write_need(organisation=team.organisation, terms=terms, by=writer.user.actor, at=at, caseworker=writer.user)


def _opened(need: Need, team: Team, *, at: datetime) -> Need:
    """Hand it in; a second person opens it unless the organisation is trusted for needs."""
    need = submit_need(need=need, by=need.caseworker_ref, at=at)
    if need.status == "in_review":
        need = approve_need(need=need, by=team.one(Role.APPROVER), at=at + timedelta(hours=2))
    return need


def _met(dice: random.Random, team: Team, case: int, *, at: datetime) -> None:
    """A need of the past year that was met."""
    began = at - timedelta(days=dice.randrange(60, 60 + 2 * AVERAGE_SUPPORT_DAYS))
    need = _opened(_written(dice, team, dice.choice(KINDS_MET), case, at=began), team, at=began + timedelta(hours=3))
    fulfil_need(need=need, by=need.caseworker_ref, at=began + timedelta(days=dice.randrange(5, 50)))


def _open(dice: random.Random, team: Team, kind: Kind, case: int, *, at: datetime, **changes: Any) -> Need:
    """A need that waits; the days it asks for lie ahead of today."""
    horizon = at + timedelta(days=40)
    need = _written(dice, team, kind, case, at=at, horizon=horizon, **changes)
    return _opened(need, team, at=at + timedelta(hours=1))


def _of_one_case(dice: random.Random, team: Team, cases: Iterator[int], *, at: datetime) -> None:
    """A room and a psychologist that must be in one place; one need written down twice; one that ends in two days."""
    together, twice, ending = next(cases), next(cases), next(cases)
    room, soul = (
        _open(dice, team, kind, together, at=at - timedelta(hours=26)) for kind in (Kind.HOUSING, Kind.PSYCHOLOGICAL)
    )
    link_needs(need=room, other=soul, by=room.caseworker_ref, at=at - timedelta(hours=20))
    for hours in (70, 22):
        _open(dice, team, Kind.LEGAL, twice, at=at - timedelta(hours=hours))
    _open(dice, team, Kind.MEDICAL, ending, at=at - timedelta(days=2), expires_at=at + timedelta(hours=44))


def _release(dice: random.Random, operator: Team, *, at: datetime, say: Callable[[str], None]) -> None:
    """Let two people sign the policy, and the gate decide the slots of the last weeks."""
    for role in (Role.COORDINATOR, Role.APPROVER):
        sign_policy(by=operator.one(role), at=at - timedelta(weeks=8))
    shortest, longest = DELAY_DAYS
    shown = 0
    for weeks in WEEKS_OF_RELEASES:
        decision = release_due(
            at=at - timedelta(weeks=weeks), delay=lambda: timedelta(hours=dice.randrange(24 * shortest, 24 * longest))
        )
        shown += sum(decision.published.values())
    say(f"  {shown} of the open needs stand on the board")
    stream = simulate(Stream(STREAM_A_WEEK, weeks=STREAM_WEEKS), configured_policy())
    say(
        f"  at {STREAM_A_WEEK} households a week it would show {stream.within_six_weeks:.0%} of what may be shown "
        "within six weeks (manage.py simulate_needs)"
    )
