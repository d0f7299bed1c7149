"""The drill as an operator does it: two commands, a database that did not exist before, nothing else at hand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.architecture.tree import ROOT
from tests.waystation.backups.world import CANARIES, Keeper, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


def _manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "waystation.settings.test", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def elsewhere(tmp_path: Path):
    """The DATABASE_URL of a database that has nothing in it, not even tables."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'restored.sqlite3'}"
        return
    name, host = f"{connection.settings_dict['NAME']}_restored", connection.settings_dict["OPTIONS"]["host"]
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield f"postgresql://{connection.settings_dict['USER']}@/{name}?host={host}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_backup_is_restored_into_a_new_database_and_everything_holds(
    keeper: Keeper, elsewhere: str, tmp_path: Path
) -> None:
    world = make_world()
    made = keeper.make("full")
    erased = tmp_path / "erasures.jsonl"
    erased.write_text(json.dumps({"kind": "need", "record": world.need.pk}) + "\n")
    words = ("restore", str(made.path), "--identity", str(keeper.file), "--json")
    refused = _manage(*words, DATABASE_URL=elsewhere)
    assert "--erasures" in refused.stderr
    done = _manage(*words, "--erasures", str(erased), DATABASE_URL=elsewhere)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["erased_again"], told["sealed_for_good"], told["rows"]["offers_pledge"]) == (1, 0, 1)
    for check in ("verify_audit", "verify_ledger"):
        assert _manage(check, DATABASE_URL=elsewhere).returncode == 0, check
    assert not any(word in done.stdout + done.stderr for word in CANARIES.values())
    again = _manage(*words, "--no-erasures", DATABASE_URL=elsewhere)
    assert (again.returncode != 0, "empty database" in again.stderr) == (True, True)
    assert str(settings.SECRET_KEY) not in again.stderr
