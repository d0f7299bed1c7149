"""Money (ISO 4217 minor units) to and from the integer Stripe wants.

Stripe follows the ISO exponent except here:

- ISK and UGX have no decimals, but Stripe takes them with two, and both must be 00: 5 ISK is 500.
- Three-decimal currencies (KWD) are taken with three, but the last digit must be 0: 1.230 KWD is 1230.

https://docs.stripe.com/currencies#special-cases
"""

from donations.gateway.errors import AmountRefusedError
from kernel.money import Money, exponent

_FACTOR = {"ISK": 100, "UGX": 100}
MOST = 10**15  # beyond any balance; sums of thousands of such amounts still fit what a database adds up


def to_stripe(money: Money) -> int:
    """Return the integer Stripe wants for this amount. Raises AmountRefusedError for a third decimal that is not 0."""
    if exponent(money.currency) == 3 and money.minor % 10:
        raise AmountRefusedError(f"{money.currency} is charged in steps of 0.010: the last decimal must be 0.")
    return money.minor * _FACTOR.get(money.currency, 1)


def from_stripe(amount: int, currency: str | None) -> Money:
    """Return the Money Stripe means by `amount` in `currency` (any case).

    Raises AmountRefusedError `unknown_currency` for one not taken here or none, `not_whole` for a fraction that the
    currency does not have, `out_of_range` for an amount that nobody holds.
    """
    code = (currency or "").upper()
    whole, rest = divmod(amount, _FACTOR.get(code, 1))
    if rest:
        raise AmountRefusedError(f"{amount} is a fraction of the smallest unit of {code}.", code="not_whole")
    if abs(amount) > MOST:
        raise AmountRefusedError("This amount is beyond any balance.", code="out_of_range")
    try:
        return Money(whole, code)
    except ValueError as unknown:
        raise AmountRefusedError(str(unknown), code="unknown_currency") from unknown
