"""The calendar address of an offer: made and switched off on the private page, read by calendars."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kernel.shell.private import private
from kernel.states import Refusal
from offers.matching.calendar import calendar_of
from offers.pages.my_offer import behind
from offers.pledges.calendar_link.deeds import link_behind, switch_off, switch_on
from offers.pledges.drafting import provider_of

DEEDS = {"on": switch_on, "off": switch_off}


@require_POST
@private
def my_offer_calendar(request: HttpRequest, word: str, deed: str) -> HttpResponse:
    """Make an address in place of an earlier one, or end it."""
    pledge = behind(word)
    if deed not in DEEDS:
        raise Http404
    try:
        DEEDS[deed](pledge=pledge, by=provider_of(pledge), at=timezone.now())
    except Refusal:
        raise Http404 from None  # its button stands on no page of such an offer
    return redirect("offers:my_offer", word=word)


@require_safe
@private
def my_offer_days(request: HttpRequest, word: str) -> HttpResponse:
    """Answer the days behind an address; one that ended is answered as one that never was."""
    link = link_behind(word)
    if link is None:
        raise Http404
    return HttpResponse(calendar_of(link, at=timezone.now()), content_type="text/calendar; charset=utf-8")
