"""A month of an offer in words and marks that do without colour."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from offers.pledges.calendar import Day, DayState, Month, month_of
from offers.pledges.models import Pledge

SAID: dict[DayState, Any] = {
    DayState.OVER: _("over"),
    DayState.OUTSIDE: _("not offered"),
    DayState.BLOCKED: _("blocked"),
    DayState.FREE: _("free: %(free)s"),
    DayState.PARTLY: _("partly promised, free: %(free)s"),
    DayState.PROMISED: _("promised"),
}
# what stands under the number of a day: how many units are free, or one of these
MARKS = {DayState.OVER: "", DayState.OUTSIDE: "–", DayState.BLOCKED: "×", DayState.PROMISED: "●"}
TONES = {DayState.FREE: "good", DayState.PARTLY: "info", DayState.PROMISED: "warn", DayState.BLOCKED: "bad"}
MONDAY = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Cell:
    """A day as it is drawn."""

    number: int
    mark: str
    said: str
    tone: str


@dataclass(frozen=True, slots=True)
class DrawnMonth:
    """A month as a table: (short, long) names of the days of the week, weeks of cells, and the months beside it."""

    title: str
    weekdays: list[tuple[str, str]]
    weeks: list[list[Cell | None]]
    before: str
    after: str


def _cell(day: Day | None) -> Cell | None:
    if day is None:
        return None
    said = str(SAID[day.state]) % {"free": day.free}
    return Cell(day.day.day, MARKS.get(day.state, str(day.free)), said, TONES.get(day.state, "plain"))


def asked_month(request: HttpRequest, today: date) -> date:
    """Return the month that the address asks for, this one unless it names another."""
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return today


def drawn(pledge: Pledge, first: date, *, today: date) -> DrawnMonth:
    """Return the month of `first` of an offer's calendar (one query)."""
    month: Month = month_of(pledge, first, today=today)
    names = [MONDAY + timedelta(days=number) for number in range(7)]
    return DrawnMonth(
        title=date_format(month.first, "YEAR_MONTH_FORMAT"),
        weekdays=[(date_format(day, "D"), date_format(day, "l")) for day in names],
        weeks=[[_cell(day) for day in week] for week in month.weeks],
        before=f"{month.before:%Y-%m}" if month.before else "",
        after=f"{month.after:%Y-%m}" if month.after else "",
    )
