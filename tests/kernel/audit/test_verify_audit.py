"""`verify_audit`: the adversary owns the database, lifts the triggers, and is found out all the same."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from kernel import audit
from kernel.audit.checkpoints import statement_of, take_checkpoint
from kernel.audit.exporting import export_checkpoints
from kernel.audit.hashing import hash_entry, hash_seal
from kernel.audit.keys import public_word, signing_key
from kernel.audit.models import AuditCheckpoint, AuditEntry, AuditSeal, AuditUnsealed
from kernel.audit.verify import verify_trail
from tests.kernel.audit.tampering import chain_anew, change_actor, entry_at, execute, record_some, tampering

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _trail() -> None:
    record_some(10)


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


def test_the_command_fails_and_names_the_row() -> None:
    with tampering():
        entry = entry_at(4)
        execute("UPDATE audit_auditentry SET actor = 'x' WHERE id = %s", entry)
        out = StringIO()
        with pytest.raises(CommandError, match=f"seal 4, entry {entry}: the entry is not what was sealed"):
            call_command("verify_audit", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["ok"] is False
    assert answer["fault"] == {
        "position": 4, "entry": entry, "code": "entry_changed", "since": None, "checkpoint": None, "line": None
    }  # fmt: skip
    assert answer["sealed"] == 3


def test_it_counts_the_tail_without_what_is_sealed() -> None:
    AuditUnsealed.objects.create(entry_id=entry_at(1))
    assert verify_trail().unsealed == 0


def test_it_cannot_see_a_cut_of_what_was_not_signed_and_says_how_much_that_is() -> None:
    take_checkpoint()
    record_some(4, prefix="new")
    before = verify_trail()
    assert (before.sealed, before.signed) == (14, 10)
    with tampering():
        entries = [entry_at(position) for position in (13, 14)]
        execute("DELETE FROM audit_auditseal WHERE position > 12")
        AuditEntry.objects.filter(pk__in=entries).delete()
    assert verify_trail().fault is None


def test_it_finds_a_chain_rewritten_below_a_checkpoint_with_no_copy() -> None:
    take_checkpoint()
    with tampering():
        change_actor(4)
        chain_anew(4)
        fault = verify_trail().fault
    assert fault is not None
    assert (fault.code, fault.since, fault.position) == ("rewritten", 0, 10)
    assert fault.sentence.startswith("after seal 0, up to seal 10, checkpoint 1: the chain is not the one")


def test_it_finds_a_waiting_entry_that_vanished_and_left_its_place_in_the_queue() -> None:
    waiting = audit.record("system", "late.done", "th_late")
    with tampering():
        waits = list(AuditUnsealed.objects.values_list("entry_id", flat=True))
        assert waits == [waiting.pk]
        if connection.vendor == "postgresql":
            execute("DROP TABLE audit_auditunsealed")
            execute("CREATE TABLE audit_auditunsealed (entry_id bigint PRIMARY KEY)")
            execute("INSERT INTO audit_auditunsealed VALUES (%s)", waiting.pk)
        execute("DELETE FROM audit_auditentry WHERE id = %s", waiting.pk)
        fault = verify_trail().fault
        execute("DELETE FROM audit_auditunsealed")
    assert fault is not None
    assert (fault.entry, fault.code) == (waiting.pk, "entry_lost")


def test_it_names_what_does_not_refuse_changes_any_more() -> None:
    assert verify_trail().triggers_down == []
    with tampering():
        down = verify_trail().triggers_down
        with pytest.raises(CommandError, match="Not in force: audit_entry_append_only_"):
            call_command("verify_audit", stdout=StringIO())
    assert {name.rpartition("_")[0] for name in down} == {
        "audit_entry_append_only", "audit_seal_append_only", "audit_checkpoint_append_only"
    }  # fmt: skip
    assert verify_trail().triggers_down == []


@pytest.mark.sqlite
def test_it_is_not_taken_in_by_a_trigger_that_does_nothing() -> None:
    execute("DROP TRIGGER audit_entry_append_only_update")
    execute("CREATE TRIGGER audit_entry_append_only_update BEFORE UPDATE ON audit_auditentry BEGIN SELECT 1; END")
    assert verify_trail().triggers_down == ["audit_entry_append_only_update"]


@pytest.mark.postgresql
def test_it_is_not_taken_in_by_a_function_that_does_nothing() -> None:
    execute(
        "CREATE OR REPLACE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN coalesce(NEW, OLD); END $$"
    )
    assert verify_trail().triggers_down == ["audit_entry_append_only_row", "audit_entry_append_only_truncate"]


@pytest.mark.sqlite
def test_it_notices_that_rows_could_be_replaced() -> None:
    connection.check_constraints()
    execute("PRAGMA recursive_triggers=OFF")
    try:
        assert verify_trail().triggers_down == ["recursive_triggers"]
    finally:
        execute("PRAGMA recursive_triggers=ON")


def test_a_former_key_still_counts_and_signs_no_more(settings: Settings) -> None:
    take_checkpoint()
    former = public_word(signing_key())
    settings.AUDIT_SIGNING_KEY = "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    fault = verify_trail().fault
    assert fault is not None
    assert (fault.code, fault.checkpoint) == ("checkpoint_changed", 1)
    settings.AUDIT_FORMER_KEYS = [former]
    take_checkpoint()
    assert verify_trail().fault is None
    # whoever holds the former key signs a third one with it
    newest = public_word(signing_key())
    settings.AUDIT_SIGNING_KEY, settings.AUDIT_FORMER_KEYS = "A" * 43 + "=", [newest]
    take_checkpoint()
    fault = verify_trail(keys=[former, newest]).fault
    assert fault is not None
    assert (fault.code, fault.checkpoint) == ("checkpoint_changed", 3)


def test_the_command_trusts_the_key_it_is_given_alone() -> None:
    take_checkpoint()
    own, other = public_word(signing_key()), "A" * 43 + "="
    call_command("verify_audit", "--public-key", own, stdout=StringIO())
    with pytest.raises(CommandError, match="checkpoint 1: this checkpoint is not what was signed"):
        call_command("verify_audit", "--public-key", other, stdout=StringIO())
    with pytest.raises(CommandError, match="A public key is 32 bytes in base64"):
        call_command("verify_audit", "--public-key", "own", stdout=StringIO())


def test_the_command_holds_the_trail_against_the_copy(checkpoint_file: Path) -> None:
    take_checkpoint()
    export_checkpoints()
    out = StringIO()
    call_command("verify_audit", "--checkpoints", str(checkpoint_file), stdout=out)
    assert "up to seal 10, by 1 checkpoints, and 1 in the kept copy" in out.getvalue()
    with tampering():
        execute("DELETE FROM audit_auditcheckpoint")
        assert verify_trail().fault is None
        with pytest.raises(CommandError, match="checkpoint 1: the kept copy holds this checkpoint"):
            call_command("verify_audit", "--checkpoints", str(checkpoint_file), stdout=out)


def test_a_copy_with_a_forged_line_is_named_by_its_line() -> None:
    take_checkpoint()
    record_some(2)
    take_checkpoint()
    first, second = (statement_of(one).line() for one in AuditCheckpoint.objects.order_by("number"))
    for lines, line in (
        ([first, second.replace('"position":12', '"position":11')], 2),
        ([second, first], 2),
        ([first, "", second], 2),
        (["{}"], 1),
    ):
        fault = verify_trail(kept=lines).fault
        assert fault is not None
        assert (fault.code, fault.line) == ("kept_changed", line)
    assert verify_trail(kept=[first, first, second]).fault is None
    assert verify_trail(kept=[second]).fault is None


def test_it_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.audit.reading.BATCH", 3)
    monkeypatch.setattr("kernel.audit.walking.BATCH", 3)
    heard: list[int] = []
    verdict = verify_trail(progress=heard.append)
    assert (verdict.sealed, heard) == (10, [3, 6, 9])
