from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.matching.reading import need_facts, pledges_facts
from offers.matching.rules import ask, feasible
from offers.matching.search import Rank, candidates
from offers.matching.why import why_nobody_else
from offers.models import Hold, Match, Pledge, VettingStep
from tests.offers.matching.rows import NOW, TODAY, make_need, make_organisation, make_pledge

pytestmark = pytest.mark.django_db


def counts(need: Any, organisation: Organisation) -> dict[str, int]:
    found = why_nobody_else(need=need, organisation=organisation, today=TODAY).why_not
    return {one.rule.code: one.count for one in found}


def queries_of(deed: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        deed()
    return len(captured)


def test_it_ranks_the_pledges_of_the_whole_network_with_reasons(ours: Organisation, theirs: Organisation) -> None:
    second = make_pledge(ours, country="DE")
    first = make_pledge(theirs)
    make_pledge(theirs, country="FR")
    make_pledge(theirs, status="paused")
    found = candidates(need=make_need(ours), today=TODAY).candidates
    assert [one.pledge for one in found] == [first, second]
    assert found[0].score > found[1].score
    assert sum(found[0].components.values()) == found[0].score
    assert "It is in the country the party ranked first." in [reason.sentence for reason in found[0].reasons]


def test_it_reads_checks_and_holds_from_their_rows(ours: Organisation, theirs: Organisation) -> None:
    pledge = make_pledge(theirs)
    VettingStep.objects.create(
        pledge=pledge,
        step="identity",
        outcome="passed",
        reviewer="user:1",
        reviewed_at=NOW,
        second_reviewer="user:2",
    )
    VettingStep.objects.create(pledge=pledge, step="home_visit", outcome="failed", reviewer="user:1", reviewed_at=NOW)
    match = Match.objects.create(
        need=make_need(ours), pledge=pledge, status="proposed", starts_on=TODAY, ends_on=TODAY + timedelta(days=1),
        score=0, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    for live, unit in ((True, 1), (False, 2)):
        Hold.objects.create(match=match, pledge=pledge, unit=unit, starts_on=TODAY, ends_on=match.ends_on, live=live)
    facts = pledges_facts([pledge])[0]
    assert facts.vetting_steps == 1
    assert [one.unit for one in facts.held] == [1]


def test_it_pages_without_losing_or_repeating_anyone(ours: Organisation, theirs: Organisation) -> None:
    made = {make_pledge(theirs).pk for _ in range(7)}
    need = make_need(ours)
    seen: list[str] = []
    after: Rank | None = None
    while True:
        page = candidates(need=need, today=TODAY, limit=3, after=after)
        seen += [one.pledge.pk for one in page.candidates]
        if page.after is None:
            break
        after = Rank.parse(str(page.after))
    assert len(seen) == 7
    assert set(seen) == made
    assert seen == [one.pledge.pk for one in candidates(need=need, today=TODAY).candidates]


def test_it_breaks_ties_differently_for_each_need(ours: Organisation, theirs: Organisation) -> None:
    for _ in range(12):
        make_pledge(theirs)
    orders = {
        tuple(one.pledge.pk for one in candidates(need=make_need(ours), today=TODAY).candidates) for _ in range(3)
    }
    assert len(orders) == 3


def test_it_asks_as_few_questions_for_many_pledges_as_for_one(ours: Organisation, theirs: Organisation) -> None:
    need = make_need(ours)
    make_pledge(theirs)
    few = queries_of(lambda: candidates(need=need, today=TODAY))
    for _ in range(30):
        make_pledge(theirs)
    assert queries_of(lambda: candidates(need=need, today=TODAY)) == few == 4


def test_it_never_drops_a_pledge_that_the_rules_would_pass(ours: Organisation, theirs: Organisation) -> None:
    random = Random(7)
    for _ in range(150):
        start = TODAY + timedelta(days=random.randrange(12))
        days = {"from": start.isoformat(), "until": (start + timedelta(days=random.randrange(30, 60))).isoformat()}
        make_pledge(
            theirs, country=random.choice(["LT", "FR"]), service_area=random.choice([[], ["DE"]]),
            remote=random.random() < 0.2, max_party=random.randrange(1, 4), units_total=random.randrange(1, 4),
            notice_days=random.randrange(8, 11), min_stay_days=random.choice([0, 30, 31]),
            max_stay_days=random.choice([None, 29, 30]), availability=[days],
            confirm_by=TODAY + timedelta(days=random.randrange(-1, 2)),
            vetting_valid_until=random.choice([None, TODAY]),
        )  # fmt: skip
    for units, countries in ((1, ["LT"]), (2, ["DE", "LT"]), (1, None)):
        need = make_need(ours, units=units, countries=countries)
        asked = [ask(need_facts(need), one, today=TODAY) for one in pledges_facts(Pledge.objects.all())]
        wanted = {question.pledge.id for question in asked if feasible(question)}
        assert wanted
        assert {one.pledge.pk for one in candidates(need=need, today=TODAY, limit=200).candidates} == wanted


@pytest.mark.parametrize("status", ["draft", "in_review", "withdrawn", "fulfilled"])
def test_it_waits_until_a_second_person_opened_the_need(ours: Organisation, status: str) -> None:
    need = make_need(ours, status=status)
    with pytest.raises(Refusal) as refused:
        candidates(need=need, today=TODAY)
    assert refused.value.code == "need_not_open"
    with pytest.raises(Refusal):
        why_nobody_else(need=need, organisation=ours, today=TODAY)


def test_it_counts_every_pledge_of_the_kind_once_for_the_operator(operator: Organisation, theirs: Organisation) -> None:
    need = make_need(operator)
    make_pledge(theirs)
    make_pledge(theirs, kind="legal")
    make_pledge(theirs, country="FR")
    make_pledge(theirs, country="FR", languages=[])
    make_pledge(theirs, languages=[])
    make_pledge(theirs, status="submitted", confirm_by=None)
    make_pledge(theirs, status="draft", country="")
    make_pledge(theirs, status="erased", country="")
    assert counts(need, operator) == {"pledge_inactive": 1, "country": 2, "language": 1}


def test_it_rounds_the_pledges_of_others_down_for_a_partner(ours: Organisation, theirs: Organisation) -> None:
    need = make_need(ours)
    for _ in range(4):
        make_pledge(theirs, country="FR")
    assert counts(need, ours) == {}
    make_pledge(ours, country="FR")
    assert counts(need, ours) == {"country": 1}
    make_pledge(make_organisation("Third"), country="FR")
    assert counts(need, ours) == {"country": 6}


def test_it_finds_nobody_without_consent_and_says_so(operator: Organisation) -> None:
    need = make_need(operator, consent={"given": True, "on": "2026-11-20", "for": ["publication"]})
    make_pledge(operator)
    assert candidates(need=need, today=TODAY).candidates == []
    assert counts(need, operator) == {"consent": 1}


def test_it_keeps_a_household_away_from_the_pledge_that_failed_it(operator: Organisation) -> None:
    pledge = make_pledge(operator)
    failed = make_need(operator, status="withdrawn")
    Match.objects.create(
        need=failed, pledge=pledge, status="failed", starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 9), score=0,
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    assert counts(make_need(operator), operator) == {"excluded": 1}
    assert counts(make_need(operator, household=b"o" * 32), operator) == {}


@pytest.mark.parametrize("text", ["", "12", "x-y", "12-", "1-" + "a" * 19, "-1-" + "a" * 20])
def test_it_refuses_a_rank_it_did_not_write(text: str) -> None:
    with pytest.raises(ValueError, match="no rank"):
        Rank.parse(text)
