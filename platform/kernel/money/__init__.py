"""Money: an integer number of minor units and a currency. No float comes near it."""

from kernel.money.currency import CURRENCIES, exponent
from kernel.money.money import Money
from kernel.money.parse import parse

__all__ = ["CURRENCIES", "Money", "exponent", "parse"]
