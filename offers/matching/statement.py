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
        return " OR ".join(self.says(column, word) for word in sorted(given)) or "1 = 0"

    def how_many(self, column: str, given: Iterable[str]) -> str:
        """How many of some words a list holds."""
        cases = (f"CASE WHEN {self.says(column, word)} THEN 1 ELSE 0 END" for word in sorted(given))
        return f"({' + '.join(cases) or '0'})"

    def begins(self, column: str, word: str) -> str:
        """Whether the first word of a list begins like this."""
        return self._like(column, f'["{word}%')

    def has_like(self, column: str, word: str) -> str:
        """Whether some word of a list begins like this."""
        return self._like(column, f'%"{word}%')

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

    def by_letter(self, column: str) -> str:
        """A column of plain letters in the order of their codes, which is Python's."""
        return f'{column} COLLATE "C"' if self._postgresql else column

    @property
    def _postgresql(self) -> bool:
        return self.vendor == "postgresql"

    def _like(self, column: str, pattern: str) -> str:
        if self._postgresql:
            return f"{column}::text ILIKE {self.value(pattern)}"
        return f"{column} LIKE {self.value(pattern)}"  # which SQLite reads without regard to case
