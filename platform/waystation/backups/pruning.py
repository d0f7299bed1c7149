"""Deleting backups whose time is over: their name says when that is."""

from datetime import UTC, datetime
from pathlib import Path

from waystation.backups.writing import NAMED, STAMP


def prune(folder: Path, *, at: datetime) -> list[Path]:
    """Delete every backup in `folder` whose time is over, and return them. Other files stay."""
    over = []
    for file in sorted(folder.iterdir()):
        named = NAMED.fullmatch(file.name)
        if named and datetime.strptime(named[3], STAMP).replace(tzinfo=UTC) <= at:
            file.unlink()
            over.append(file)
    return over
