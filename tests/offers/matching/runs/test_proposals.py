"""Open proposals in a run: moved in one step, or left as they are; what is agreed is never touched."""

from datetime import date, timedelta

import pytest

from kernel.accounts.models import Organisation
from offers.matching.deeds import agree, propose
from offers.matching.runs.applying import apply_for, ask_to_apply
from offers.matching.runs.checking import check
from offers.matching.runs.models import MatchingRun
from offers.models import Hold, Match, Need, Pledge
from tests.offers.matching.rows import NOW, make_need, make_pledge
from tests.offers.matching.runs.made import made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offers.matching.runs.applying.timezone.now", lambda: NOW)


def proposed(need: Need, pledge: Pledge) -> Match:
    return propose(need_id=need.pk, pledge_id=pledge.pk, organisation=need.organisation, by="user:1", at=NOW)


def outcomes(run: MatchingRun) -> dict[str, tuple[str, str, str]]:
    rows = run.assignments.values_list("need_id", "pledge_id", "outcome", "why")
    return {need: (pledge, outcome, why) for need, pledge, outcome, why in rows}


def applied(run: MatchingRun) -> dict[str, tuple[str, str, str]]:
    ask_to_apply(run=run, by="client:op", at=NOW)
    run.refresh_from_db()
    assert apply_for(run, seconds=60)
    return outcomes(run)


def live(need: Need) -> Match:
    return Match.objects.live().get(need=need)


def test_one_that_is_best_as_it_is_stays_and_the_plan_says_so(operator: Organisation, ours: Organisation) -> None:
    need, pledge = make_need(ours), make_pledge(ours)
    match = proposed(need, pledge)
    run = made(operator)
    assert applied(run) == {need.pk: (pledge.pk, "kept", "")}
    assert run.assignments.get().match == match == live(need)
    assert run.report is not None
    assert run.report["proposals"] == {"open": 1, "kept": 1, "moved": 0}


@pytest.fixture
def better(ours: Organisation) -> tuple[Need, Match, Pledge]:
    """A proposal, and a pledge that suits the need clearly better than the one it names."""
    need = make_need(ours, languages=["ru"])
    match = proposed(need, make_pledge(ours, languages=["fr", "de", "pl", "ru"]))
    return need, match, make_pledge(ours)


def test_it_moves_to_what_is_clearly_better(operator: Organisation, better: tuple[Need, Match, Pledge]) -> None:
    need, match, pledge = better
    run = made(operator)
    assert outcomes(run) == {need.pk: (pledge.pk, "planned", "")}
    assert run.assignments.get().instead_of == match
    assert check(run).holds
    assert applied(run) == {need.pk: (pledge.pk, "proposed", "")}
    match.refresh_from_db()
    assert (match.status, match.history.order_by("id").last().why) == ("canceled", "moved")
    assert live(need).pledge == pledge
    need.refresh_from_db()
    assert need.status == "held"
    assert Hold.objects.filter(live=True).count() == 1


def test_where_the_new_one_is_refused_the_old_one_stands(
    operator: Organisation, better: tuple[Need, Match, Pledge]
) -> None:
    need, match, pledge = better
    run = made(operator)
    Pledge.objects.filter(pk=pledge.pk).update(status="paused")
    assert applied(run) == {need.pk: (pledge.pk, "lost", "pledge_inactive")}
    assert live(need) == match
    assert match.history.count() == 1


def test_what_the_person_agreed_to_is_not_moved(operator: Organisation, better: tuple[Need, Match, Pledge]) -> None:
    need, match, pledge = better
    run = made(operator)
    agree(match=match, organisation=need.organisation, by="user:1", at=NOW)
    assert applied(run) == {need.pk: (pledge.pk, "lost", "proposal_answered")}
    assert live(need) == match
    assert outcomes(made(operator)) == {}


@pytest.mark.parametrize(
    "traits",
    [{"frozen": True}, {"starts_on": date(2026, 12, 2)}],
    ids=["frozen", "on another day"],
)
def test_what_a_plan_could_not_leave_as_it_is_holds_its_units(
    operator: Organisation, ours: Organisation, traits: dict[str, object]
) -> None:
    match = proposed(make_need(ours), make_pledge(ours))
    Match.objects.filter(pk=match.pk).update(**traits)
    make_need(ours, urgency="emergency")
    assert outcomes(made(operator)) == {}


def test_one_that_fits_no_longer_is_left_to_people(operator: Organisation, ours: Organisation) -> None:
    need, pledge = make_need(ours), make_pledge(ours)
    proposed(need, pledge)
    Pledge.objects.filter(pk=pledge.pk).update(languages=["de"])
    make_pledge(ours)
    assert outcomes(made(operator)) == {}


def test_a_run_over_named_needs_moves_nobody_else(
    operator: Organisation, ours: Organisation, better: tuple[Need, Match, Pledge]
) -> None:
    other = make_need(ours)
    assert outcomes(made(operator, needs=[other.pk])) == {other.pk: (better[2].pk, "planned", "")}


def test_two_change_places_in_one_step(operator: Organisation, ours: Organisation) -> None:
    one, other = make_need(ours, languages=["ru"]), make_need(ours, languages=["en"])
    russian = make_pledge(ours, languages=["ru", "fr", "de", "en"])
    english = make_pledge(ours, languages=["en", "fr", "de", "ru"])
    proposed(one, english), proposed(other, russian)
    assert applied(made(operator)) == {
        one.pk: (russian.pk, "proposed", ""),
        other.pk: (english.pk, "proposed", ""),
    }
    assert Match.objects.live().count() == 2


def test_whoever_comes_in_waits_for_whoever_goes_out(
    operator: Organisation, ours: Organisation, better: tuple[Need, Match, Pledge]
) -> None:
    need, match, pledge = better
    new = make_need(ours, urgency="emergency", languages=["fr"])
    assert applied(made(operator)) == {
        need.pk: (pledge.pk, "proposed", ""),
        new.pk: (match.pledge_id, "proposed", ""),
    }


def test_an_open_proposal_is_not_given_up_for_an_emergency(operator: Organisation, ours: Organisation) -> None:
    need, pledge = make_need(ours, urgency="planned"), make_pledge(ours)
    match = proposed(need, pledge)
    make_need(ours, urgency="emergency", opened_at=NOW - timedelta(days=80))
    assert applied(made(operator)) == {need.pk: (pledge.pk, "kept", "")}
    assert live(need) == match
