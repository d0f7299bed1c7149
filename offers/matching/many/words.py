"""Sets of words as bits: a set of sixty words is compared with another in one step."""

from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np

from offers.matching.many.arrays import Bits, coded

_WIDTH = 64


class Vocabulary:
    """The words that one side knows, each with a bit of its own; as many numbers to a set as there is need of."""

    def __init__(self, words: Iterable[str]) -> None:
        self._bit = {word: 1 << place for place, word in enumerate(sorted(set(words)))}
        self.width = max(1, -(-len(self._bit) // _WIDTH))

    @classmethod
    def of(cls, sets: Iterable[frozenset[str]]) -> Self:
        """Return the vocabulary of these sets."""
        return cls(frozenset[str]().union(*sets))

    def knows(self, words: Iterable[str]) -> bool:
        """Whether every word is one of its own."""
        return all(word in self._bit for word in words)

    def bits(self, sets: Sequence[frozenset[str]]) -> Bits:
        """Return a row for each set; words that are not its own are left out."""
        distinct, places = coded(sets)
        masks = [sum(self._bit.get(word, 0) for word in words) for words in distinct]
        split = [[mask >> (_WIDTH * part) & (2**_WIDTH - 1) for part in range(self.width)] for mask in masks]
        table: Bits = np.array(split, dtype=np.uint64).reshape(-1, self.width)
        found: Bits = table[places]
        return found


def shared(one: Bits, other: Bits) -> Bits:
    """Return how many words each two sets have in common."""
    counts: Bits = np.bitwise_count(one & other).sum(axis=1, dtype=np.uint64)
    return counts
