from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from offers.matching.rules import Question, ask
from offers.matching.score import MAXIMUM, WEIGHTS, components, score
from tests.offers.matching.plain import TODAY, need_facts, pledge_facts
from tests.offers.matching.strategies import FEATURES, questions


@given(questions())
def test_it_lies_between_nothing_and_a_thousand(question: Question) -> None:
    assert MAXIMUM == 1000
    assert 0 <= score(question) <= 1000


@given(questions())
def test_it_is_the_sum_of_its_parts(question: Question) -> None:
    parts = components(question)
    assert list(parts) == list(WEIGHTS)
    assert all(0 <= points <= WEIGHTS[name] for name, points in parts.items())
    assert sum(parts.values()) == score(question)


@given(questions(), st.integers(0, 400))
def test_it_never_falls_with_more_waiting(question: Question, days: int) -> None:
    longer = replace(question.need, waiting_since=question.need.waiting_since - timedelta(days=days))
    assert score(replace(question, need=longer)) >= score(question)


@given(questions(), st.sampled_from(FEATURES))
def test_it_never_falls_when_one_more_feature_is_verified(question: Question, feature: str) -> None:
    better = replace(question.pledge, verified=question.pledge.verified | {feature})
    assert score(replace(question, pledge=better)) >= score(question)


@given(questions(), st.integers(0, 5))
def test_it_never_falls_with_a_promise_kept_or_rises_with_one_broken(question: Question, more: int) -> None:
    kept = replace(question.pledge, kept=question.pledge.kept + more)
    broken = replace(question.pledge, broken=question.pledge.broken + more)
    assert score(replace(question, pledge=broken)) <= score(question) <= score(replace(question, pledge=kept))


@given(questions(), st.randoms(use_true_random=False))
def test_it_does_not_depend_on_the_order_in_which_facts_were_stored(question: Question, random: object) -> None:
    shuffle = random.shuffle  # type: ignore[attr-defined]
    spans, held = list(question.pledge.availability), list(question.pledge.held)
    shuffle(spans)
    shuffle(held)
    bands = list(question.need.bands.items())
    shuffle(bands)
    again = replace(
        question,
        need=replace(question.need, bands=dict(bands)),
        pledge=replace(question.pledge, availability=tuple(spans), held=tuple(held)),
    )
    assert components(again) == components(question)


def test_it_ranks_the_first_country_before_the_second() -> None:
    first = ask(need_facts(), pledge_facts(country="LT"), today=TODAY)
    second = ask(need_facts(), pledge_facts(country="DE"), today=TODAY)
    assert components(first)["country"] == WEIGHTS["country"]
    assert components(second)["country"] < WEIGHTS["country"]


def test_it_prefers_a_room_the_party_fills() -> None:
    exact = ask(need_facts(), pledge_facts(max_party=2), today=TODAY)
    roomy = ask(need_facts(), pledge_facts(max_party=6), today=TODAY)
    assert components(exact)["fit"] == WEIGHTS["fit"]
    assert components(roomy)["fit"] == WEIGHTS["fit"] // 3


def test_it_counts_the_wishes_of_both_sides() -> None:
    need = need_facts(prefers=frozenset({"quiet", "pets_ok"}))
    pledge = pledge_facts(verified=frozenset({"quiet"}), preferences=frozenset({"single"}))
    assert components(ask(need, pledge, today=TODAY))["preferences"] == WEIGHTS["preferences"] // 4


def test_it_gives_help_at_a_distance_the_full_country_part() -> None:
    remote = ask(need_facts(), pledge_facts(country="FR", remote=True), today=TODAY)
    assert components(remote)["country"] == WEIGHTS["country"]
