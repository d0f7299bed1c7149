"""`export_checkpoints`: a file that grows by a line, and knows when the database is an old copy."""

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from kernel.audit.checkpoints import statement_of, take_checkpoint
from kernel.audit.exporting import export_checkpoints
from kernel.audit.models import AuditCheckpoint
from kernel.states import Refusal
from tests.kernel.audit.tampering import execute, record_some, tampering

pytestmark = pytest.mark.django_db


def _stored() -> list[str]:
    return [statement_of(one).line() for one in AuditCheckpoint.objects.order_by("number")]


def test_it_writes_a_line_each_once(checkpoint_file: Path) -> None:
    record_some(2)
    take_checkpoint()
    take_checkpoint()
    assert export_checkpoints() == 2
    assert export_checkpoints() == 0
    take_checkpoint()
    assert export_checkpoints() == 1
    assert checkpoint_file.read_text().splitlines() == _stored()
    assert checkpoint_file.stat().st_mode & 0o777 == 0o600


def test_it_does_nothing_without_a_file(settings: Settings) -> None:
    settings.AUDIT_CHECKPOINT_FILE = ""
    take_checkpoint()
    assert export_checkpoints() == 0


def test_it_mends_a_line_that_broke_off(checkpoint_file: Path) -> None:
    for _ in range(2):
        take_checkpoint()
    export_checkpoints()
    text = checkpoint_file.read_text()
    checkpoint_file.write_text(text[:-30])
    assert export_checkpoints() == 1
    assert checkpoint_file.read_text() == text


def test_it_does_not_go_on_below_a_line_that_is_none(checkpoint_file: Path) -> None:
    take_checkpoint()
    checkpoint_file.write_text("something else\n")
    with pytest.raises(Refusal, match=r"Line 1 of .* is no checkpoint") as refused:
        export_checkpoints()
    assert refused.value.code == "file_unreadable"
    assert checkpoint_file.read_text() == "something else\n"


def test_it_finds_that_the_database_is_an_old_copy(checkpoint_file: Path) -> None:
    for _ in range(3):
        take_checkpoint()
    export_checkpoints()
    with tampering():
        execute("DELETE FROM audit_auditcheckpoint WHERE number = 3")
    with pytest.raises(Refusal, match="ends with checkpoint 3") as refused:
        export_checkpoints()
    assert refused.value.code == "file_is_ahead"


def test_it_finds_that_an_old_copy_was_used(checkpoint_file: Path) -> None:
    for _ in range(2):
        take_checkpoint()
    export_checkpoints()
    with tampering():
        execute("DELETE FROM audit_auditcheckpoint WHERE number = 2")
    record_some(1)
    take_checkpoint()
    with pytest.raises(Refusal, match="not the one in the database") as refused:
        export_checkpoints()
    assert refused.value.code == "file_disagrees"


def test_it_says_where_a_file_cannot_be_written(settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_CHECKPOINT_FILE = str(tmp_path / "nowhere" / "checkpoints")
    take_checkpoint()
    with pytest.raises(FileNotFoundError):
        export_checkpoints()


def test_the_copy_and_the_trail_agree(checkpoint_file: Path) -> None:
    record_some(3)
    take_checkpoint()
    export_checkpoints()
    call_command("verify_audit", "--checkpoints", str(checkpoint_file))
