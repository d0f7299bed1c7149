"""`make lint`: style, types, contracts and templates; shows what each tool found, ends with the worst status.

`python -m tests.lint --fix` lets the tools that can mend what they find do so first.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PACKAGES = ("platform", "donations", "offers", "api")


def _files(pattern: str) -> list[str]:
    """The project's own files of one sort, relative to its root."""
    return [str(p.relative_to(ROOT)) for top in PACKAGES for p in sorted((ROOT / top).glob(pattern))]


def mending() -> list[list[str]]:
    """The commands that change files, in an order in which the last word is the formatter's."""
    return [
        ["django-upgrade", "--target-version", "5.2", "--exit-zero-even-if-changed", *_files("**/*.py")],
        ["djade", "--target-version", "5.2", *_files("**/templates/**/*.html")],
        ["ruff", "check", "--quiet", "--fix-only", "."],
        ["ruff", "format", "--quiet", "."],
    ]


def checks() -> dict[str, list[str]]:
    """The tools in the order of their speed, each with its arguments."""
    templates = _files("**/templates/**/*.html")
    return {
        "ruff check": ["ruff", "check", "--quiet", "."],
        "ruff format": ["ruff", "format", "--quiet", "--diff", "."],
        "djade": ["djade", "--target-version", "5.2", "--check", *templates],
        "import contracts": ["lint-imports", "--no-cache"],
        "django-upgrade": ["django-upgrade", "--target-version", "5.2", "--check", *_files("**/*.py")],
        "djlint": ["djlint", "--lint", "--quiet", *templates],
        "mypy": ["mypy"],
    }


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    """Run a tool of the virtual environment at the root of the project."""
    return subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)


def main() -> None:
    """Run every check, whatever the others said."""
    for command in mending() if "--fix" in sys.argv else []:
        _run(command)
    failed = []
    for name, command in checks().items():
        began = time.monotonic()
        done = _run(command)
        good = done.returncode == 0
        sys.stdout.write(f"{'✓' if good else '✗'} {name} ({time.monotonic() - began:.1f} s)\n")
        if not good:
            failed.append(name)
            sys.stdout.write(done.stdout + done.stderr)
        sys.stdout.flush()
    if failed:
        sys.exit(f"Not clean: {', '.join(failed)}.")
    sys.stdout.write("Everything is clean.\n")


if __name__ == "__main__":
    main()
