"""The calendar address of an offer as its private page shows it."""

from django.http import HttpRequest
from django.urls import reverse

from offers.pledges.calendar_link.deeds import READABLE, word_of
from offers.pledges.calendar_link.models import CalendarLink
from offers.pledges.models import Pledge


def calendar_part(request: HttpRequest, pledge: Pledge) -> dict[str, object]:
    """Return what `offers/my_offer/calendar.html` shows: whether there may be an address, and the one there is."""
    link = CalendarLink.objects.filter(pledge=pledge).first()
    path = reverse("offers:my_offer_days", kwargs={"word": word_of(link)}) if link else ""
    return {"may": pledge.status in READABLE, "address": request.build_absolute_uri(path) if path else ""}
