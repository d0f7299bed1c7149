"""`make test`: every test, on SQLite, in a browser, and on PostgreSQL, ending with one summary.

`make chaos` (`python -m tests.run chaos`) runs the fault tests at full length instead, which `make test` leaves out.
Installs PostgreSQL and Chromium through apt where they are missing, and says so. Status 0 only if everything passed.
"""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests import postgres
from tests.browser import chromium

ROOT = Path(__file__).resolve().parent.parent
# one order of sets and dictionaries for all workers of a run, another one in the next run
SEED = os.environ.get("PYTHONHASHSEED") or str(secrets.randbelow(2**32))
ORDER = ("failed", "passed", "skipped", "deselected", "xfailed", "xpassed", "warning", "error")
COUNTS = re.compile(rf"(\d+) ({'|'.join(ORDER)})s?")
CLOSING = re.compile(r"^=* ?((?:\d+ \w+(?:, )?)+|no tests ran) in [\d.]+s")


@dataclass
class Total:
    """What the runs came to: pytest's own counts, and the worst exit status."""

    counts: Counter[str] = field(default_factory=Counter)
    status: int = 0


def say(words: str) -> None:
    """Show one line at once, even when the output is a pipe."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def install_missing() -> None:
    """See that PostgreSQL and Chromium are there; install them as root, or say what to type."""
    missing = [name for name, there in (("postgresql", postgres.binaries()), ("chromium", chromium())) if not there]
    if not missing:
        return
    command = f"apt-get install {' '.join(missing)}"
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(f"The tests need {' and '.join(missing)}, and may not install it here: run `{command}` as root first.")
    say(f"Installing {' and '.join(missing)} through apt: the tests need it …")
    # runlevel 1: a package's own service is not started, the tests make a server of their own
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for words in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *missing]):
        done = subprocess.run(["apt-get", *words], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(
                f"{(done.stdout + done.stderr).strip()[-800:]}\nThe tests need what `{command}` could not install."
            )


def quick_folder() -> str:
    """Where files cost no disk: the machine's memory if it has room, else its usual place."""
    memory = Path("/dev/shm")  # noqa: S108
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 1024**3
    return str(memory) if roomy else tempfile.gettempdir()


def pytest(title: str, total: Total, *arguments: str, **environment: str) -> None:
    """Run pytest once, showing what it says as it says it, and add its closing line to the total."""
    say(f"\n──── {title}")
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "--color=no", *arguments],
        cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": SEED, **environment},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            if closing := CLOSING.match(line):
                for number, word in COUNTS.findall(closing[1]):
                    total.counts[word] += int(number)
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
    total.status = max(total.status, abs(process.wait()))


def migrate_both(url: str) -> None:
    """Make the migrated databases that every process copies, both at once: each takes a minute of one processor."""
    command = [sys.executable, "-m", "tests.migrated"]
    settings = {"DJANGO_SETTINGS_MODULE": "waystation.settings.test"}
    makers = [
        subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings, **database})
        for database in ({"TEST_DATABASE": "sqlite"}, {"TEST_DATABASE": "postgresql", "DATABASE_URL": url})
    ]
    for maker in makers:
        maker.wait()  # what fails here fails again where it is needed, and is told there


def everything(total: Total, url: str) -> None:
    """Run all tests but those at full length."""
    pytest(
        "on SQLite", total, "-n", "2", "-q", "-m", "not journey and not chaos",
        TEST_DATABASE="sqlite", TMPDIR=quick_folder(),
    )  # fmt: skip
    pytest(
        "in a browser", total, "-q", "-m", "journey", "tests/journeys", TEST_DATABASE="sqlite", TMPDIR=quick_folder()
    )  # fmt: skip
    pytest(
        "on PostgreSQL (all that ask the database)", total,
        "-n", "2", "-q", "-m", "not journey and not chaos", "--asking", "--ignore=tests/architecture",
        TEST_DATABASE="postgresql", DATABASE_URL=url,
    )  # fmt: skip


def faults(total: Total, url: str) -> None:
    """Run the fault tests at full length."""
    length = ("-n", "2", "-q", "-m", "chaos", "-o", "timeout=1800")
    pytest("full length, on SQLite", total, *length, TEST_DATABASE="sqlite", TMPDIR=quick_folder())
    pytest("full length, on PostgreSQL", total, *length, "--asking", TEST_DATABASE="postgresql", DATABASE_URL=url)


def main() -> None:
    """Run everything, or what was asked for, and end with the sum of it, in pytest's own words."""
    # SIGTERM unwinds like Ctrl-C, so that the throw-away server goes too
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = time.monotonic()
    install_missing()
    say(f"PYTHONHASHSEED={SEED}")
    total = Total()
    with (
        postgres.throw_away(quick_folder()) as url,
        tempfile.TemporaryDirectory(prefix="waystation-migrated-") as migrated,
    ):
        os.environ["MIGRATED_DATABASES"] = migrated
        migrate_both(url)
        (faults if "chaos" in sys.argv[1:] else everything)(total, url)
    seconds = time.monotonic() - began
    words = [f"{total.counts[word]} {word}" for word in ORDER if total.counts[word]]
    took = f"{seconds:.2f}s ({seconds // 60:.0f}:{seconds % 60:02.0f} minutes)"
    summary = f" {', '.join(words) or 'no tests ran'} in {took} "
    say(f"\n──── altogether\n{summary:=^100}")
    sys.exit(total.status)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Interrupted.")
    except postgres.Unavailable as error:
        sys.exit(str(error))
