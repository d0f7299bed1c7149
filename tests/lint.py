"""`make lint`: style, types, contracts and templates; shows what each tool found, ends with the worst status."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PACKAGES = ("platform", "donations", "offers", "api")


def templates() -> list[str]:
    """Every template of the project, relative to its root."""
    return [str(p.relative_to(ROOT)) for top in PACKAGES for p in sorted((ROOT / top).glob("**/templates/**/*.html"))]


def sources() -> list[str]:
    """Every Python file of the project, relative to its root."""
    return [str(p.relative_to(ROOT)) for top in PACKAGES for p in sorted((ROOT / top).glob("**/*.py"))]


def checks() -> dict[str, list[str]]:
    """The tools in the order of their speed, each with its arguments."""
    return {
        "ruff check": ["ruff", "check", "--quiet", "."],
        "ruff format": ["ruff", "format", "--quiet", "--diff", "."],
        "django-upgrade": ["django-upgrade", "--target-version", "5.2", "--check", *sources()],
        "djade": ["djade", "--target-version", "5.2", "--check", *templates()],
        "djlint": ["djlint", "--lint", "--quiet", *templates()],
        "import contracts": ["lint-imports", "--no-cache"],
        "mypy": ["mypy"],
    }


def main() -> None:
    """Run every check, whatever the others said."""
    failed = []
    for name, command in checks().items():
        began = time.monotonic()
        done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
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
