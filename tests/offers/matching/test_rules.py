from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given

from offers.matching.facts import HeldUnit, NeedFacts, PledgeFacts, Span
from offers.matching.rules import RULES, Question, ask, feasible, first_failure
from tests.offers.matching.plain import TODAY, need_facts, pledge_facts
from tests.offers.matching.strategies import questions


def failing(need: NeedFacts, pledge: PledgeFacts, **asked: Any) -> str | None:
    rule = first_failure(ask(need, pledge, today=TODAY, **asked))
    return rule.code if rule else None


def test_it_keeps_the_order_of_the_contract() -> None:
    assert [rule.code for rule in RULES] == [
        "kind", "pledge_inactive", "capacity", "party_too_large", "window", "country", "language", "requires",
        "safeguarding", "excluded", "refused", "consent",
    ]  # fmt: skip


def test_it_passes_a_pledge_that_fits() -> None:
    assert failing(need_facts(), pledge_facts()) is None


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("kind", {"kind": "legal"}),
        ("pledge_inactive", {"status": "paused"}),
        ("pledge_inactive", {"vetted_until": TODAY - timedelta(days=1)}),
        ("pledge_inactive", {"confirm_by": None}),
        ("pledge_inactive", {"confirm_by": TODAY - timedelta(days=1)}),
        ("capacity", {"units_total": 0}),
        ("party_too_large", {"max_party": 1}),
        ("window", {"availability": ()}),
        ("window", {"availability": (Span(date(2026, 12, 1), date(2027, 1, 6)),)}),
        ("window", {"availability": (Span(date(2026, 12, 2), date(2027, 3, 1)),)}),
        ("window", {"notice_days": 10}),
        ("window", {"min_stay_days": 31}),
        ("window", {"max_stay_days": 29}),
        ("country", {"country": "FR"}),
        ("language", {"languages": ("ce",)}),
        ("language", {"languages": ()}),
    ],
)
def test_it_names_the_rule_a_pledge_fails(code: str, changed: dict[str, Any]) -> None:
    assert failing(need_facts(), pledge_facts(**changed)) == code


@pytest.mark.parametrize(
    "changed",
    [
        {"vetted_until": TODAY, "confirm_by": TODAY},
        {"vetted_until": None},
        {"availability": (Span(date(2026, 12, 1), date(2027, 1, 7)),)},
        {"notice_days": 9},
        {"min_stay_days": 30, "max_stay_days": 30},
        {"country": "FR", "service_area": frozenset({"DE"})},
        {"country": "FR", "remote": True},
        {"languages": ("ce", "en-GB")},
    ],
)
def test_it_passes_at_the_very_edge(changed: dict[str, Any]) -> None:
    assert failing(need_facts(), pledge_facts(**changed)) is None


def test_it_wants_one_range_to_cover_the_whole_window_and_stay() -> None:
    two = (Span(date(2026, 12, 1), date(2026, 12, 20)), Span(date(2026, 12, 20), date(2027, 2, 1)))
    assert failing(need_facts(), pledge_facts(availability=two)) == "window"


def test_it_never_offers_an_excluded_country() -> None:
    need = need_facts(countries=None, countries_excluded=frozenset({"LT"}))
    assert failing(need, pledge_facts()) == "country"
    assert failing(need, pledge_facts(service_area=frozenset({"DE"}))) is None


def test_it_believes_only_verified_features() -> None:
    need = need_facts(requires=frozenset({"step_free"}))
    assert failing(need, pledge_facts()) == "requires"
    assert failing(need, pledge_facts(verified=frozenset({"step_free", "quiet"}))) is None


def test_it_wants_a_person_who_hosts_children_background_checked() -> None:
    family = need_facts(bands={"18-59": 1, "3-12": 1})
    assert failing(family, pledge_facts()) == "safeguarding"
    assert failing(family, pledge_facts(verified=frozenset({"background_checked"}))) is None
    assert failing(family, pledge_facts(provider="organisation")) is None


def test_it_entrusts_unaccompanied_minors_to_licensed_organisations_only() -> None:
    minor = need_facts(size=1, bands={"13-17": 1})
    both = frozenset({"background_checked", "licensed"})
    assert failing(minor, pledge_facts(verified=both)) == "safeguarding"
    assert failing(minor, pledge_facts(provider="organisation", verified=both - {"licensed"})) == "safeguarding"
    assert failing(minor, pledge_facts(provider="organisation", verified=both)) is None


def test_it_keeps_a_failed_pair_and_an_excluded_provider_apart() -> None:
    assert failing(need_facts(exclusions=frozenset({"pl_b"})), pledge_facts()) == "excluded"
    assert failing(need_facts(failed_with=frozenset({"pl_b"})), pledge_facts()) == "excluded"


def test_it_respects_a_lawful_refusal() -> None:
    assert failing(need_facts(), pledge_facts(refusals=frozenset({"group"}))) == "refused"
    assert failing(need_facts(size=1), pledge_facts(refusals=frozenset({"group"}))) is None
    with_dog = need_facts(requires=frozenset({"pets_ok"}))
    assert failing(with_dog, pledge_facts(verified=frozenset({"pets_ok"}), refusals=frozenset({"pets"}))) == "refused"


def test_it_asks_for_consent_last() -> None:
    assert failing(need_facts(consent=False), pledge_facts()) == "consent"


def test_it_counts_units_busy_on_any_day_of_the_hold() -> None:
    before = HeldUnit(1, Span(date(2026, 11, 25), date(2026, 12, 1)))
    within = HeldUnit(1, Span(date(2026, 12, 30), date(2026, 12, 31)))
    other = HeldUnit(2, Span(date(2027, 1, 6), date(2027, 1, 9)))
    assert failing(need_facts(), pledge_facts(held=(before, within))) is None
    assert failing(need_facts(), pledge_facts(held=(within, other))) == "capacity"
    assert failing(need_facts(units=2), pledge_facts(held=(before,))) is None
    assert failing(need_facts(units=2), pledge_facts(held=(within,))) == "capacity"


def test_it_narrows_the_hold_when_the_start_day_is_named() -> None:
    later = HeldUnit(1, Span(date(2027, 1, 2), date(2027, 1, 9)))
    pledge = pledge_facts(units_total=1, held=(later,))
    assert failing(need_facts(), pledge) == "capacity"
    assert failing(need_facts(), pledge, start=date(2026, 12, 3)) is None
    assert failing(need_facts(), pledge, start=date(2026, 12, 4)) == "capacity"


def test_it_tells_a_pledge_blocked_by_holds_from_one_that_never_fitted() -> None:
    busy = (HeldUnit(1, Span(date(2026, 12, 1), date(2027, 1, 1))),)
    full = ask(need_facts(), pledge_facts(units_total=1, held=busy), today=TODAY)
    assert not feasible(full)
    assert feasible(full.ignoring_holds())
    away = ask(need_facts(), pledge_facts(units_total=1, held=busy, country="FR"), today=TODAY)
    assert not feasible(away.ignoring_holds())


@given(questions())
def test_it_shows_the_first_rule_that_fails_and_no_other(question: Question) -> None:
    failed = [rule for rule in RULES if not rule.passes(question)]
    assert first_failure(question) == (failed[0] if failed else None)
    assert feasible(question) == (not failed)
