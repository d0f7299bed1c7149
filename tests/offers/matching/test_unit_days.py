"""Units of every kind, day by day: whatever is asked for, given back or moved, no day has more held than there is.

An oracle of plain sets, one per unit, says for each step whether it must go well.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.kinds.registry import found
from offers.matching.deeds import cancel, propose, settle_days
from offers.models import Hold, Match, Pledge
from offers.pages.need_forms import NeedForm
from tests.offers.matching.rows import NOW, make_need, make_pledge

pytestmark = pytest.mark.django_db
UNITS, STEPS = 3, 14
FIRST = date(2026, 12, 1)
# what one unit is for: these are taken for a day, unless a need says that it takes longer
OF_A_DAY = {"medical", "psychological", "legal", "interpretation", "transport"}


def days(start: date, end: date) -> set[date]:
    return {start + timedelta(days=number) for number in range((end - start).days)}


def free_for(pledge: Pledge, span: set[date], *, without: Match | None = None) -> int:
    """Count, by plain sets, the units that nobody holds on any day of the span."""
    busy: dict[int, set[date]] = {unit: set() for unit in range(1, UNITS + 1)}
    for hold in Hold.objects.filter(pledge=pledge, live=True).exclude(match=without):
        busy[hold.unit] |= days(hold.starts_on, hold.ends_on)
    return sum(taken.isdisjoint(span) for taken in busy.values())


def most_held_on_a_day(pledge: Pledge) -> int:
    """Return the most that is held on one day; two holds of one unit on it would count twice."""
    held = [days(one.starts_on, one.ends_on) for one in Hold.objects.filter(pledge=pledge, live=True)]
    return max((sum(day in one for one in held) for day in set().union(*held)), default=0)


def said(deed: Callable[[], object]) -> str:
    """Do it, and return the code of its refusal, or nothing."""
    try:
        deed()
    except Refusal as refused:
        return refused.code
    return ""


def propose_one(pledge: Pledge, ours: Organisation, kind: str, chance: Random) -> None:
    start = FIRST + timedelta(days=chance.randrange(20))
    window = chance.choice([1, 1, 4])
    stay, units = chance.choice([1, found()[kind].usual_days % 40, 9]), chance.choice([1, 1, 2])
    need = make_need(
        ours, kind=kind, units=units, party_size=1, bands={"18-59": 1}, stay_days=stay,
        window_from=start, window_until=start + timedelta(days=window),
    )  # fmt: skip
    named = start if chance.random() < 0.6 else None
    until = start + timedelta(days=stay) if named else need.window_until + timedelta(days=stay)
    fits = free_for(pledge, days(start, until)) >= units
    who = {"organisation": ours, "by": "user:1", "at": NOW}
    told = said(lambda: propose(need_id=need.pk, pledge_id=pledge.pk, units=units, start=named, **who))
    assert told == ("" if fits else "capacity_taken")
    held = Hold.objects.filter(match__need=need, live=True)
    assert [(one.starts_on, one.ends_on) for one in held] == [(start, until)] * (units if fits else 0)


def move_one(match: Match, pledge: Pledge, ours: Organisation, chance: Random) -> None:
    need = match.need
    start = need.window_from + timedelta(days=chance.randrange((need.window_until - need.window_from).days))
    end = start + timedelta(days=need.stay_days)
    fits = free_for(pledge, days(start, end), without=match) >= match.units
    told = said(lambda: settle_days(match=match, organisation=ours, by="user:1", at=NOW, start=start))
    assert told == ("" if fits else "capacity_taken")


@pytest.mark.parametrize("kind", sorted(found()))
def test_no_day_has_more_held_than_there_is(ours: Organisation, theirs: Organisation, kind: str) -> None:
    chance = Random(kind)
    pledge = make_pledge(
        theirs, kind=kind, units_total=UNITS, max_party=2, availability=[{"from": "2026-11-25", "until": "2027-06-01"}]
    )
    for _ in range(STEPS):
        live = list(Match.objects.live().filter(pledge=pledge).select_related("need").order_by("pk"))
        what = chance.random()
        if live and what < 0.2:
            cancel(match=chance.choice(live), organisation=ours, by="user:1", at=NOW)
        elif live and what < 0.45:
            move_one(chance.choice(live), pledge, ours, chance)
        else:
            propose_one(pledge, ours, kind, chance)
        assert most_held_on_a_day(pledge) <= UNITS
        pledge.refresh_from_db()
        assert pledge.units_held == len({one.unit for one in Hold.objects.filter(pledge=pledge, live=True)})


@pytest.mark.parametrize("kind", sorted(found()))
def test_another_day_is_another_unit_of_the_same_number(ours: Organisation, theirs: Organisation, kind: str) -> None:
    pledge = make_pledge(theirs, kind=kind, availability=[{"from": "2026-11-25", "until": "2027-06-01"}])
    who = {"organisation": ours, "by": "user:1", "at": NOW}
    for number in range(3):
        need = make_need(ours, kind=kind, stay_days=1)
        propose(need_id=need.pk, pledge_id=pledge.pk, start=need.window_from + timedelta(days=number), **who)
    need = make_need(ours, kind=kind, stay_days=1)
    with pytest.raises(Refusal) as refused:
        propose(need_id=need.pk, pledge_id=pledge.pk, start=need.window_from + timedelta(days=1), **who)
    assert refused.value.code == "capacity_taken"
    assert set(Hold.objects.values_list("unit", flat=True)) == {1}


def test_each_kind_says_for_how_long_one_unit_is_usually_taken() -> None:
    assert {word for word, kind in found().items() if kind.usual_days == 1} == OF_A_DAY
    assert (found()["housing"].usual_days, found()["food"].usual_days) == (30, 7)


@pytest.mark.parametrize(("kind", "said", "meant"), [("medical", "", 1), ("medical", "5", 5), ("housing", "", 30)])
def test_the_form_of_a_need_takes_what_is_usual_if_nothing_is_said(kind: str, said: str, meant: int) -> None:
    form = NeedForm(
        {
            "case_ref": "c-1", "kind": kind, "units": "1", "urgency": "soon", "window_from": "2026-12-01",
            "window_until": "2026-12-08", "stay_days": said, "languages": ["en"], "consent_on": "2026-11-20",
            "consent_for": ["matching"], "band_0_2": "0", "band_3_12": "0", "band_13_17": "0", "band_18_59": "1",
            "band_60": "0",
        }
    )  # fmt: skip
    assert form.is_valid(), form.errors
    assert form.terms().stay_days == meant
