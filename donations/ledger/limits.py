"""Above which amount one person alone moves no money, and which day is none that money came or went on."""

from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from kernel.money import Money
from kernel.states import Refusal

MOST_YEARS = 10


def takes_two(amount: Money) -> bool:
    """Whether a second person has to agree: above SECOND_PERSON_ABOVE, or in a currency that it does not name."""
    limit: int | None = settings.SECOND_PERSON_ABOVE.get(amount.currency)
    return limit is None or amount.minor > limit


def check_second(*, asked_by: str, by: str) -> None:
    """Raise Refusal `second_person_needed` when the one who asked would agree with themselves."""
    if by == asked_by:
        raise Refusal("second_person_needed", _("A second person agrees: you asked for this yourself."))


def check_day(day: date, *, at: datetime, field: str) -> None:
    """Raise Refusal `date_long_ago` for a day whose year was mistyped: it would stand in the books for good."""
    if day.year < at.year - MOST_YEARS:
        raise Refusal("date_long_ago", _("This day is more than ten years ago: look at the year."), field)
