"""The table that people read."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.rows import Row

HEADS = ("measure", "database", "rows", "ours", "peer", "ratio", "goal", "")


def table(machine: Mapping[str, Any], rows: Sequence[tuple[str, Row]]) -> str:
    """Return the machine on one line, then a line for each (database, row), columns aligned."""
    lines = [HEADS, *(_cells(database, row) for database, row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    aligned = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    ]
    said = ", ".join(f"{name} {value}" for name, value in machine.items())
    return "\n".join([said, "", aligned[0], "-" * len(aligned[0]), *aligned[1:], ""])


def _cells(database: str, row: Row) -> tuple[str, ...]:
    return (
        row.what,
        database,
        f"{row.rows:,}",
        f"{_figure(row.ours, row.unit)} {row.unit}",
        f"{_figure(row.peer, row.unit)} {row.unit} ({row.peer_is})" if row.peer is not None else "–",
        f"{row.ratio:.2f}" if row.ratio is not None else "–",
        row.goal,
        "met" if row.met else "NOT MET",
    )


def _figure(value: float, unit: str) -> str:
    """Return a count to the last one, and what was measured to three digits."""
    counted = not unit and value == round(value)
    return f"{value:,.0f}" if counted else f"{value:.3g}"
