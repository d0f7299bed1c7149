"""Tables whose rows are written once: triggers that refuse UPDATE, DELETE and, on PostgreSQL, TRUNCATE.

Used from migrations. SQLite rebuilds a table to alter it and loses its triggers with the old one: a migration that
alters such a table ends with this operation again (it may be applied twice).
On SQLite `INSERT OR REPLACE` is refused only with `PRAGMA recursive_triggers=ON`, which the settings set.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

SENTENCE = "This table is append-only: a row that was written stays as it is."
BODY = f" BEGIN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{SENTENCE}'; END "


def sqlite_triggers(table: str, name: str) -> dict[str, str]:
    """Return the two triggers by name, each as it follows the words CREATE TRIGGER."""
    return {
        f"{name}_{verb.lower()}": f'"{name}_{verb.lower()}" BEFORE {verb} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        for verb in ("UPDATE", "DELETE")
    }


def postgresql_triggers(table: str, name: str) -> dict[str, str]:
    """Return the two triggers by name, each as it follows the words CREATE TRIGGER; their function is called `name`."""
    return {
        f"{name}_{suffix}": f'"{name}_{suffix}" BEFORE {events} ON "{table}" '
        f'FOR EACH {each} EXECUTE FUNCTION "{name}"()'
        for suffix, events, each in (("row", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"))
    }


def _put_up(editor: BaseDatabaseSchemaEditor, table: str, name: str) -> None:
    if editor.connection.vendor == "sqlite":
        for text in sqlite_triggers(table, name).values():
            editor.execute(f"CREATE TRIGGER IF NOT EXISTS {text}")
        return
    editor.execute(f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $${BODY}$$')
    for text in postgresql_triggers(table, name).values():
        editor.execute(f"CREATE OR REPLACE TRIGGER {text}")


def _take_down(editor: BaseDatabaseSchemaEditor, table: str, name: str) -> None:
    if editor.connection.vendor == "sqlite":
        for trigger in sqlite_triggers(table, name):
            editor.execute(f'DROP TRIGGER IF EXISTS "{trigger}"')
        return
    for trigger in postgresql_triggers(table, name):
        editor.execute(f'DROP TRIGGER IF EXISTS "{trigger}" ON "{table}"')
    editor.execute(f'DROP FUNCTION IF EXISTS "{name}"()')


def append_only(table: str, name: str) -> RunPython:
    """Return the migration operation that makes `table` append-only with triggers whose names begin with `name`.

    A refused statement raises IntegrityError on both databases.
    """

    def forwards(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _put_up(editor, table, name)

    def backwards(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _take_down(editor, table, name)

    return RunPython(forwards, backwards)
