"""Checkpoints on time, with their copies."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from kernel import audit
from kernel.audit.checkpoints import statement_of, take_checkpoint
from kernel.audit.keys import public_word, signing_key
from kernel.audit.models import AuditCheckpoint
from kernel.audit.statements import read_line
from kernel.logs.line import Discreet
from kernel.outbox.checkpointing import MAIL, checkpoint_now, keep_checkpoints
from kernel.outbox.drain import drain
from kernel.outbox.models import OutboxRow
from kernel.outbox.registry import REPEATED

pytestmark = pytest.mark.django_db

ADDRESSES = ["trustee-one@example.org", "trustee-two@example.org"]


@pytest.fixture(autouse=True)
def _copies(settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_CHECKPOINT_FILE = str(tmp_path / "checkpoints")
    settings.AUDIT_CHECKPOINT_MAIL = ADDRESSES


def test_it_mails_the_line_to_every_address() -> None:
    audit.record("system", "thing.done", "th_1")
    checkpoint = checkpoint_now()
    assert set(OutboxRow.objects.values_list("kind", "object_id")) == {(MAIL, "1.0"), (MAIL, "1.1")}
    drain()
    assert [message.to for message in mail.outbox] == [[address] for address in ADDRESSES]
    lines = [line for line in str(mail.outbox[0].body).splitlines() if line.startswith("{")]
    assert [read_line(line) for line in lines] == [statement_of(checkpoint)]
    assert mail.outbox[0].subject == "Checkpoint 1"


def test_the_line_survives_the_mail_as_it_travels() -> None:
    checkpoint = checkpoint_now()
    drain()
    travelling = mail.outbox[0].message().as_bytes().decode()
    assert statement_of(checkpoint).line() in travelling


def test_it_sends_nothing_to_an_address_that_was_taken_off(settings: Settings) -> None:
    checkpoint_now()
    settings.AUDIT_CHECKPOINT_MAIL = ADDRESSES[:1]
    drain()
    assert [message.to for message in mail.outbox] == [[ADDRESSES[0]]]
    assert not OutboxRow.objects.exclude(state="done").exists()


def test_it_takes_one_when_it_is_due_and_not_before(settings: Settings) -> None:
    settings.AUDIT_CHECKPOINT_ENTRIES = 10
    keep_checkpoints()
    keep_checkpoints()
    assert AuditCheckpoint.objects.count() == 1
    for which in range(10):
        audit.record("system", "thing.done", f"th_{which}")
    audit.seal_pending()
    keep_checkpoints()
    assert AuditCheckpoint.objects.count() == 2


def test_it_makes_up_for_a_line_that_was_not_written(settings: Settings) -> None:
    path = settings.AUDIT_CHECKPOINT_FILE
    take_checkpoint()
    keep_checkpoints()
    assert AuditCheckpoint.objects.count() == len(Path(path).read_text().splitlines()) == 1


def test_it_shouts_when_the_file_knows_more_than_the_database(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    ahead = statement_of(take_checkpoint(at=timezone.now() - timedelta(hours=1)))
    foreign = ahead.line().replace('"number":1', '"number":7')
    Path(settings.AUDIT_CHECKPOINT_FILE).write_text(f"{foreign}\n")
    keep_checkpoints()
    assert [record.levelno for record in caplog.records] == [logging.CRITICAL]
    assert "ends with checkpoint 7, which the database has not" in Discreet().format(caplog.records[0])


def test_the_worker_is_told_to_do_it() -> None:
    assert REPEATED["audit checkpoints"].task == "kernel.outbox.checkpointing.keep_checkpoints"
    assert REPEATED["audit sealer"].minutes == 1


def test_the_command_prints_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("checkpoint_audit")
    assert read_line(capsys.readouterr().out) == statement_of(AuditCheckpoint.objects.get())


def test_the_command_prints_the_key_and_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("checkpoint_audit", "--public-key")
    assert capsys.readouterr().out == f"{public_word(signing_key())}\n"
    assert not AuditCheckpoint.objects.exists()


def test_the_command_says_what_is_in_the_way(settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_CHECKPOINT_FILE = str(tmp_path)
    with pytest.raises(CommandError, match="is stored, and its copy could not be written"):
        call_command("checkpoint_audit")
    settings.AUDIT_CHECKPOINT_FILE = str(tmp_path / "file")
    Path(settings.AUDIT_CHECKPOINT_FILE).write_text("x\n")
    with pytest.raises(CommandError, match="is no checkpoint"):
        call_command("checkpoint_audit")
