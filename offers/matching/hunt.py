"""The hunt for a page of candidates: what could come first is asked first, and what could not come at all, never."""

# ruff: noqa: S608 - every part of these statements is a constant of the house; what was asked is a parameter

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db import connection

from offers.matching.bound import may_serve, most_points, standing
from offers.matching.facts import NeedFacts
from offers.matching.found import COLUMNS, Found, found_by, with_holds
from offers.matching.rank import Rank, turn_of
from offers.matching.rules import Question, ask, feasible
from offers.matching.score import components, total
from offers.matching.sets import Wished, wished
from offers.matching.statement import Statement
from offers.matching.streams import Stream, first_looks, streams, worth_reading

AT_FIRST = 1000  # so many of the best standing are looked at first
SPARE = 4  # so many more than a page are asked about at once: some will be refused
FURTHER = 4  # and so many times more each time that was not enough


class Placed(NamedTuple):
    """The row of a pledge that passes every rule, where it stands, and the parts of its score."""

    rank: Rank
    row: Found
    question: Question
    parts: dict[str, int]


@dataclass(slots=True)
class Hunt:
    """Finds the `wanted` best candidates of a need after a rank; then `page` holds them."""

    need: NeedFacts
    today: date
    wanted: int
    after: Rank | None
    _asked: set[str] = field(default_factory=set)
    _among: list[Wished] = field(default_factory=list)
    _placed: list[Placed] = field(default_factory=list)  # best first, those only that come after the rank

    def page(self) -> list[Placed]:
        """Return the best found so far, best first."""
        return self._placed[: self.wanted]

    def look_at_the_best_standing(self) -> None:
        """Ask about the best standing pledges of the likeliest streams, until a page is full: it may be beaten yet."""
        self._among = wished(self.need)
        for look in first_looks(self.need, self._among):
            statement, text = self._best_standing(*look)
            self._ask(found_by(text, statement.values))
            if len(self._placed) >= self.wanted:
                return

    def read_on(self) -> None:
        """Ask about all that could reach the page, best first, until nothing that is left could."""
        statement, text = self._all_that_could()
        done, size = 0, self.wanted + SPARE
        while text:
            rows = found_by(with_holds(statement, f"{text} LIMIT {size} OFFSET {done}"), statement.values)
            if self._ask(rows) or len(rows) < size:
                return
            done, size = done + size, size * FURTHER

    def _ask(self, rows: Sequence[Found]) -> bool:
        """Ask about rows, those first that could stand best; return whether neither the rest nor any other that could
        reach no more than they need be asked.
        """
        at_best = ((Rank.of(self.need, row.id, row.most), row) for row in rows)
        for best, row in sorted(at_best, key=_rank):
            if len(self._placed) >= self.wanted and self._placed[self.wanted - 1].rank <= best:
                return True
            if row.id in self._asked:
                continue
            self._asked.add(row.id)
            question = ask(self.need, row.facts(), today=self.today)
            if feasible(question):
                parts = components(question)
                rank = Rank.of(self.need, row.id, total(parts.values()))
                if self.after is None or rank > self.after:
                    insort(self._placed, Placed(rank, row, question, parts), key=_rank)
        return False

    def _best_standing(self, stream: Stream, some: Wished, size: int) -> tuple[Statement, str]:
        s = Statement(connection.vendor)
        where = (
            f"kind = {s.value(self.need.kind)} AND status = 'active' AND {stream.condition(s)} AND {some.condition(s)}"
            f" AND max_party = {size}"
        )
        best = f"SELECT * FROM offers_pledge WHERE {where} ORDER BY {standing(s)} DESC LIMIT {AT_FIRST}"
        return s, with_holds(s, f"{self._in_order(s, self._select(s, best))} LIMIT {self.wanted + SPARE}")

    def _all_that_could(self) -> tuple[Statement, str]:
        s, page = Statement(connection.vendor), self.page()
        if len(page) < self.wanted:
            return s, self._in_order(s, self._select(s))
        score = 1000 - page[-1].rank.lost
        active = f"SELECT * FROM offers_pledge WHERE kind = {s.value(self.need.kind)} AND status = 'active'"
        parts = [
            self._select(s, f"{active} AND {stream.condition(s)} AND ({worth})")
            for stream in streams(self.need)
            if (worth := worth_reading(s, self.need, stream, self._among, score, self.today))
        ]
        return s, self._in_order(s, " UNION ALL ".join(parts)) if parts else ""

    def _select(self, s: Statement, among: str = "") -> str:
        """Return the statement for all that may serve; among some, if the index is to be chosen by what those are."""
        rows = f"{s.by_itself(among)} AS offers_pledge" if among else "offers_pledge"
        need, today = self.need, self.today
        return f"SELECT {COLUMNS}, {most_points(s, need, today)} AS most FROM {rows} WHERE {may_serve(s, need, today)}"

    def _in_order(self, s: Statement, rows: str) -> str:
        id_ = s.by_letter("id")
        return f"SELECT * FROM ({rows}) AS found ORDER BY most DESC, {id_} <= {s.value(turn_of(self.need))}, {id_}"


def _rank(one: tuple[Rank, *tuple[object, ...]]) -> Rank:
    return one[0]
