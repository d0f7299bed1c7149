"""How many were reached, month by month, before this world begins: frozen figures, as they are kept."""

from collections.abc import Callable
from datetime import datetime, timedelta

from offers.impact.models import Figure, ImpactFigure
from offers.impact.publishing import month_of
from waystation.demo.scenario.figures import ASKED, HELPED, PROVIDERS

MONTHS = 8
REACHED = {Figure.HOUSEHOLDS_ASKED: ASKED, Figure.HOUSEHOLDS_HELPED: HELPED, Figure.PROVIDERS: PROVIDERS}


def tell_impact(*, at: datetime, say: Callable[[str], None]) -> None:
    """Freeze the months of the operation: figures in full tens that grow with the money."""
    months = [month_of(at)]
    while len(months) <= MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    rows = []
    for figure, whole in REACHED.items():
        before = 0
        for number, month in enumerate(reversed(months[1:]), start=1):
            shown = whole * number * (number + 1) // (MONTHS * (MONTHS + 1)) // 10 * 10
            rows.append(ImpactFigure(month=month, figure=figure, shown=shown, counted=shown, moved=shown > before))
            before = shown
    ImpactFigure.objects.bulk_create(rows)
    say(f"  {MONTHS} months of public figures")
