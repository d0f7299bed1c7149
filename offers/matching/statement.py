"""The words in which two databases are asked the same: one statement, its values apart from its text."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(slots=True)
class Statement:
    """Collects the values of a statement and spells what PostgreSQL and SQLite spell differently."""

    vendor: str
    values: dict[str, Any] = field(default_factory=dict)

    def value(self, given: str | int) -> str:
        """Put a value aside and return the mark that stands for it."""
        name = f"v{len(self.values)}"
        self.values[name] = given
        return f"%({name})s"

    def day(self, given: date) -> str:
        """Put a day aside."""
        mark = self.value(given.isoformat())
        return f"CAST({mark} AS date)" if self._postgresql else mark

    def among(self, column: str, given: Iterable[str]) -> str:
        """Whether a column is one of some words."""
        marks = ", ".join(self.value(one) for one in sorted(given))
        return f"{column} IN ({marks})" if marks else "1 = 0"

    def says(self, column: str, word: str) -> str:
        """Whether a list of words holds one."""
        if self._postgresql:
            return f"jsonb_exists({column}, {self.value(word)})"
        quoted = self.value(f'"{word}"')
        return f"instr({column}, {quoted}) > 0"

    def says_any(self, column: str, given: Iterable[str]) -> str:
        """Whether a list of words holds one of some."""
        words = sorted(given)
        if words and self._postgresql:
            return f"jsonb_exists_any({column}, {self._words(words)})"
        return f"({' OR '.join(self.says(column, word) for word in words)})" if words else "1 = 0"

    def how_many(self, column: str, given: Iterable[str]) -> str:
        """How many of some words a list holds."""
        cases = (f"CASE WHEN {self.says(column, word)} THEN 1 ELSE 0 END" for word in sorted(given))
        return f"({' + '.join(cases) or '0'})"

    def at_place(self, column: str, place: int, word: str) -> str:
        """Whether the word at a place of a list, counted from 0, begins like this."""
        at = f"{column} ->> {place}" if self._postgresql else f"json_extract({column}, '$[{place}]')"
        return f"({at}) LIKE {self.value(f'{word}%')}"

    def has_like(self, column: str, given: Iterable[str]) -> str:
        """Whether some word of a list begins like one of some."""
        words = list(given)
        if self._postgresql:  # turning a list into text takes long, and most of them hold the very word
            marks = self._words([f'%"{word}%' for word in words])
            return f"(jsonb_exists_any({column}, {self._words(words)}) OR {column}::text LIKE ANY ({marks}))"
        likes = (f"""{column} LIKE {self.value(f'%"{word}%')}""" for word in words)
        return f"({' OR '.join(likes)})"

    def length(self, column: str) -> str:
        """How long a list is."""
        return f"jsonb_array_length({column})" if self._postgresql else f"json_array_length({column})"

    def is_empty(self, column: str) -> str:
        """Whether a list is empty; spelled as the indexes spell it."""
        return f"{column} = '[]'"

    def least(self, *numbers: str) -> str:
        """The least of some numbers."""
        return f"{'LEAST' if self._postgresql else 'MIN'}({', '.join(numbers)})"

    def days_between(self, column: str, since: date) -> str:
        """How many days a column lies after a day."""
        if self._postgresql:
            return f"({column} - {self.day(since)})"
        return f"CAST(julianday({column}) - julianday({self.day(since)}) AS integer)"

    def gathered(self, *columns: str) -> str:
        """All rows as one list of lists, as JSON text."""
        if self._postgresql:
            return f"CAST(json_agg(json_build_array({', '.join(columns)})) AS text)"
        return f"json_group_array(json_array({', '.join(columns)}))"

    def by_itself(self, rows: str) -> str:
        """A statement that is not mingled with the one around it, so that its own conditions alone choose its index."""
        return f"({rows}{' OFFSET 0' if self._postgresql else ''})"

    def by_letter(self, column: str) -> str:
        """A column of plain letters in the order of their codes, which is Python's."""
        return f'{column} COLLATE "C"' if self._postgresql else column

    @property
    def _postgresql(self) -> bool:
        return self.vendor == "postgresql"

    def _words(self, given: Iterable[str]) -> str:
        """Put a list of words aside."""
        name = f"v{len(self.values)}"
        self.values[name] = list(given)
        return f"CAST(%({name})s AS text[])"
