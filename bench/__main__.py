"""`make bench`: every script, or one, in turn; a table at the end. Status 1 if a goal was missed."""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from bench.databases import fresh
from bench.machine import described
from bench.rows import Row
from bench.scripts import SCRIPTS
from bench.table import table

ROOT = Path(__file__).resolve().parent.parent


def run(name: str, vendor: str) -> list[Row]:
    """Run one script on one database in a process of its own."""
    with fresh(vendor) as url:
        paths = os.pathsep.join(map(str, (ROOT, ROOT / "platform")))
        told = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "waystation.settings.test", "PYTHONPATH": paths}
        done = subprocess.run(
            [sys.executable, "-m", "bench.one", name],
            env={**os.environ, **told},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode:
        sys.exit(f"bench/{name}.py failed on {vendor}.")
    return [Row(**row) for row in json.loads(done.stdout)]


def main() -> None:
    """Measure and show."""
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("--only", choices=sorted(SCRIPTS), help="one script")
    asked.add_argument("--json", action="store_true", help="for machines")
    options = asked.parse_args()
    measured: list[tuple[str, Row]] = []
    for name, vendors in SCRIPTS.items():
        for vendor in vendors if options.only in (None, name) else ():
            began = time.monotonic()
            sys.stderr.write(f"{name} on {vendor} … ")
            sys.stderr.flush()
            measured += [(vendor, row) for row in run(name, vendor)]
            sys.stderr.write(f"{time.monotonic() - began:.0f} s\n")
    if options.json:
        lines = [{"database": vendor, **asdict(row), "ratio": row.ratio} for vendor, row in measured]
        sys.stdout.write(json.dumps({"machine": described(), "measured": lines}, indent=1) + "\n")
    else:
        sys.stdout.write(table(described(), measured))
    sys.exit(any(not row.met for _vendor, row in measured))


if __name__ == "__main__":
    main()
