"""Needs as columns, in the words of the shelf that they are held against."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import numpy as np

from offers.matching.facts import NeedFacts
from offers.matching.many.arrays import coded, column, padded
from offers.matching.many.shelf import UNSHARED, Shelf
from offers.matching.rules import primary


class Asked:
    """The columns of some needs before a shelf, on the day `today`."""

    def __init__(self, needs: Sequence[NeedFacts], shelf: Shelf, *, today: date) -> None:
        self.needs, self.shelf, self.today = tuple(needs), shelf, today.toordinal()
        self._say_who()
        self._say_when()
        self._say_where()
        self._say_how()
        self._say_whom_not()

    def __len__(self) -> int:
        return len(self.needs)

    def _say_who(self) -> None:
        """Set the columns of the party; a kind that the shelf does not hold is -1."""
        needs, kinds = self.needs, {kind: place for place, kind in enumerate(self.shelf.kinds)}
        self.kind = column(kinds.get(one.kind, -1) for one in needs)
        self.units, self.size = column(one.units for one in needs), column(one.size for one in needs)
        self.children = column(one.children > 0 for one in needs)
        self.unaccompanied = column(one.unaccompanied for one in needs)
        self.consent = column(one.consent for one in needs)

    def _say_when(self) -> None:
        """Set the columns of days, as ordinals."""
        needs = self.needs
        self.start = column(one.window.start.toordinal() for one in needs)
        self.stay_days = column(one.stay_days for one in needs)
        self.end = column(one.window.end.toordinal() for one in needs) + self.stay_days
        self.lead_days = self.start - self.today
        self.waited_days = np.maximum(self.today - column(one.waiting_since.toordinal() for one in needs), 0)

    def _say_where(self) -> None:
        """Set `country_ranks`: by group of needs and country of the shelf, with a last column for no country."""
        wanted, self.countries_at = coded((one.countries, one.countries_excluded) for one in self.needs)
        numbers = self.shelf.country_of
        self.anywhere = column(countries is None for countries, _excluded in wanted)[self.countries_at]
        self.listed = column(len(countries or ()) for countries, _excluded in wanted)[self.countries_at]
        self.country_ranks = np.full((len(wanted), len(numbers) + 1), UNSHARED, dtype=np.int16)
        for row, (countries, excluded) in enumerate(wanted):
            if countries is None:
                self.country_ranks[row, :-1] = 0
            for rank, code in reversed(list(enumerate(countries or ()))):
                if code in numbers:
                    self.country_ranks[row, numbers[code]] = rank
            for code in excluded:
                if code in numbers:
                    self.country_ranks[row, numbers[code]] = UNSHARED

    def _say_how(self) -> None:
        """Set the columns of features, traits and languages."""
        needs, features, manners = self.needs, self.shelf.features, self.shelf.manners
        self.requires = features.bits([one.requires for one in needs])
        self.unheard_of = column(not features.knows(one.requires) for one in needs)
        self.prefers = features.bits([one.prefers for one in needs])
        self.wants = column(len(one.prefers) for one in needs)
        self.traits = manners.bits([one.traits() for one in needs])
        self.manner = manners.bits([one.manner() for one in needs])
        numbers, unknown = self.shelf.language_of, len(self.shelf.language_of)
        spoken, self.languages_at = coded(one.languages for one in needs)
        self.languages = padded(
            ([numbers.get(primary(tag), unknown) for tag in tags] for tags in spoken), filler=unknown
        )
        self.tongues = column(len(one.languages) for one in needs)

    def _say_whom_not(self) -> None:
        """Set what bars a need from a pledge: groups of both, and the pairs of groups that are kept apart: `barred`."""
        needs, pledges = self.needs, self.shelf.pledges
        words = frozenset[str]().union(*(one.exclusions for one in needs))
        failed = frozenset[str]().union(*(one.failed_with for one in needs))
        ours, self.wary_at = coded((one.exclusions, one.failed_with) for one in needs)
        theirs, self.tokens_at = coded((one.tokens & words, one.id if one.id in failed else "") for one in pledges)
        found: defaultdict[tuple[str, bool], set[int]] = defaultdict(set)
        for group, (tokens, failure) in enumerate(theirs):
            for token in tokens:
                found[token, False].add(group)
            if failure:
                found[failure, True].add(group)
        self.token_groups = len(theirs)
        self.barred = np.array(
            sorted(
                {
                    row * self.token_groups + group
                    for row, (excluded, failures) in enumerate(ours)
                    for key in (*((word, False) for word in excluded), *((pledge, True) for pledge in failures))
                    for group in found.get(key, ())
                }
            ),
            dtype=np.int64,
        )
