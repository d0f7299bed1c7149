"""Many questions at once: the same answers as one by one, whatever needs and pledges are made of."""

from hypothesis import given, settings
from hypothesis import strategies as st

from offers.matching.many.asked import Asked
from offers.matching.many.questions import Questions
from offers.matching.many.shelf import Shelf
from offers.matching.rules import RULES, Question, all_feasible, ask, feasible, first_failure, first_failures
from offers.matching.score import WEIGHTS, components, components_many, score, scores
from tests.offers.matching.plain import need_facts, pledge_facts
from tests.offers.matching.wide import TODAY, wide_world


def singly(asked: Asked) -> list[Question]:
    return [ask(need, pledge, today=TODAY) for need in asked.needs for pledge in asked.shelf.pledges]


def at_once(asked: Asked) -> Questions:
    return Questions.of_all(asked)


def rule_at(question: Question) -> int:
    failed = first_failure(question)
    return len(RULES) if failed is None else RULES.index(failed)


@settings(max_examples=150)
@given(st.integers(0, 2**40))
def test_many_questions_are_answered_as_one_by_one(seed: int) -> None:
    world = wide_world(seed)
    asked = Asked(world[0], Shelf(world[1]), today=TODAY)
    one, many = singly(asked), at_once(asked)
    for rule in RULES:
        assert rule.passes_many(many).tolist() == [rule.passes(question) for question in one], rule.code
    assert first_failures(many).tolist() == [rule_at(question) for question in one]
    fitting = all_feasible(many)
    assert list(zip(fitting.needs.tolist(), fitting.pledges.tolist(), strict=True)) == [
        divmod(place, len(asked.shelf)) for place, question in enumerate(one) if feasible(question)
    ]
    found, expected = components_many(many), [components(question) for question in one]
    for name in WEIGHTS:
        assert found[name].tolist() == [parts[name] for parts in expected], name
    assert scores(many).tolist() == [score(question) for question in one]


def test_the_worlds_it_is_asked_about_fail_at_every_rule_and_at_none() -> None:
    worlds = (wide_world(seed) for seed in range(150))
    met = {
        rule_at(question) for needs, pledges in worlds for question in singly(Asked(needs, Shelf(pledges), today=TODAY))
    }
    assert met == set(range(len(RULES) + 1))


def test_more_words_than_fit_into_one_number_are_told_apart() -> None:
    words = [f"word_{number}" for number in range(150)]
    shelf = [
        pledge_facts(id=f"pl_{at}", verified=frozenset(words[:at]), preferences=frozenset(words[at:]))
        for at in (0, 64, 65, 130)
    ]
    some = [
        need_facts(requires=frozenset(words[at : at + 2]), prefers=frozenset(words[at::3])) for at in range(0, 149, 7)
    ]
    asked = Asked(some, Shelf(shelf), today=TODAY)
    one, many = singly(asked), at_once(asked)
    assert first_failures(many).tolist() == [rule_at(question) for question in one]
    assert scores(many).tolist() == [score(question) for question in one]
    assert len(set(first_failures(many).tolist())) == 2
