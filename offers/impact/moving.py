"""When a public counter may move: pure arithmetic, no database.

Source: design 4-help.md, "Publication", line 9. A figure is frozen for a month, floored to tens, and moves only once
ten new households or providers of two organisations stand behind it. Beside any one partner's own, too, there must be
ten or none: otherwise a partner could plant nine and learn from the tenth that somebody else was there.
"""

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

FEWEST = 10
FEWEST_ORGANISATIONS = 2


class Counted(NamedTuple):
    """A household or a provider by an opaque word, the organisation that answers for it, a partner or not."""

    word: bytes
    organisation: str
    partner: bool


def may_move(new: Collection[Counted]) -> bool:
    """Return whether what is new since the last move hides everyone in it."""
    owner = {one.word: one for one in new}
    if len(owner) < FEWEST or len({one.organisation for one in owner.values()}) < FEWEST_ORGANISATIONS:
        return False
    own = Counter(one.organisation for one in owner.values() if one.partner)
    return all(len(owner) - count >= FEWEST for count in own.values())


def floored(count: int) -> int:
    """Return what may be shown of a count: full tens."""
    return count - count % FEWEST
