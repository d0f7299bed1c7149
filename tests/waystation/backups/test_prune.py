"""A backup's name says when it has to be gone, and then it is."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from kernel.states import Refusal
from waystation.backups.pruning import prune
from waystation.backups.writing import FULL, LONG, backup

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_deletes_what_is_over_and_leaves_everything_else(keeper):
    at = timezone.now()
    old = backup(keeper.folder, kind=FULL, at=at - timedelta(days=8))
    young = backup(keeper.folder, kind=FULL, at=at - timedelta(days=6))
    long = backup(keeper.folder, kind=LONG, at=at - timedelta(days=100))
    (keeper.folder / "notes.txt").write_text("not a backup")
    assert prune(keeper.folder, at=at) == [old.path]
    assert sorted(file.name for file in keeper.folder.iterdir()) == sorted(
        [young.path.name, long.path.name, "notes.txt"]
    )


def test_a_full_backup_never_lives_longer_than_a_week(keeper):
    made = keeper.make(FULL)
    assert made.until - timezone.now() <= timedelta(days=7)


def test_a_file_is_readable_by_its_owner_alone_and_nothing_else_is_left(keeper):
    made = keeper.make(FULL)
    assert made.path.stat().st_mode & 0o077 == 0
    assert [file.name for file in keeper.folder.iterdir()] == [made.path.name]


@pytest.mark.parametrize("recipients", [[], ["age1nonsense"]])
def test_without_a_recipient_nothing_is_written(keeper, settings, recipients):
    settings.BACKUP_RECIPIENTS = recipients
    with pytest.raises(Refusal) as refused:
        keeper.make(FULL)
    assert refused.value.code == "no_recipient"
    assert list(keeper.folder.iterdir()) == []


def test_the_command_asks_for_an_existing_folder(keeper):
    with pytest.raises(CommandError, match="existing folder"):
        call_command("backup", "--full", "--to", str(keeper.folder / "nowhere"))
