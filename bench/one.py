"""One script on one database: `python -m bench.one release`, with DATABASE_URL set. Its rows go out as JSON."""

import importlib
import json
import sys
from dataclasses import asdict

import django
from django.core.management import call_command


def main(name: str) -> None:
    """Migrate, measure, and tell."""
    django.setup()
    call_command("migrate", verbosity=0)
    rows = list(importlib.import_module(f"bench.{name}").measure())
    sys.stdout.write(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    main(sys.argv[1])
