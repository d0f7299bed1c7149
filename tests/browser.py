"""Where the journeys find a browser."""

import shutil
from pathlib import Path


def chromium() -> Path | None:
    """The machine's Chromium or Chrome, or None when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return Path(found)
    return None
