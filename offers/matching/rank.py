"""The order of candidates, and the cursor that says where a page of them ended."""

import re
from typing import NamedTuple

from offers.matching.facts import NeedFacts


class Rank(NamedTuple):
    """Where a candidate stands: higher scores first; equal ones by id, from where the need's own id would stand.

    Ids are random, so that each need comes into their circle elsewhere and nobody stands first for long.
    """

    lost: int  # points short of the maximum, so that the best sorts first
    turn: str

    def __str__(self) -> str:
        return f"{self.lost}-{self.turn}"

    @classmethod
    def parse(cls, text: str) -> "Rank":
        """Read what str() wrote. Raises ValueError."""
        match = re.fullmatch(r"(\d{1,4})-([01]pl_[a-z2-7]{26})", text, re.ASCII)
        if match is None:
            raise ValueError("This is no rank.")
        return cls(int(match[1]), match[2])

    @classmethod
    def of(cls, need: NeedFacts, pledge: str, points: int) -> "Rank":
        """Rank a pledge by its id and points."""
        return cls(1000 - points, f"{int(pledge <= turn_of(need))}{pledge}")


def turn_of(need: NeedFacts) -> str:
    """Where a need comes into the circle of the ids of pledges."""
    return f"pl{need.id.removeprefix('nd')}"
