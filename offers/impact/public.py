"""What anyone may know: the frozen months, newest first."""

from offers.impact.models import Figure, ImpactFigure

MOST_MONTHS = 120


def public_months() -> list[dict[str, object]]:
    """Return the figures of each frozen month, such as `{"month": "2026-10", "households_asked": 120, …}`."""
    months: dict[str, dict[str, object]] = {}
    for row in ImpactFigure.objects.order_by("-month")[: MOST_MONTHS * len(Figure)]:
        said = months.setdefault(
            f"{row.month:%Y-%m}", {"month": f"{row.month:%Y-%m}", **dict.fromkeys(Figure.values, 0)}
        )
        said[row.figure] = row.shown
    return list(months.values())
