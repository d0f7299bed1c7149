"""Words that somebody has vouched for: codes, names of functions, kinds of errors."""

import re

WITHHELD = "[withheld]"
LONGEST = 4000
_SHAPE = re.compile(r"[\w .:,/<>()\[\]+-]*", re.ASCII)


class Told(str):
    """A word for the log that comes from the code, not from a person. Whoever writes `Told(x)` answers for `x`.

    What no code word looks like becomes a mark all the same.
    """

    __slots__ = ()

    def __new__(cls, word: str) -> "Told":
        fits = len(word) <= LONGEST and _SHAPE.fullmatch(word)
        return super().__new__(cls, word if fits else WITHHELD)
