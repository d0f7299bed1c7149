"""Pledges as columns: what the rules and the score look at when they are asked about many pledges at once."""

from collections.abc import Sequence
from datetime import date
from typing import Self

import numpy as np

from offers.matching.facts import PledgeFacts
from offers.matching.many.arrays import coded, column, padded, starts_of
from offers.matching.many.words import Vocabulary
from offers.matching.rules import ACTIVE, primary

NEVER, FOREVER = 0, 2**40  # days, before and after all others
UNSHARED = 10_000  # a rank behind all ranks; they are kept in sixteen bits


class Shelf:
    """The columns of some pledges. Asked again and again, it is made once."""

    def __init__(self, pledges: Sequence[PledgeFacts]) -> None:
        self.pledges = tuple(pledges)
        self.kinds, self.kind = coded(one.kind for one in self.pledges)
        self._say_whether()
        self._say_when()
        self._say_where()
        self._say_how()

    @classmethod
    def of(cls, pledges: Sequence[PledgeFacts]) -> Self:
        """Return a shelf of these pledges, in their order."""
        return cls(pledges)

    def __len__(self) -> int:
        return len(self.pledges)

    def _say_whether(self) -> None:
        """Set the columns of state, checks and track record."""
        pledges = self.pledges
        self.active = column(one.status == ACTIVE for one in pledges)
        self.vetted_until = column(_day(one.vetted_until, FOREVER) for one in pledges)
        self.confirm_by = column(_day(one.confirm_by, NEVER) for one in pledges)
        self.organisation = column(one.provider == "organisation" for one in pledges)
        self.kept = column(one.kept for one in pledges)
        self.broken = column(one.broken for one in pledges)
        self.vetting_steps = column(one.vetting_steps for one in pledges)

    def _say_when(self) -> None:
        """Set the columns of the calendar: ranges of availability by pledge, holds by pledge and unit."""
        pledges = self.pledges
        self.notice_days = column(one.notice_days for one in pledges)
        self.min_stay_days = column(-FOREVER if one.min_stay_days is None else one.min_stay_days for one in pledges)
        self.max_stay_days = column(FOREVER if one.max_stay_days is None else one.max_stay_days for one in pledges)
        self.ranges = starts_of(len(one.availability) for one in pledges)
        ranges = [span for one in pledges for span in one.availability]
        self.opens = column(span.start.toordinal() for span in ranges)
        self.closes = column(span.end.toordinal() for span in ranges)
        self.units_total = column(one.units_total for one in pledges)
        self.max_party = column(one.max_party for one in pledges)
        self.holds = starts_of(len(one.held) for one in pledges)
        held = [hold for one in pledges for hold in sorted(one.held)]
        self.held_unit = column(hold.unit for hold in held)
        self.held_from = column(hold.span.start.toordinal() for hold in held)
        self.held_until = column(hold.span.end.toordinal() for hold in held)

    def _say_where(self) -> None:
        """Set the columns of countries: `country_of` numbers them, `places` has those of each group of pledges."""
        self.remote = column(one.remote for one in self.pledges)
        distinct, self.places_at = coded(one.places for one in self.pledges)
        known = sorted(frozenset[str]().union(*distinct))
        self.country_of = {code: place for place, code in enumerate(known)}
        self.places = padded(([self.country_of[code] for code in sorted(codes)] for codes in distinct), filler=-1)

    def _say_how(self) -> None:
        """Set the columns of features and languages."""
        pledges = self.pledges
        verified, wishes = [one.verified for one in pledges], [one.preferences for one in pledges]
        refusals = [one.refusals for one in pledges]
        self.features, self.manners = Vocabulary.of(verified), Vocabulary.of([*wishes, *refusals])
        self.verified, self.preferences = self.features.bits(verified), self.manners.bits(wishes)
        self.refusals, self.likes = self.manners.bits(refusals), column(len(words) for words in wishes)
        self.licensed = column("licensed" in words for words in verified)
        self.background_checked = column("background_checked" in words for words in verified)
        spoken, self.languages_at = coded(one.languages for one in pledges)
        heard = sorted({primary(tag) for tags in spoken for tag in tags})
        self.language_of = {tag: place for place, tag in enumerate(heard)}
        # the last column is of every language that no pledge speaks
        self.spoken = np.full((len(spoken), len(heard) + 1), UNSHARED, dtype=np.int64)
        for row, tags in enumerate(spoken):
            for place, tag in reversed(list(enumerate(tags))):
                self.spoken[row, self.language_of[primary(tag)]] = place


def _day(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else day.toordinal()
