"""Money: whole minor units of one currency, and parts that sum to the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import CURRENCIES, Money, exponent, parse

amounts = st.integers(-(10**12), 10**12)


@given(amounts, st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any), st.sampled_from(CURRENCIES))
def test_it_splits_into_parts_that_sum_to_the_whole(minor: int, weights: list[int], currency: str) -> None:
    parts = Money(minor, currency).allocate(weights)
    assert sum(part.minor for part in parts) == minor
    total = sum(weights)
    assert all(abs(part.minor * total - minor * weight) < total for part, weight in zip(parts, weights, strict=True))


@given(st.integers(0, 10**12 - 1), st.sampled_from(CURRENCIES))
def test_it_reads_back_what_it_writes(minor: int, currency: str) -> None:
    assert parse(Money(minor, currency).decimal_text(), currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("25", "EUR", 2500),
        ("25,5", "EUR", 2550),
        ("1 000", "JPY", 1000),
        ("1.234", "KWD", 1234),
        ("5", "ISK", 5),
        ("٢٥", "EUR", 2500),
    ],
)
def test_it_reads_what_people_type(text: str, currency: str, minor: int) -> None:
    assert parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"), [("", "EUR"), ("-1", "EUR"), ("1e3", "EUR"), ("1.234", "EUR"), ("1.5", "JPY")]
)
def test_it_says_why_it_cannot_read(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse(text, currency)


def test_it_never_adds_two_currencies_nor_takes_a_float() -> None:
    with pytest.raises(ValueError, match="convert"):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(TypeError, match="float"):
        Money(1.0, "EUR")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not a currency"):
        Money(1, "XXX")


def test_it_knows_the_exponents_of_iso_4217() -> None:
    known = {"EUR": 2, "USD": 2, "GBP": 2, "CHF": 2, "SEK": 2, "PLN": 2, "JPY": 0, "ISK": 0, "UGX": 0, "KWD": 3}
    assert {currency: exponent(currency) for currency in known} == known


def test_it_orders_and_formats() -> None:
    assert Money(1, "EUR") < Money(2, "EUR") <= Money(2, "EUR")
    assert Money(2500, "EUR").formatted("en") == "€25.00"
    assert Money(275000, "SEK").formatted("en") == "SEK\N{NO-BREAK SPACE}2,750.00"
    assert Money(2500, "EUR").as_json() == {"minor": 2500, "currency": "EUR"}
    assert Money(-5, "EUR").decimal_text() == "-0.05"
