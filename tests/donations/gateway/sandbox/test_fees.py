"""The fee rule, by the table."""

import pytest

from donations.gateway.sandbox import fees
from kernel.money import CURRENCIES


@pytest.mark.parametrize(
    ("amount", "currency", "into", "gross", "fee"),
    [
        (2500, "eur", "eur", 2500, 63),
        (10000, "usd", "usd", 10000, 320),
        (10000, "gbp", "gbp", 10000, 170),
        (50, "eur", "eur", 50, 26),
        (5000, "jpy", "eur", 2793, 67),
        (500000, "isk", "eur", 3381, 76),
        (10000, "kwd", "eur", 2773, 67),
    ],
)
def test_it_keeps_what_the_table_says(amount: int, currency: str, into: str, gross: int, fee: int) -> None:
    """Percentage rounded half up, plus the fixed part; converted first where there is no account."""
    settled = fees.settled(amount, currency)
    assert (settled.currency, settled.gross, settled.fee) == (into, gross, fee)
    assert settled.net == gross - fee


def test_it_covers_every_currency_taken_here() -> None:
    """None is refused by the sandbox that the house takes."""
    assert {currency.upper() for currency in fees.CURRENCIES} == set(CURRENCIES)


@pytest.mark.parametrize("currency", sorted(fees.CURRENCIES))
def test_it_never_keeps_more_than_the_smallest_gift(currency: str) -> None:
    """Net stays positive at the minimum Stripe takes."""
    assert fees.settled(fees.minimum(currency), currency).net > 0
