"""Needs: terms that pass, drafts, and open ones."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from kernel.accounts.models import Organisation
from offers.needs.deeds import write_need
from offers.needs.models import Need, NeedStatus
from offers.needs.terms import NeedTerms
from tests.factories.organisations import make_operator

_number = count(1)


def make_terms(today: date | None = None, **changes: Any) -> NeedTerms:
    """Return terms for one adult who needs a room in a month's time, changed as asked."""
    today = today or timezone.now().date()
    terms = NeedTerms(
        kind="housing",
        urgency="soon",
        party_size=1,
        bands={"0-2": 0, "3-12": 0, "13-17": 0, "18-59": 1, "60+": 0},
        window_from=today + timedelta(days=30),
        window_until=today + timedelta(days=37),
        stay_days=30,
        countries=("DE", "FR"),
        languages=("ru", "en"),
        consent={"given": True, "on": today, "for": ["matching", "publication", "contact"]},
        case_ref=f"case-{next(_number)}",
    )
    return replace(terms, **changes)


def make_need(
    organisation: Organisation | None = None,
    *,
    status: str = NeedStatus.OPEN,
    by: str = "user:1",
    at: datetime | None = None,
    **terms: Any,
) -> Need:
    """Return a need in the given state, written by `by` at `at`."""
    at = at or timezone.now()
    need = write_need(organisation=organisation or make_operator(), terms=make_terms(at.date(), **terms), by=by, at=at)
    if status != NeedStatus.DRAFT:
        Need.objects.filter(pk=need.pk).update(status=status, opened_at=at)
        need.refresh_from_db()
    return need
