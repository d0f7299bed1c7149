"""The hunt for a page of candidates: what could come first is asked first, and what could not come at all, never."""

# ruff: noqa: S608 - every part of these statements is a constant of the house; what was asked is a parameter

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db import connection

from offers.matching.bound import may_serve, most_points, smallest_party, standing
from offers.matching.facts import NeedFacts
from offers.matching.rank import Rank, turn_of
from offers.matching.reading import pledges_facts
from offers.matching.rules import Question, ask, feasible
from offers.matching.score import components, total
from offers.matching.statement import Statement
from offers.matching.streams import Stream, streams, worth_reading
from offers.pledges.models import Pledge

# read by no rule and shown on no card: leaving them in the database saves a fifth of the time
UNREAD = ("features", "household", "blind_email")
AT_FIRST = 1000  # so many of the best standing are looked at first
SPARE = 8  # so many more than a page are asked about at once: some will be refused
FURTHER = 4  # and so many times more each time that was not enough


class Placed(NamedTuple):
    """A pledge that passes every rule, where it stands, and the parts of its score."""

    rank: Rank
    pledge: Pledge
    question: Question
    parts: dict[str, int]


@dataclass(slots=True)
class Hunt:
    """Finds the `wanted` best candidates of a need after a rank; then `page` holds them."""

    need: NeedFacts
    today: date
    wanted: int
    after: Rank | None
    _placed: dict[str, Placed] = field(default_factory=dict)

    def page(self) -> list[Placed]:
        """Return the best found so far, best first."""
        found = sorted(self._placed.values(), key=lambda one: one.rank)
        return [one for one in found if self.after is None or one.rank > self.after][: self.wanted]

    def look_at_the_best_standing(self) -> None:
        """Ask about the best standing pledges of the likeliest streams, until a page is full: it may be beaten yet."""
        for stream in streams(self.need):
            for size in range(smallest_party(self.need), smallest_party(self.need) + 2):
                self._ask(self._rows(*self._best_standing(stream, size)))
                if len(self.page()) == self.wanted:
                    return

    def read_on(self) -> None:
        """Ask about all that could reach the page, best first, until nothing that is left could."""
        statement, text = self._all_that_could()
        done, size = 0, self.wanted + SPARE
        while text:
            rows = self._rows(statement, f"{text} LIMIT {size} OFFSET {done}")
            self._ask(rows)
            page = self.page()
            if len(rows) < size or (len(page) == self.wanted and page[-1].rank <= self._at_best(rows[-1])):
                return
            done, size = done + size, size * FURTHER

    def _ask(self, rows: Sequence[Pledge]) -> None:
        new = {row.pk: row for row in rows if row.pk not in self._placed}
        for facts in pledges_facts(new.values()):
            question = ask(self.need, facts, today=self.today)
            if feasible(question):
                parts = components(question)
                rank = Rank.of(self.need, facts.id, total(parts.values()))
                self._placed[facts.id] = Placed(rank, new[facts.id], question, parts)

    def _at_best(self, row: Pledge) -> Rank:
        """Return where a row could stand, and all that come after it in the order of the statement."""
        return Rank.of(self.need, row.pk, vars(row)["most"])

    def _rows(self, statement: Statement, text: str) -> list[Pledge]:
        return list(Pledge.objects.raw(text, statement.values))

    def _best_standing(self, stream: Stream, size: int) -> tuple[Statement, str]:
        s = Statement(connection.vendor)
        where = (
            f"kind = {s.value(self.need.kind)} AND status = 'active' AND {stream.condition(s)} AND max_party = {size}"
        )
        # whatever they are like: so the index alone says which rows are read, and how many
        best = (
            f"(SELECT * FROM offers_pledge WHERE {where} ORDER BY {standing(s)} DESC LIMIT {AT_FIRST}) AS offers_pledge"
        )
        inner = f"{self._select(s, best)} WHERE {may_serve(s, self.need, self.today)}"
        return s, f"{self._in_order(s, inner)} LIMIT {self.wanted + SPARE}"

    def _all_that_could(self) -> tuple[Statement, str]:
        s, page = Statement(connection.vendor), self.page()
        if len(page) < self.wanted:
            return s, self._in_order(s, f"{self._select(s)} WHERE {may_serve(s, self.need, self.today)}")
        score = 1000 - page[-1].rank.lost
        parts = [
            f"{self._select(s)} WHERE {may_serve(s, self.need, self.today)} AND {stream.condition(s)} AND ({worth})"
            for stream in streams(self.need)
            if (worth := worth_reading(s, self.need, stream, score, self.today))
        ]
        return s, self._in_order(s, " UNION ALL ".join(parts)) if parts else ""

    def _select(self, s: Statement, rows: str = "offers_pledge") -> str:
        columns = (one.column for one in Pledge._meta.concrete_fields if one.name not in UNREAD)
        return f"SELECT {', '.join(columns)}, {most_points(s, self.need, self.today)} AS most FROM {rows}"

    def _in_order(self, s: Statement, rows: str) -> str:
        id_ = s.by_letter("id")
        return f"SELECT * FROM ({rows}) AS found ORDER BY most DESC, {id_} <= {s.value(turn_of(self.need))}, {id_}"
