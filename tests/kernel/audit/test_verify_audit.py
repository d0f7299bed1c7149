"""`verify_audit`: the adversary owns the database, lifts the triggers, and is found out all the same."""

import contextlib
import json
import random
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kernel import audit
from kernel.audit.models import AuditEntry, AuditSeal, AuditUnsealed
from kernel.audit.sealing import hash_entry, hash_seal
from kernel.audit.verify import verify_trail
from tests.triggers import lifted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _trail() -> None:
    for which in range(10):
        audit.record(f"user:{which}", "thing.done", f"th_{which}", reason="r", fields=["a", "b"])
    audit.seal_pending()


def execute(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextlib.contextmanager
def tampering() -> Iterator[None]:
    """The block has the rights of the tables' owner, whom no trigger stops."""
    # PostgreSQL alters no table whose foreign keys are still to be checked
    connection.check_constraints()
    with lifted(connection):
        yield
        connection.check_constraints()


def entry_at(position: int) -> int:
    return AuditSeal.objects.get(position=position).entry_id


def test_it_is_content_with_what_was_written() -> None:
    audit.record("system", "late.done", "th_late")
    verdict = verify_trail()
    assert (verdict.sealed, verdict.unsealed, verdict.fault) == (10, 1, None)
    assert verdict.oldest_unsealed is not None
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "10 entries" in out.getvalue()
    assert "Not sealed yet: 1, the oldest from" in out.getvalue()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "user:99"),
        ("action", "thing.undone"),
        ("object_id", "th_x"),
        ("reason", ""),
        ("fields", '["a"]'),
        ("at", "2020-01-01 00:00:00+00:00"),
    ],
)
def test_it_finds_a_changed_entry(column: str, value: str) -> None:
    with tampering():
        execute(f'UPDATE audit_auditentry SET "{column}" = %s WHERE id = %s', value, entry_at(4))
        fault = verify_trail().fault
    assert fault is not None
    assert (fault.position, fault.code) == (4, "entry_changed")


def test_it_finds_an_entry_changed_together_with_its_seal() -> None:
    with tampering():
        seal = AuditSeal.objects.get(position=4)
        AuditEntry.objects.filter(pk=seal.entry_id).update(actor="user:99")
        seal.refresh_from_db()
        seal.entry_hash = hash_entry(AuditEntry.objects.get(pk=seal.entry_id))
        seal.hash = hash_seal(seal)
        seal.save()
        fault = verify_trail().fault
    assert fault is not None
    assert (fault.position, fault.code) == (5, "chain_broken")


def test_it_finds_a_seal_that_says_another_time() -> None:
    with tampering():
        execute("UPDATE audit_auditseal SET sealed_at = %s WHERE position = 6", "2020-01-01 00:00:00+00:00")
        fault = verify_trail().fault
    assert fault is not None
    assert (fault.position, fault.code) == (6, "seal_changed")


@pytest.mark.parametrize("position", [1, 5])
def test_it_finds_a_row_cut_out_of_the_middle(position: int) -> None:
    with tampering():
        entry = entry_at(position)
        execute("DELETE FROM audit_auditseal WHERE position = %s", position)
        execute("DELETE FROM audit_auditentry WHERE id = %s", entry)
        fault = verify_trail().fault
    assert fault is not None
    assert (fault.position, fault.code) == (position, "seal_missing")


def test_it_finds_a_tail_that_lost_its_seals() -> None:
    with tampering():
        execute("DELETE FROM audit_auditseal WHERE position > 8")
        fault = verify_trail().fault
    assert fault is not None
    assert (fault.position, fault.code) == (None, "seal_lost")


def test_it_finds_an_entry_slipped_in() -> None:
    entry = AuditEntry.objects.get(pk=entry_at(3))
    entry.pk = None
    entry.save(force_insert=True)
    fault = verify_trail().fault
    assert fault is not None
    assert (fault.entry, fault.code) == (entry.pk, "seal_lost")


def test_it_finds_two_entries_that_changed_places() -> None:
    with tampering():
        first, second = entry_at(2), entry_at(3)
        for table_column in ("actor", "object_id"):
            one, two = (
                AuditEntry.objects.values_list(table_column, flat=True).get(pk=first),
                AuditEntry.objects.values_list(table_column, flat=True).get(pk=second),
            )
            AuditEntry.objects.filter(pk=first).update(**{table_column: two})
            AuditEntry.objects.filter(pk=second).update(**{table_column: one})
        fault = verify_trail().fault
    assert fault is not None
    assert fault.position == 2


def test_it_finds_a_hundred_random_changes() -> None:
    chance = random.Random(20261122)
    columns = ["actor", "action", "object_id", "reason"]
    with tampering():
        for _ in range(100):
            entry = AuditEntry.objects.get(pk=entry_at(chance.randint(1, 10)))
            column = chance.choice(columns)
            before = getattr(entry, column)
            AuditEntry.objects.filter(pk=entry.pk).update(**{column: f"{before}{chance.choice('abc')}"})
            fault = verify_trail().fault
            assert fault is not None
            assert fault.entry == entry.pk
            AuditEntry.objects.filter(pk=entry.pk).update(**{column: before})
        assert verify_trail().fault is None


def test_the_command_fails_and_names_the_row() -> None:
    with tampering():
        entry = entry_at(4)
        execute("UPDATE audit_auditentry SET actor = 'x' WHERE id = %s", entry)
        out = StringIO()
        with pytest.raises(CommandError, match=f"seal 4, entry {entry}: the entry is not what was sealed"):
            call_command("verify_audit", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["ok"] is False
    assert answer["fault"] == {"position": 4, "entry": entry, "code": "entry_changed"}
    assert answer["sealed"] == 3


def test_it_counts_the_tail_without_what_is_sealed() -> None:
    AuditUnsealed.objects.create(entry_id=entry_at(1))
    assert verify_trail().unsealed == 0
