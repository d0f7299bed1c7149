import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.matching import sets
from offers.matching.bound import standing
from offers.matching.explain import reasons
from offers.matching.rank import Rank
from offers.matching.reading import need_facts, pledges_facts
from offers.matching.rules import ask, feasible
from offers.matching.score import score
from offers.matching.search import candidates
from offers.matching.sets import Wished, wished
from offers.matching.statement import Statement
from offers.matching.streams import Stream, streams
from offers.matching.why import why_nobody_else
from offers.models import Hold, Match, Pledge, VettingStep
from tests.offers.matching.rows import FEATURES, NOW, TODAY, any_pledges, make_need, make_organisation, make_pledge

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
    assert [one.pledge.pk for one in found] == [first.pk, second.pk]
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
    facts = pledges_facts([Pledge.objects.get(pk=pledge.pk)])[0]
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


def test_it_asks_as_few_questions_for_many_pledges_as_for_one(ours: Organisation, theirs: Organisation) -> None:
    need = make_need(ours)
    make_pledge(theirs)
    few = queries_of(lambda: candidates(need=need, today=TODAY))
    for _ in range(30):
        make_pledge(theirs)
    assert queries_of(lambda: candidates(need=need, today=TODAY)) == few == 2


NEEDS: tuple[dict[str, Any], ...] = (
    {},
    {"countries": None, "prefers": ["quiet", "step_free", "women_only"], "countries_excluded": ["FR"]},
    {"countries": ["FR", "LT", "NL"], "languages": ["de", "ru", "ka"], "units": 2, "prefers": ["quiet"]},
    {"party_size": 3, "bands": {"18-59": 2, "3-12": 1}, "units": 2, "exclusions": ["x_1"], "requires": ["quiet"]},
    {"party_size": 1, "bands": {"13-17": 1}, "requires": ["licensed"], "stay_days": 7, "countries": ["NL", "LT"]},
    {"countries": None, "languages": ["tr", "de", "ru-RU"], "prefers": [*FEATURES]},
)


def one_by_one(need: Any) -> list[tuple[str, int, list[str]]]:
    """Ask about every single pledge, and put them in order."""
    facts = need_facts(need)
    asked = [ask(facts, one, today=TODAY) for one in pledges_facts(Pledge.objects.all())]
    ranked = sorted((Rank.of(facts, q.pledge.id, score(q)), q.pledge.id, q) for q in asked if feasible(q))
    return [(pk, score(q), [one.sentence for one in reasons(q)]) for _rank, pk, q in ranked]


@pytest.mark.parametrize("seed", range(len(NEEDS)))
def test_it_answers_as_if_every_pledge_had_been_asked(ours: Organisation, theirs: Organisation, seed: int) -> None:
    dice = Random(seed)
    any_pledges(dice, 90, [ours, theirs], make_need(ours, status="withdrawn"))
    for pledge in any_pledges(dice, 12, [theirs], make_need(ours, status="withdrawn")):
        Pledge.objects.filter(pk=pledge.pk).update(country="LT", languages=["ru"], max_party=2)
    need = make_need(ours, **NEEDS[seed])
    wanted = one_by_one(need)
    assert len(wanted) > 8
    for limit in (3, len(wanted) - 1, len(wanted)):
        for among_many in (False, True):
            told: list[tuple[str, int, list[str]]] = []
            after: Rank | None = None
            while True:
                page = candidates(need=need, today=TODAY, limit=limit, after=after, among_many=among_many)
                told += [(one.pledge.pk, one.score, [r.sentence for r in one.reasons]) for one in page.candidates]
                if page.after is None:
                    break
                after = Rank.parse(str(page.after))
            assert told == wanted, (limit, among_many)


def test_it_answers_so_too_where_features_are_too_various_to_be_told_apart(
    ours: Organisation, theirs: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    any_pledges(Random(7), 90, [ours, theirs], make_need(ours, status="withdrawn"))
    need = make_need(ours, prefers=["licensed", "quiet", "pets_ok", "step_free"])
    facts, wanted = need_facts(need), [pk for pk, _score, _reasons in one_by_one(need)]
    assert {some.met for some in wished(facts)} == {0, 1, 4}
    for most in (sets.MOST, 1):
        monkeypatch.setattr(sets, "MOST", most)
        found = candidates(need=need, today=TODAY, limit=5, among_many=True).candidates
        assert [one.pledge.pk for one in found] == wanted[:5]
    assert wished(facts) == [Wished(4, None)]


def test_it_orders_equals_by_where_the_need_comes_in(ours: Organisation, theirs: Organisation) -> None:
    made = sorted(make_pledge(theirs).pk for _ in range(12))
    for number in (0, 5, 11):
        need = make_need(ours, id=f"nd{made[number].removeprefix('pl')}")
        for among_many in (False, True):
            found = candidates(need=need, today=TODAY, among_many=among_many).candidates
            assert [one.pledge.pk for one in found] == made[number + 1 :] + made[: number + 1]


def test_it_counts_the_checks_as_the_database_has_them(ours: Organisation) -> None:
    pledge = make_pledge(ours)
    step = {"pledge": pledge, "reviewer": "user:1", "reviewed_at": NOW}

    def counted() -> int:
        return Pledge.objects.get(pk=pledge.pk).checks_passed

    one = VettingStep.objects.create(step="identity", outcome="passed", **step)
    assert counted() == 0
    VettingStep.objects.filter(pk=one.pk).update(second_reviewer="user:2")
    assert counted() == 1
    VettingStep.objects.create(step="identity", outcome="passed", second_reviewer="user:2", renews=True, **step)
    VettingStep.objects.create(step="interview", outcome="failed", second_reviewer="user:2", **step)
    VettingStep.objects.bulk_create(
        VettingStep(step=word, outcome="passed", second_reviewer="user:2", **step) for word in ("licence", "references")
    )
    assert counted() == VettingStep.objects.filter(pledge=pledge).passed().count() == 3
    VettingStep.objects.filter(step="licence").update(voided_at=NOW)
    VettingStep.objects.filter(step="references").delete()
    assert counted() == 1


def plan_of(stream: Stream, some: Wished, *, without: set[str]) -> str:
    """Return how the database would walk a stream if it had no other index in that order than the stream's own."""
    s = Statement(connection.vendor)
    where = f"kind = {s.value('housing')} AND status = 'active' AND {stream.condition(s)} AND max_party = 2"
    where += f" AND {some.condition(s)}"
    text = f"SELECT id FROM offers_pledge WHERE {where} ORDER BY {standing(s)} DESC LIMIT 9"
    with transaction.atomic(), connection.cursor() as cursor:
        for index in without:
            cursor.execute(f"DROP INDEX {index}")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' * (connection.vendor == 'sqlite')}{text}", s.values)
        plan = str(cursor.fetchall())
        transaction.set_rollback(True)
    return plan


def test_it_finds_the_best_standing_by_an_index(ours: Organisation) -> None:
    facts = need_facts(make_need(ours))
    (anywhere,), (near, far, *_others) = streams(replace(facts, countries=None)), streams(facts)
    every, quiet = Wished(0, None), Wished(1, ('["quiet"]',))
    served = {
        f"offers_pledge_{name}{place}": (stream, some)
        for name, some in (("best", every), ("wished", quiet))
        for place, stream in (("", anywhere), ("_near", near), ("_far", far))
    }
    for index, (stream, some) in served.items():
        plan = plan_of(stream, some, without=served.keys() - {index})
        assert re.findall(r"offers_pledge_(?:best|wished)\w*", plan) == [index], plan
        assert "SORT" not in plan.upper().replace("SORTED", ""), plan


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


@pytest.mark.parametrize(
    "text", ["", "12", "x-y", "12-", "1-0pl_" + "a" * 25, "1-2pl_" + "a" * 26, "-1-0pl_" + "a" * 26]
)
def test_it_refuses_a_rank_it_did_not_write(text: str) -> None:
    with pytest.raises(ValueError, match="no rank"):
        Rank.parse(text)
