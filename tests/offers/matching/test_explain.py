from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offers.matching.explain import reasons, why_not
from offers.matching.rules import RULES, Question, ask, feasible
from offers.matching.score import WEIGHTS, components, score
from tests.offers.matching.plain import TODAY, need_facts, pledge_facts
from tests.offers.matching.strategies import questions


@given(questions())
def test_it_gives_one_sentence_per_component_with_its_points(question: Question) -> None:
    given_reasons = reasons(question)
    assert {reason.component: reason.points for reason in given_reasons} == components(question)
    assert sum(reason.points for reason in given_reasons) == score(question)
    assert all(reason.sentence.endswith(".") and "%" not in reason.sentence for reason in given_reasons)
    assert [reason.most for reason in given_reasons] == list(WEIGHTS.values())


@pytest.mark.parametrize(
    ("component", "sentence"),
    [
        ("waiting", "Waiting for 10 days."),
        ("preferences", "Meets 1 of the party's 2 wishes."),
        ("fit", "The party of 2 fills it exactly."),
        ("language", "Both put the same language first."),
        ("country", "It is in the country the party ranked first."),
        ("stay", "The stay could be prolonged by 30 days."),
        ("reliability", "The provider stood by 3 of 4 earlier matches."),
        ("vetting", "The provider passed 5 checks."),
    ],
)
def test_it_says_in_words_what_the_points_mean(component: str, sentence: str) -> None:
    need = need_facts(prefers=frozenset({"quiet", "pets_ok"}))
    pledge = pledge_facts(verified=frozenset({"quiet"}), kept=3, broken=1, vetting_steps=5)
    said = {reason.component: reason.sentence for reason in reasons(ask(need, pledge, today=TODAY))}
    assert said[component] == sentence


@pytest.mark.parametrize(
    ("component", "facts", "sentence"),
    [
        ("waiting", {"waiting_since": TODAY}, "Waiting since today."),
        ("waiting", {"waiting_since": TODAY - timedelta(days=1)}, "Waiting for one day."),
        ("stay", {"stay_days": 82}, "The stay could be prolonged by one day."),
        ("stay", {"stay_days": 83}, "The stay fits, and could not be prolonged."),
        ("vetting", {}, "No check of the provider is on record."),
        ("reliability", {}, "The provider has not been matched before."),
        ("country", {"countries": None}, "Any country is accepted."),
        ("country", {"countries": ("DE", "LT")}, "It is in the country the party ranked as number 2."),
        ("language", {"languages": ("en", "ru")}, "They share a language, though not the first on both lists."),
        ("fit", {"size": 1}, "The party of 1 uses 1 of 2 places."),
        ("preferences", {}, "Neither side stated a preference."),
    ],
)
def test_it_speaks_of_few_and_of_none(component: str, facts: dict[str, Any], sentence: str) -> None:
    said = {one.component: one.sentence for one in reasons(ask(need_facts(**facts), pledge_facts(), today=TODAY))}
    assert said[component] == sentence


@given(st.lists(questions(), max_size=12))
@settings(max_examples=40)
def test_it_counts_each_pledge_once_at_the_first_rule_it_fails(asked: list[Question]) -> None:
    counted = why_not((one, 1) for one in asked)
    assert sum(one.count for one in counted) + sum(feasible(question) for question in asked) == len(asked)
    order = [rule.code for rule in RULES]
    codes = [one.rule.code for one in counted]
    assert codes == sorted(codes, key=order.index)
    assert all(one.count > 0 for one in counted)


@given(st.lists(questions(), max_size=12))
@settings(max_examples=40)
def test_it_rounds_other_organisations_down_to_fives(asked: list[Question]) -> None:
    exact = Counter({one.rule.code: one.count for one in why_not((q, 1) for q in asked)})
    own = Counter(
        {one.rule.code: one.count for one in why_not((q, 1) for q in asked if q.pledge.organisation == "org_a")}
    )
    floored = Counter({one.rule.code: one.count for one in why_not(((q, 1) for q in asked), exact_for="org_a")})
    for rule in RULES:
        assert floored[rule.code] == own[rule.code] + (exact[rule.code] - own[rule.code]) // 5 * 5


def test_it_shows_nothing_of_four_pledges_of_another_organisation() -> None:
    away = ask(need_facts(), pledge_facts(country="FR"), today=TODAY)
    assert why_not([(away, 4)], exact_for="org_a") == []
    assert [one.count for one in why_not([(away, 5), (away, 1)], exact_for="org_a")] == [5]
    assert [one.count for one in why_not([(away, 4)], exact_for="org_b")] == [4]
