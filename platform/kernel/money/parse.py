"""What a person types into an amount field, read without a float."""

import re

from kernel.money.currency import exponent
from kernel.money.money import Money

_DIGITS = re.compile(r"^(?P<whole>\d{1,12})(?:[.,](?P<part>\d{1,3}))?$")


def parse(text: str, currency: str) -> Money:
    """Read `25`, `25.00` or `25,5` as Money. Raises ValueError with a sentence if it is no amount of that currency."""
    found = _DIGITS.match(re.sub(r"[\s\u00a0'\u2019]", "", text))
    digits = exponent(currency)
    if not found:
        raise ValueError("Write the amount in digits, such as 25 or 25.50.")
    part = (found["part"] or "").rstrip("0")
    if len(part) > digits:
        raise ValueError(
            f"{currency} has no decimals: write a whole number."
            if not digits
            else f"{currency} has {digits} decimals at most."
        )
    return Money(int(found["whole"]) * 10**digits + int(part.ljust(digits, "0") or 0), currency)
