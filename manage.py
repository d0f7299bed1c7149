#!/usr/bin/env python3
"""Django's command line for Waystation."""

import os
import sys
from pathlib import Path

# appended, never inserted: the folder is only a namespace, and Python's own `platform` module must win
sys.path.append(str(Path(__file__).resolve().parent / "platform"))


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "waystation.settings.demo")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
