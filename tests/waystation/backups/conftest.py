"""Whom backups are encrypted to, and a folder for them."""

from pathlib import Path

import pyrage
import pytest

from tests.waystation.backups.world import Keeper


@pytest.fixture
def keeper(settings, tmp_path: Path) -> Keeper:
    """Whoever holds the private key, at another place."""
    identity = pyrage.x25519.Identity.generate()
    settings.BACKUP_RECIPIENTS = [str(identity.to_public())]
    file = tmp_path / "identity.txt"
    file.write_text(f"# a comment, as age-keygen writes one\n{identity}\n")
    folder = tmp_path / "backups"
    folder.mkdir()
    return Keeper(identity, file, folder)
