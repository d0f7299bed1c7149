"""The demo's mail folder: what a mail server would have taken."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from kernel.retention import Passing, let_go


@dataclass(frozen=True, slots=True)
class Files:
    """Files of a folder, by their time."""

    suffix: str

    def _older(self, before: datetime) -> list[tuple[datetime, Path]]:
        found = Path(settings.EMAIL_FILE_PATH).glob(f"*{self.suffix}")
        aged = [(datetime.fromtimestamp(file.stat().st_mtime, UTC), file) for file in found]
        return sorted((age, file) for age, file in aged if age < before)

    def count(self, before: datetime) -> int:
        """Return how many files are older."""
        return len(self._older(before))

    def oldest(self, before: datetime) -> datetime | None:
        """Return the time of the oldest."""
        return next((age for age, _file in self._older(before)), None)

    def forget(self, before: datetime, *, at: datetime) -> int:
        """Delete them all."""
        older = self._older(before)
        for _age, file in older:
            file.unlink(missing_ok=True)
        return len(older)


let_go(
    Passing(
        "demo.mails",
        what="mails of the demo, which are written into files instead of being sent",
        days=7,
        remains="nothing",
        source=Files(".eml"),
        tables=(),
    )
)
