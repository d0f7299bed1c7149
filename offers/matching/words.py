"""Lists of words in a pledge's columns, asked in the database's own way: PostgreSQL keeps JSON, SQLite its text."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, IntegerField, Value
from django.db.models.sql.compiler import SQLCompiler


class Says(Func):
    """Whether a list of plain words holds one of them."""

    output_field = BooleanField()
    function = "jsonb_exists"

    def __init__(self, column: str, word: str) -> None:
        super().__init__(F(column), Value(word))
        self.word = word

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        """Look for the word in its quotation marks: words hold none themselves."""
        quoted = self.copy()
        quoted.set_source_expressions([self.get_source_expressions()[0], Value(f'"{self.word}"')])
        return quoted.as_sql(compiler, connection, template="(instr(%(expressions)s) > 0)", **extra)


class Length(Func):
    """How many entries a list has."""

    output_field = IntegerField()
    function = "jsonb_array_length"
    arity = 1

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        """Count what the text says."""
        return self.as_sql(compiler, connection, function="json_array_length", **extra)
