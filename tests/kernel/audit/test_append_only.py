"""`append_only`: what was written stays as it is, on both databases."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from kernel import audit
from kernel.audit.checkpoints import take_checkpoint
from kernel.audit.models import AuditEntry, AuditSeal

pytestmark = pytest.mark.django_db

TABLES = {
    "audit_auditentry": "audit_entry_append_only",
    "audit_auditseal": "audit_seal_append_only",
    "audit_auditcheckpoint": "audit_checkpoint_append_only",
}


@pytest.fixture(autouse=True)
def _one_sealed_row() -> None:
    audit.record("system", "a.done", "b")
    take_checkpoint()
    # foreign keys checked now, so that it is the trigger that refuses and not PostgreSQL's queue of checks
    connection.check_constraints()


def refused(statement: str, *values: object) -> bool:
    """Whether the database refuses the statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize("table", TABLES)
def test_it_refuses_update_and_delete(table: str) -> None:
    column = "actor" if table == "audit_auditentry" else "hash"
    assert refused(f'UPDATE "{table}" SET {column} = %s', "x")
    assert refused(f'UPDATE "{table}" SET {column} = {column}')
    assert refused(f'DELETE FROM "{table}"')
    assert AuditEntry.objects.get().actor == "system"


def test_it_refuses_through_the_models_too() -> None:
    entry = AuditEntry.objects.get()
    entry.actor = "user:1"
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditSeal.objects.all().delete()


@pytest.mark.sqlite
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("form", ["REPLACE INTO", "INSERT OR REPLACE INTO"])
def test_it_refuses_a_replacement(table: str, form: str) -> None:
    assert refused(f'{form} "{table}" SELECT * FROM "{table}"')


@pytest.mark.sqlite
@pytest.mark.parametrize("table", TABLES)
def test_it_refuses_an_update_that_would_replace(table: str) -> None:
    key = {"audit_auditentry": "id", "audit_auditseal": "position", "audit_auditcheckpoint": "number"}[table]
    assert refused(f'UPDATE OR REPLACE "{table}" SET {key} = {key}')
    assert refused(f'UPDATE OR IGNORE "{table}" SET {key} = {key} + 1')


@pytest.mark.sqlite
@pytest.mark.parametrize("column", ["entry_id", "previous_hash", "hash"])
def test_it_refuses_a_replacement_by_any_unique_column(column: str) -> None:
    columns = {name: f"'new {name}'" for name in ("entry_hash", "previous_hash", "hash")}
    columns |= {"position": "2", "entry_id": "99", "sealed_at": "sealed_at", column: column}
    assert refused(
        f"INSERT OR REPLACE INTO audit_auditseal ({', '.join(columns)}) "
        f"SELECT {', '.join(columns.values())} FROM audit_auditseal"
    )
    assert AuditSeal.objects.get().position == 1


@pytest.mark.sqlite
def test_it_refuses_an_upsert() -> None:
    columns = "id, at, actor, action, object_id, reason, fields"
    assert refused(
        f"INSERT INTO audit_auditentry ({columns}) SELECT {columns} FROM audit_auditentry WHERE true "
        "ON CONFLICT (id) DO UPDATE SET actor = 'x'"
    )


@pytest.mark.postgresql
@pytest.mark.parametrize("table", TABLES)
def test_it_refuses_to_be_emptied(table: str) -> None:
    assert refused(f'TRUNCATE "{table}" CASCADE')
    assert refused("TRUNCATE accounts_organisation, audit_auditentry, audit_auditseal, audit_auditcheckpoint CASCADE")


@pytest.mark.parametrize(("table", "name"), TABLES.items())
def test_it_is_there_after_every_migration(table: str, name: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            wanted = {f"{name}_update", f"{name}_delete"}
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled <> 'D'", [table])
            wanted = {f"{name}_row", f"{name}_truncate"}
        assert wanted <= {row[0] for row in cursor.fetchall()}


def test_the_chain_cannot_fork() -> None:
    audit.record("system", "a.done", "c")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditSeal.objects.create(
            position=2,
            entry=AuditEntry.objects.get(object_id="c"),
            entry_hash="0" * 64,
            previous_hash=AuditSeal.objects.get().previous_hash,
            hash="1" * 64,
            sealed_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
