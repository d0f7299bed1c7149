"""What Stripe keeps of a payment, and what it converts. Amounts are Stripe's integers.

A payment in a currency with a row in FEES settles in that currency; any other is converted to euros first,
at a fixed rate that already holds the 2 % Stripe takes for it. Fee = percentage of the settled amount,
rounded half up, plus the fixed part. Refunds give no fee back.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

# settlement currency: (percent, fixed part), close to Stripe's public prices for cards of the region
FEES = {
    "eur": (Decimal("1.5"), 25),
    "usd": (Decimal("2.9"), 30),
    "gbp": (Decimal("1.5"), 20),
    "chf": (Decimal("2.9"), 30),
    "sek": (Decimal("1.5"), 180),
    "nok": (Decimal("2.4"), 200),
    "dkk": (Decimal("1.5"), 180),
    "pln": (Decimal("1.5"), 100),
    "czk": (Decimal("1.5"), 650),
    "ron": (Decimal("1.5"), 100),
}
# what Stripe takes for a dispute
DISPUTES = {
    "eur": 2000, "usd": 1500, "gbp": 2000, "chf": 2000, "sek": 20000, "nok": 20000, "dkk": 15000, "pln": 7500,
    "czk": 50000, "ron": 10000,
}  # fmt: skip
# euros for one unit (not one minor unit) of the currency, after Stripe's conversion fee
RATES = {
    "aud": Decimal("0.5586"),
    "bgn": Decimal("0.5011"),
    "brl": Decimal("0.1586"),
    "cad": Decimal("0.6125"),
    "gel": Decimal("0.3136"),
    "huf": Decimal("0.002548"),
    "isk": Decimal("0.006762"),
    "jpy": Decimal("0.005586"),
    "kwd": Decimal("2.7734"),
    "nzd": Decimal("0.4949"),
    "try": Decimal("0.0205"),
    "uah": Decimal("0.02058"),
    "ugx": Decimal("0.000235"),
}
CURRENCIES = frozenset(FEES) | frozenset(RATES)
_DECIMALS = {"jpy": 0, "kwd": 3}
_WHOLE_ONLY = {"isk": 100, "ugx": 100, "kwd": 10}
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
_MINIMUM = {
    "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50, "gbp": 30, "huf": 17500,
    "jpy": 50, "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "usd": 50,
}  # fmt: skip
MAXIMUM = 99_999_999


@dataclass(frozen=True, slots=True)
class Settled:
    """What reaches the balance, in the settlement currency; `rate` is None without conversion."""

    currency: str
    gross: int
    fee: int
    rate: Decimal | None

    @property
    def net(self) -> int:
        """Gross less fee."""
        return self.gross - self.fee


def decimals(currency: str) -> int:
    """Return how many decimals Stripe's integer has in this currency (2 for ISK and UGX)."""
    return _DECIMALS.get(currency, 2)


def step(currency: str) -> int:
    """Return what every amount in this currency must be a multiple of."""
    return _WHOLE_ONLY.get(currency, 1)


def minimum(currency: str) -> int:
    """Return the smallest amount that can be charged, which holds in the settlement currency too."""
    own = _MINIMUM.get(currency, 0)
    if currency in FEES:
        return own
    least = Decimal(_MINIMUM["eur"]) / 100 / RATES[currency] * 10 ** decimals(currency)
    steps = (least / step(currency)).quantize(Decimal(1), ROUND_UP)
    return max(own, int(steps) * step(currency))


def converted(amount: int, currency: str) -> int:
    """Return `amount` in the settlement currency."""
    if currency in FEES:
        return amount
    units = Decimal(amount) / 10 ** decimals(currency) * RATES[currency]
    return int((units * 100).quantize(Decimal(1), ROUND_HALF_UP))


def settled(amount: int, currency: str) -> Settled:
    """Return what a payment of `amount` becomes."""
    into = currency if currency in FEES else "eur"
    gross = converted(amount, currency)
    percent, fixed = FEES[into]
    fee = int((gross * percent / 100).quantize(Decimal(1), ROUND_HALF_UP)) + fixed
    return Settled(into, gross, fee, RATES.get(currency))
