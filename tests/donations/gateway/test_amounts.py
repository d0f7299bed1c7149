"""Money in Stripe's integers and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donations.gateway import AmountRefusedError
from donations.gateway.amounts import MOST, from_stripe, to_stripe
from kernel.money import CURRENCIES, Money

# (ISO 4217 minor units, currency, what Stripe wants)
TABLE = [
    (2500, "EUR", 2500),
    (1999, "USD", 1999),
    (1, "GBP", 1),
    (1050, "CHF", 1050),
    (30000, "SEK", 30000),
    (2000, "PLN", 2000),
    (17500, "HUF", 17500),
    (500, "JPY", 500),
    (5, "ISK", 500),
    (5, "UGX", 500),
    (20000, "UGX", 2000000),
    (1230, "KWD", 1230),
    (0, "EUR", 0),
    (-1000, "EUR", -1000),
    (-5, "ISK", -500),
]


@pytest.mark.parametrize(("minor", "currency", "integer"), TABLE)
def test_it_says_what_stripe_wants(minor: int, currency: str, integer: int) -> None:
    """ISO's exponent, but for Stripe's special cases."""
    assert to_stripe(Money(minor, currency)) == integer


@pytest.mark.parametrize(("minor", "currency", "integer"), TABLE)
def test_it_reads_what_stripe_says(minor: int, currency: str, integer: int) -> None:
    """Stripe writes currencies in lower case."""
    assert from_stripe(integer, currency.lower()) == Money(minor, currency)


def test_it_refuses_a_third_decimal_that_is_not_zero() -> None:
    """Stripe takes dinars in steps of 0.010."""
    with pytest.raises(AmountRefusedError):
        to_stripe(Money(1234, "KWD"))


@pytest.mark.parametrize("currency", ["isk", "ugx"])
def test_it_refuses_a_fraction_of_a_whole_currency(currency: str) -> None:
    """Half a króna cannot be booked."""
    with pytest.raises(AmountRefusedError) as refused:
        from_stripe(550, currency)
    assert refused.value.code == "not_whole"


@pytest.mark.parametrize("currency", ["xts", "XTS", "", None])
def test_it_refuses_a_currency_not_taken_here(currency: str | None) -> None:
    """An amount that cannot be said in Money is never guessed."""
    with pytest.raises(AmountRefusedError) as refused:
        from_stripe(100, currency)
    assert refused.value.code == "unknown_currency"


def test_it_refuses_what_nobody_holds() -> None:
    """Beyond it no database adds up; up to it thousands of such amounts fit."""
    assert from_stripe(-MOST, "eur") == Money(-MOST, "EUR")
    for amount in (MOST + 1, -MOST - 1, 10**40):
        with pytest.raises(AmountRefusedError) as refused:
            from_stripe(amount, "eur")
        assert refused.value.code == "out_of_range"


@given(st.sampled_from(CURRENCIES), st.integers(-(10**9), 10**9))
def test_it_loses_nothing_there_and_back(currency: str, units: int) -> None:
    """Every amount that can be charged comes back the same."""
    money = Money(units * 10 if currency == "KWD" else units, currency)
    assert from_stripe(to_stripe(money), currency) == money
