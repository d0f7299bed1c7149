"""How what is taken back from a gift is shared by its funds: by the total alone, whatever came first.

The shares are those of D'Hondt: they only grow as the total grows, and taking the whole gift takes from each fund
exactly what it had of it. So refunds and disputes may come in any order and in any pieces.
"""

from collections.abc import Sequence
from fractions import Fraction


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """Return the parts of `total` minor units, one a weight, summing to it; `weights` is what each fund had.

    `shares(sum(weights), weights) == weights`, and no part of a larger total is smaller. Raises ValueError below zero.
    """
    whole = sum(weights)
    if total < 0 or whole <= 0:
        raise ValueError("Only what was given can be taken back, and not less than nothing of it.")
    parts = [total * weight // whole for weight in weights]
    for _ in range(total - sum(parts)):
        first = max(range(len(weights)), key=lambda i: (Fraction(weights[i], parts[i] + 1), -i))
        parts[first] += 1
    return parts
