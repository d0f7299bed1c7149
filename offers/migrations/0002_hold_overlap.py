"""The last line against double booking: the database itself refuses two live holds of one unit on one day."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    """
    ALTER TABLE offers_hold ADD CONSTRAINT offers_hold_no_overlap
    EXCLUDE USING gist (pledge_id WITH =, unit WITH =, daterange(starts_on, ends_on) WITH &&) WHERE (live)
    """,
]
POSTGRESQL_BACK = ["ALTER TABLE offers_hold DROP CONSTRAINT offers_hold_no_overlap"]

OVERLAP = """
    CREATE TRIGGER offers_hold_no_overlap_{event} BEFORE {when} ON offers_hold WHEN NEW.live
    BEGIN
        SELECT RAISE(ABORT, 'offers_hold_no_overlap')
        WHERE EXISTS (
            SELECT 1 FROM offers_hold AS other
            WHERE other.pledge_id = NEW.pledge_id AND other.unit = NEW.unit AND other.live
            AND other.starts_on < NEW.ends_on AND NEW.starts_on < other.ends_on
            AND other.id IS NOT NEW.id
        );
    END
"""
SQLITE = [OVERLAP.format(event="insert", when="INSERT"), OVERLAP.format(event="update", when="UPDATE")]
SQLITE_BACK = ["DROP TRIGGER offers_hold_no_overlap_insert", "DROP TRIGGER offers_hold_no_overlap_update"]


def _run(editor: BaseDatabaseSchemaEditor, *, postgresql: list[str], sqlite: list[str]) -> None:
    for statement in postgresql if editor.connection.vendor == "postgresql" else sqlite:
        editor.execute(statement)


def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, postgresql=POSTGRESQL, sqlite=SQLITE)


def backwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, postgresql=POSTGRESQL_BACK, sqlite=SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("offers", "0001_pledges_needs_matches")]

    operations = [migrations.RunPython(forwards, backwards)]
