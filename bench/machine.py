"""The machine and the versions a table was measured on."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

from tests.postgres import binaries


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_gib() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def described() -> dict[str, str | int | float]:
    """Return processor, cores, memory in GiB, load of the last minute, and versions."""
    programs = binaries()
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": _memory_gib(),
        "load": round(os.getloadavg()[0], 1),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "django": version("django"),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": programs.parent.name if programs else "not installed",
    }
