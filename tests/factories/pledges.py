"""Pledges: active ones, and drafts as the public form leaves them."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from kernel.accounts.models import Organisation
from offers.kinds.registry import kind_of
from offers.pledges.availability import Days, columns
from offers.pledges.contact import Contact
from offers.pledges.models import Pledge
from tests.factories.organisations import make_operator


def days_ahead(first: int, last: int) -> list[dict[str, date]]:
    """Return one range of availability, in days from today."""
    today = timezone.localdate()
    return [{"from": today + timedelta(days=first), "until": today + timedelta(days=last)}]


def make_contact(**changes: str) -> Contact:
    """Return the contact of somebody who does not exist."""
    values = {"name": "A. Helper", "email": "helper@waystation.invalid", "phone": "+1 202 555 0101", **changes}
    return Contact(**values)


def make_pledge(organisation: Organisation | None = None, *, status: str = "active", **traits: Any) -> Pledge:
    """Return a pledge in the given state, from today for half a year, in Berlin; one room unless said otherwise."""
    at = timezone.now()
    today = timezone.localdate()
    kind = traits.setdefault("kind", "housing")
    values = {
        **columns([Days(today, today + timedelta(days=180))]),
        "exclusive": kind_of(kind).exclusive,
        "country": "DE",
        "region": "DE-BE",
        "languages": ["en", "ru"],
        "created_at": at,
        "updated_at": at,
    }
    if status in ("active", "paused"):
        values |= {"confirm_by": today + timedelta(days=60), "vetting_valid_until": today + timedelta(days=365)}
    return Pledge.objects.create(organisation=organisation or make_operator(), status=status, **{**values, **traits})
