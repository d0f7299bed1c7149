"""Which pledges could meet a need, best first.

The question is asked in three steps: the database drops what a column alone can rule out, the hard rules decide, the
score ranks. The rules stay the only definition: the first step may let through what they refuse, never the reverse,
so that a faster search can take its place without anyone who asks noticing. The number of queries does not grow with
the number of pledges.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kernel.states import Refusal
from offers.matching.explain import Reason, reasons
from offers.matching.facts import NeedFacts
from offers.matching.possible import on_its_days, whatever_the_days
from offers.matching.reading import need_facts, pledges_facts
from offers.matching.rules import Question, ask, feasible
from offers.matching.score import components, total
from offers.needs.models import Need, NeedStatus
from offers.pledges.models import Pledge, PledgeQuerySet

# read by no rule and shown on no card: leaving them in the database saves a fifth of the time
UNREAD = ("features", "household", "blind_email")
SEARCHABLE = (NeedStatus.OPEN, NeedStatus.HELD, NeedStatus.MATCHED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pledge that passes every hard rule, its score, the parts of it, and a sentence for each."""

    pledge: Pledge
    score: int
    components: dict[str, int]
    reasons: list[Reason]


@dataclass(frozen=True, slots=True, order=True)
class Rank:
    """Where a candidate stands: higher scores first, ties by a hash that favours nobody for long."""

    lost: int  # points short of the maximum, so that the best sorts first
    tie: str

    def __str__(self) -> str:
        return f"{self.lost}-{self.tie}"

    @classmethod
    def parse(cls, text: str) -> "Rank":
        """Read what str() wrote. Raises ValueError."""
        match = re.fullmatch(r"(\d{1,4})-([0-9a-f]{20})", text, re.ASCII)
        if match is None:
            raise ValueError("This is no rank.")
        return cls(int(match[1]), match[2])


@dataclass(frozen=True, slots=True)
class Found:
    """One page of candidates, and the rank after which the next page begins; None: this was the last."""

    candidates: list[Candidate]
    after: Rank | None


def candidates(*, need: Need, today: date, limit: int = 50, after: Rank | None = None) -> Found:
    """Rank the pledges that pass every hard rule for `need`, `limit` of them from `after` on.

    Raises Refusal `need_not_open` before a second person has approved the need, and once it is over.
    """
    must_be_searchable(need)
    facts = need_facts(need)
    rows = {pledge.pk: pledge for pledge in _possible(facts, today)}
    ranked = sorted(
        (_rank(question, parts), question, parts)
        for question, parts in (
            (question, components(question))
            for question in (ask(facts, pledge, today=today) for pledge in pledges_facts(rows.values()))
            if feasible(question)
        )
    )
    page = [one for one in ranked if after is None or one[0] > after]
    found = [
        Candidate(rows[question.pledge.id], total(parts.values()), parts, reasons(question))
        for _place, question, parts in page[:limit]
    ]
    return Found(found, page[limit - 1][0] if len(page) > limit else None)


def must_be_searchable(need: Need) -> None:
    """Raise Refusal `need_not_open` before a second person has approved the need, and once it is over."""
    if need.status not in SEARCHABLE:
        raise Refusal(
            "need_not_open",
            _("Candidates are searched while a need is open, once a second person has opened it."),
            state=str(need.status),
        )


def _possible(need: NeedFacts, today: date) -> PledgeQuerySet:
    """Drop what single columns rule out. A pledge that passes the hard rules is always among what is left."""
    active = Pledge.objects.active(today).filter(kind=need.kind)
    return on_its_days(whatever_the_days(active, need), need, today).defer(*UNREAD)


def _rank(question: Question, parts: dict[str, int]) -> Rank:
    words = f"{question.need.id} {question.pledge.id}".encode()
    return Rank(1000 - total(parts.values()), hashlib.blake2b(words, digest_size=10).hexdigest())
