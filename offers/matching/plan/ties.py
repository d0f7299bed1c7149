"""What decides between plans that are alike in everything: a number that favours nobody for long."""

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np

from offers.matching.many.arrays import Numbers
from offers.matching.plan.edges import Pairs
from offers.matching.plan.pairs import Instance

Bits = np.ndarray[Any, np.dtype[np.uint64]]


def ties(seed: int, instance: Instance, pairs: Pairs) -> Numbers:
    """Return a number below 2³² for each lot of each pair. Under another seed it falls out otherwise.

    A digest of each id, and the three of a pair stirred together (the finisher of SplitMix64: Steele, Lea and Flood,
    2014), so that the numbers of two pairs have nothing in common.
    """
    owners = pairs.owners
    needs = _digests(seed, (need.id for need in instance.needs))
    lots = _digests(seed, (f"{instance.pledges[lot.pledge].id} {lot.units[0]}" for lot in instance.lots))
    mixed = _stirred(needs[pairs.needs[owners]] ^ _stirred(lots[pairs.lots]))
    found: Numbers = (mixed >> np.uint64(32)).astype(np.int64)
    return found


def _digests(seed: int, words: Iterable[str]) -> Bits:
    salt = seed.to_bytes(8, "big", signed=True)
    told = b"".join(hashlib.blake2b(word.encode(), digest_size=8, salt=salt).digest() for word in words)
    return np.frombuffer(told, dtype=">u8").astype(np.uint64)


def _stirred(bits: Bits) -> Bits:
    """Return numbers in which every bit depends on every bit."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
