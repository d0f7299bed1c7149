"""A trail with checkpoints, and the adversary who owns the database it lies in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture
def checkpoint_file(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Where the copies of checkpoints go."""
    path = tmp_path / "checkpoints.jsonl"
    settings.AUDIT_CHECKPOINT_FILE = str(path)
    return path
