from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.accounts.models import Organisation
from offers.matching.facts import NeedFacts, PledgeFacts
from offers.matching.reading import need_facts, pledges_facts
from offers.matching.relaxing import PROTECTIVE, Relaxation, of_a_pledge, of_days, of_the_rest
from offers.matching.rules import ask, feasible, first_failure
from offers.matching.why import MOST_OF_A_FAMILY, Whys, why_nobody_else
from offers.models import Match, Need, Pledge
from tests.offers.matching.rows import NOW, TODAY, any_pledges, make_need, make_organisation, make_pledge

pytestmark = pytest.mark.django_db


def explained(need: Need, organisation: Organisation) -> Whys:
    return why_nobody_else(need=need, organisation=organisation, today=TODAY)


def gains(need: Need, organisation: Organisation) -> dict[str, int]:
    return {one.relaxation.word: one.gain for one in explained(need, organisation).unlocks}


def all_relaxations(need: NeedFacts, pledges: list[PledgeFacts]) -> dict[str, Relaxation]:
    every = [*of_days(need, TODAY), *of_the_rest(need)]
    every += [one for pledge in pledges for one in of_a_pledge(need, pledge)]
    return {one.word: one for one in every}


def by_hand(need: NeedFacts, pledges: list[PledgeFacts], own: str | None) -> dict[str, int]:
    """Count each relaxation anew over every single pledge."""
    candidates = {one.id for one in pledges if feasible(ask(need, one, today=TODAY))}
    found: dict[str, int] = {}
    for word, relaxed in all_relaxations(need, pledges).items():
        more = [one for one in pledges if one.id not in candidates and feasible(ask(relaxed.need, one, today=TODAY))]
        mine = sum(own is None or one.organisation == own for one in more)
        found[word] = mine + (len(more) - mine) // 5 * 5
    return {word: gain for word, gain in found.items() if gain}


NEEDS: tuple[dict[str, Any], ...] = (
    {},
    {"countries": None, "languages": ["ru"], "requires": ["quiet"], "countries_excluded": ["FR"]},
    {"party_size": 3, "bands": {"18-59": 2, "3-12": 1}, "units": 2, "exclusions": ["x_1"], "requires": ["pets_ok"]},
    {"party_size": 1, "bands": {"13-17": 1}, "requires": ["licensed"], "stay_days": 7, "window_until": "2026-12-02"},
    {"consent": {"given": False, "on": "2026-11-20", "for": []}},
)


@pytest.mark.parametrize("seed", range(len(NEEDS)))
def test_it_counts_as_if_every_pledge_had_been_asked(operator: Organisation, ours: Organisation, seed: int) -> None:
    dice, theirs = Random(seed), make_organisation("Theirs")
    made = any_pledges(dice, 130, [ours, theirs, operator], make_need(operator, status="withdrawn"))
    traits = dict(NEEDS[seed])
    traits["exclusions"] = [*traits.get("exclusions", []), made[7].pk]
    need = make_need(ours, **traits)
    need.refresh_from_db()
    Match.objects.create(
        need=need, pledge=made[11], status="failed", starts_on=TODAY,
        ends_on=TODAY + timedelta(days=1), score=0, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    facts, everyone = need_facts(need), pledges_facts(Pledge.objects.exclude(status="draft"))
    for organisation in (operator, ours):
        own = None if organisation.is_operator else organisation.pk
        whys = explained(need, organisation)
        failed: Counter[tuple[str, bool]] = Counter()
        for pledge in everyone:
            rule = first_failure(ask(facts, pledge, today=TODAY))
            if rule:
                failed[rule.code, own is None or pledge.organisation == own] += 1
        codes = {code for code, _mine in failed}
        shown = {code: failed[code, True] + failed[code, False] // 5 * 5 for code in codes}
        assert {one.rule.code: one.count for one in whys.why_not} == {code: n for code, n in shown.items() if n}
        wanted, told = by_hand(facts, everyone, own), {one.relaxation.word: one.gain for one in whys.unlocks}
        assert told.items() <= wanted.items()
        for word in wanted.keys() - told.keys():
            family = [one for one in whys.unlocks if one.relaxation.family == word.partition(":")[0]]
            better = [one for one in family if one.gain >= wanted[word]]
            assert len(better) == MOST_OF_A_FAMILY or any(one.relaxation.steps for one in better), word
        assert [one.gain for one in whys.unlocks] == sorted(told.values(), reverse=True)
        assert facts.consent == (len(told) > 1)


def test_it_says_what_one_thing_asked_for_otherwise_would_bring(operator: Organisation) -> None:
    need = make_need(operator, requires=["quiet", "women_only"])
    quiet = {"verified_features": ["quiet", "women_only"]}
    for traits in (
        {"country": "FR", **quiet}, {"country": "FR", **quiet}, {"languages": ["ka"], **quiet},
        {"verified_features": ["women_only"]}, {"min_stay_days": 35, **quiet},
        {"max_party": 1, "units_total": 2, **quiet}, {"verified_features": ["quiet"]},
        {"country": "FR", "languages": ["ka"], **quiet},
    ):  # fmt: skip
        make_pledge(operator, **traits)
    assert gains(need, operator) == {
        "country:FR": 2, "any_country": 2, "language:ka": 1, "any_language": 1, "without:quiet": 1, "longer:7": 1,
        "units:2": 1,
    }  # fmt: skip


def test_it_never_offers_what_protects_the_person_for_less(operator: Organisation) -> None:
    every = [*PROTECTIVE, "quiet"]
    need = make_need(
        operator, party_size=2, bands={"18-59": 1, "3-12": 1}, requires=every, countries_excluded=["FR"],
        exclusions=["x_1"],
    )  # fmt: skip
    make_pledge(operator, verified_features=every, country="FR")
    make_pledge(operator, verified_features=every, exclusion_tokens=["x_1"])
    make_pledge(operator, verified_features=every, refusals=["children"])
    for word in PROTECTIVE:
        make_pledge(operator, verified_features=[other for other in every if other != word])
    assert gains(need, operator) == {}


def test_it_shows_nothing_of_four_pledges_of_others_whatever_one_offers_oneself(
    ours: Organisation, theirs: Organisation
) -> None:
    need = make_need(ours)
    for _ in range(4):
        make_pledge(theirs, country="FR")
    assert gains(need, ours) == {}
    make_pledge(ours, country="FR")
    assert gains(need, ours) == {"country:FR": 1, "any_country": 1}
    make_pledge(theirs, country="FR")
    assert gains(need, ours) == {"country:FR": 6, "any_country": 6}


def test_it_asks_as_few_questions_for_many_pledges_as_for_one(ours: Organisation, theirs: Organisation) -> None:
    need = make_need(ours)
    holder = make_need(theirs, status="withdrawn")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            explained(need, ours)
        return len(captured)

    any_pledges(Random(1), 2, [theirs], holder)
    few = queries()
    any_pledges(Random(2), 40, [theirs, ours], holder)
    assert queries() <= few + 2
    assert queries() <= 7
