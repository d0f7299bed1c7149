"""The project's files, for the tests that read them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("platform/waystation", "platform/kernel", "donations", "offers", "api")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git would carry: known, or new and not ignored; the folder itself where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        return tuple(p for p in ROOT.rglob("*") if p.is_file() and not {".venv", ".git", "var"} & set(p.parts))
    return tuple(ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file())


def sources() -> list[Path]:
    """Every Python file of the project itself, tests left out."""
    return [p for p in tracked() if p.suffix == ".py" and str(p.relative_to(ROOT)).startswith(PACKAGES)]
