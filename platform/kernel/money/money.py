"""The value: equal if both parts are equal, added only to its own currency."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kernel.money.currency import exponent


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of ISO 4217: `Money(2500, "EUR")` is 25 euros, `Money(25, "JPY")` is 25 yen."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"Money takes whole minor units, not {type(self.minor).__name__}.")
        exponent(self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up: convert one first.")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: "Money") -> bool:
        return other < self

    def __ge__(self, other: "Money") -> bool:
        return other <= self

    def __bool__(self) -> bool:
        return self.minor != 0

    def allocate(self, weights: Sequence[int]) -> list["Money"]:
        """Split by whole-number weights into parts that sum to the whole; the largest remainders get what is left over.

        Raises ValueError without a positive weight or with a negative one.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("Weights must be whole numbers of 0 or more, and at least one above 0.")
        size, sign = abs(self.minor), -1 if self.minor < 0 else 1
        parts = [size * weight // total for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % total), i))
        for i in by_remainder[: size - sum(parts)]:
            parts[i] += 1
        return [Money(sign * part, self.currency) for part in parts]

    def decimal_text(self) -> str:
        """Return the plain decimal, such as `25.00`, without a currency."""
        digits = exponent(self.currency)
        sign, size = ("-" if self.minor < 0 else ""), str(abs(self.minor)).rjust(digits + 1, "0")
        return f"{sign}{size[:-digits]}.{size[-digits:]}" if digits else f"{sign}{size}"

    def formatted(self, locale: str = "en") -> str:
        """Return what a person reads in that language, such as `€25.00`, `CHF 25.00` or `25,00 €`."""
        from decimal import Decimal

        from babel.numbers import format_currency

        text = format_currency(Decimal(self.decimal_text()), self.currency, locale=locale.replace("-", "_"))
        # a code of letters stands apart from its number, which Babel leaves to its caller
        return re.sub(r"(?<=[^\W\d_])(?=\d)", "\N{NO-BREAK SPACE}", text)

    def as_json(self) -> dict[str, int | str]:
        """Return the shape of the contract: `{"minor": 2500, "currency": "EUR"}`."""
        return {"minor": self.minor, "currency": self.currency}

    def __str__(self) -> str:
        return f"{self.decimal_text()} {self.currency}"
