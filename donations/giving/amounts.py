"""What may be given: currencies, least and most, the usual amounts, and what covering the fee adds."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from kernel.money import Money
from kernel.states import Refusal


@dataclass(frozen=True, slots=True)
class Range:
    """For one currency, in minor units: the least and the most one gift may be, the amounts offered, and the step."""

    least: int
    most: int
    presets: tuple[int, ...]
    step: int = 1


# The least is well above what a card tester needs; the most below what Stripe takes at once (99,999,999 of its units).
# KWD moves in steps of 0.010 and ISK and UGX in whole units, which is what cards settle in.
RANGES = {
    "EUR": Range(200, 1_000_000, (2500, 5000, 10000, 25000)),
    "USD": Range(200, 1_000_000, (2500, 5000, 10000, 25000)),
    "GBP": Range(200, 1_000_000, (2000, 5000, 10000, 20000)),
    "CHF": Range(200, 1_000_000, (2500, 5000, 10000, 25000)),
    "SEK": Range(2000, 10_000_000, (25000, 50000, 100000, 250000)),
    "PLN": Range(800, 4_000_000, (10000, 20000, 40000, 100000)),
    "JPY": Range(300, 1_500_000, (3000, 5000, 10000, 30000)),
    "ISK": Range(300, 900_000, (3000, 7000, 15000, 35000)),
    "UGX": Range(8000, 900_000, (50000, 100000, 200000, 500000)),
    "KWD": Range(600, 3_000_000, (8000, 15000, 30000, 75000), step=10),
}
CURRENCIES = tuple(RANGES)


def check(amount: Money, *, field: str = "amount") -> None:
    """Raise Refusal `currency_not_taken`, `amount_too_small`, `amount_too_large` or `amount_step`."""
    limits = RANGES.get(amount.currency)
    if limits is None:
        raise Refusal("currency_not_taken", f"Give in one of {', '.join(CURRENCIES)}.", "currency")
    if amount.minor < limits.least:
        raise Refusal("amount_too_small", f"The least we can take is {Money(limits.least, amount.currency)}.", field)
    if amount.minor > limits.most:
        raise Refusal(
            "amount_too_large",
            f"The most we can take at once is {Money(limits.most, amount.currency)}. For more, please write to us.",
            field,
        )
    check_step(amount, field=field)


def check_step(amount: Money, *, field: str = "amount") -> None:
    """Raise Refusal `amount_step` for a fraction in which cards do not settle, on the way in or back."""
    step = RANGES[amount.currency].step
    if amount.minor % step:
        sentence = _("This currency is taken in steps of %(money)s.") % {"money": Money(step, amount.currency)}
        raise Refusal("amount_step", sentence, field)


def presets(currency: str, own: dict[str, list[int]] | None = None) -> list[Money]:
    """Return the amounts offered in `currency`, smallest first; those of a fund (`own`) instead of the usual ones."""
    chosen = (own or {}).get(currency) or RANGES[currency].presets
    return [Money(minor, currency) for minor in sorted(chosen)]


def fee_cover(amount: Money) -> Money:
    """Return what to add so that about `amount` is left after the payment fee, rounded up to the currency's step.

    The estimate is the setting STRIPE_FEE_ESTIMATE: per currency (hundredths of a percent, fixed minor units); the fee
    itself is known only afterwards. One without an estimate adds nothing.
    """
    rate, fixed = settings.STRIPE_FEE_ESTIMATE.get(amount.currency, (0, 0))
    step = RANGES[amount.currency].step
    total = -(-(amount.minor + fixed) * 10_000 // (10_000 - rate))
    return Money(-(-total // step) * step - amount.minor, amount.currency)
