"""Which pledges could meet a need, best first.

The hard rules and the score are asked of pledges in the order of what the database says they could reach at most, until
no pledge that is left could come before the last of the page: the answer is that of asking about every single pledge.
Among many pledges a first look at the best standing ones tells what score the page is about, and whatever could not
reach it stays unread: see `streams`. The number of queries does not grow with the number of pledges.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kernel.states import Refusal
from offers.matching.explain import Reason, reasons
from offers.matching.found import Found
from offers.matching.hunt import Hunt
from offers.matching.rank import Rank
from offers.matching.reading import need_facts
from offers.matching.rules import Question
from offers.matching.score import total
from offers.matching.size import is_large
from offers.needs.models import Need, NeedStatus

SEARCHABLE = (NeedStatus.OPEN, NeedStatus.HELD, NeedStatus.MATCHED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pledge that passes every hard rule, its score, and the parts of it."""

    pledge: Found
    score: int
    components: dict[str, int]
    question: Question

    @property
    def reasons(self) -> list[Reason]:
        """Return a sentence for each part, put into words when they are asked for."""
        return reasons(self.question)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of candidates, and the rank after which the next page begins; None: this was the last."""

    candidates: list[Candidate]
    after: Rank | None


def candidates(
    *, need: Need, today: date, limit: int = 50, after: Rank | None = None, among_many: bool | None = None
) -> Page:
    """Rank the pledges that pass every hard rule for `need`, `limit` of them from `after` on.

    `among_many` decides whether there is a first look at the best standing ones; left out, the number of pledges does.
    Raises Refusal `need_not_open` before a second person has approved the need, and once it is over.
    """
    must_be_searchable(need)
    hunt = Hunt(need_facts(need), today, limit + 1, after)
    if is_large() if among_many is None else among_many:
        hunt.look_at_the_best_standing()
    hunt.read_on()
    page = hunt.page()
    found = [Candidate(row, total(parts.values()), parts, question) for _rank, row, question, parts in page[:limit]]
    return Page(found, page[limit - 1][0] if len(page) > limit else None)


def must_be_searchable(need: Need) -> None:
    """Raise Refusal `need_not_open` before a second person has approved the need, and once it is over."""
    if need.status not in SEARCHABLE:
        raise Refusal(
            "need_not_open",
            _("Candidates are searched while a need is open, once a second person has opened it."),
            state=str(need.status),
        )
