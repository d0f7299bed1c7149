"""Pairs of need and pledge, and what the vectorised rules ask about them."""

from typing import Any

import numpy as np

from offers.matching.many.arrays import Flags, Numbers, spread
from offers.matching.many.asked import Asked
from offers.matching.many.shelf import UNSHARED
from offers.matching.many.words import shared


class Picked:
    """The columns of some rows: `picked.size` is the size of each."""

    def __init__(self, columns: Any, rows: Numbers) -> None:
        self._columns, self._rows = columns, rows

    def __getattr__(self, name: str) -> Numbers:
        found: Numbers = getattr(self._columns, name)[self._rows]
        return found


class Questions:
    """May this pledge serve this need? Row `needs[k]` of `asked` faces row `pledges[k]` of its shelf, for every k.

    As for one question: `need` and `pledge` have the facts, here a column of each.
    """

    def __init__(self, asked: Asked, needs: Numbers, pledges: Numbers) -> None:
        self._asked, self._shelf = asked, asked.shelf
        self.needs, self.pledges = needs, pledges
        self.need, self.pledge = Picked(asked, needs), Picked(asked.shelf, pledges)
        self.today = asked.today

    @classmethod
    def of_all(cls, asked: Asked) -> "Questions":
        """Let every need face every pledge of the shelf: need by need, the pledges in their order."""
        needs, pledges = np.indices((len(asked), len(asked.shelf)), dtype=np.int64)
        return cls(asked, needs.ravel(), pledges.ravel())

    def __len__(self) -> int:
        return len(self.needs)

    def where(self, wanted: Numbers | Flags) -> "Questions":
        """Return some of the questions."""
        return Questions(self._asked, self.needs[wanted], self.pledges[wanted])

    def places(self) -> Numbers:
        """The place of each question among them all."""
        return np.arange(len(self), dtype=np.int64)

    def everywhere(self, number: int) -> Numbers:
        """One number for every question."""
        return np.full(len(self), number, dtype=np.int64)

    def free_units(self) -> Numbers:
        """How many units nobody holds on any day of the hold."""
        owners, holds = spread(self._shelf.holds, self.pledges)
        start, end = self.need.start[owners], self.need.end[owners]
        met = (self._shelf.held_from[holds] < end) & (start < self._shelf.held_until[holds])
        owners, units = owners[met], self._shelf.held_unit[holds[met]]
        # the holds of a pledge are in the order of their units: each unit counts once
        again = (np.diff(owners, prepend=-1) == 0) & (np.diff(units, prepend=-1) == 0)
        free: Numbers = self.pledge.units_total - np.bincount(owners[~again], minlength=len(self))
        return free

    def covered_until(self) -> Numbers:
        """The last day of the ranges that cover the whole hold; 0 if none does."""
        owners, ranges = spread(self._shelf.ranges, self.pledges)
        covers = (self._shelf.opens[ranges] <= self.need.start[owners]) & (
            self._shelf.closes[ranges] >= self.need.end[owners]
        )
        found: Numbers = np.zeros(len(self), dtype=np.int64)
        np.maximum.at(found, owners[covers], self._shelf.closes[ranges[covers]])
        return found

    def country_ranks(self) -> Numbers:
        """The place on the party's list of the best country in which the help can be had; UNSHARED: in none of them."""
        ranks, places = self._asked.country_ranks, self._shelf.places[self.pledge.places_at]
        rows = self.need.countries_at
        found = ranks[rows, places[:, 0]]
        for further in range(1, places.shape[1]):
            np.minimum(found, ranks[rows, places[:, further]], out=found)
        return found.astype(np.int64)

    def in_a_country(self) -> Flags:
        """Whether the help can be had in a country that is accepted."""
        found: Flags = self.country_ranks() < UNSHARED
        return found

    def in_a_language(self) -> Flags:
        """Whether the two share a language."""
        found: Flags = self.language_ranks() < UNSHARED
        return found

    def language_ranks(self) -> Numbers:
        """0 where both put the same language first; UNSHARED or more where they share none."""
        tongues, rows = self._asked.languages[self.need.languages_at], self.pledge.languages_at
        found: Numbers = self._shelf.spoken[rows, tongues[:, 0]]
        for place in range(1, tongues.shape[1]):
            np.minimum(found, self._shelf.spoken[rows, tongues[:, place]] + place, out=found)
        return found

    def barred(self) -> Flags:
        """Whether an exclusion of the need, or a match that failed its household, names the pledge."""
        barred = self._asked.barred
        if not len(barred):
            return np.zeros(len(self), dtype=bool)
        keys = self.need.wary_at * self._asked.token_groups + self._asked.tokens_at[self.pledges]
        places = np.searchsorted(barred, keys).clip(max=len(barred) - 1)
        found: Flags = np.equal(barred[places], keys)
        return found

    def verified_all(self) -> Flags:
        """Whether every feature that the need requires is verified."""
        lacking = self._asked.requires[self.needs] & ~self._shelf.verified[self.pledges]
        met: Flags = (self.need.unheard_of == 0) & (np.count_nonzero(lacking, axis=1) == 0)
        return met

    def refused(self) -> Flags:
        """Whether the party has a trait that the provider refuses."""
        met = self._asked.traits[self.needs] & self._shelf.refusals[self.pledges]
        refused: Flags = np.count_nonzero(met, axis=1) > 0
        return refused

    def wanted(self) -> Numbers:
        """How many of the party's preferences are verified."""
        return shared(self._asked.prefers[self.needs], self._shelf.verified[self.pledges]).astype(np.int64)

    def liked(self) -> Numbers:
        """How many of the provider's preferences are in the party's manner."""
        return shared(self._asked.manner[self.needs], self._shelf.preferences[self.pledges]).astype(np.int64)
