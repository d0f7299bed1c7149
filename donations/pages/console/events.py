"""Stripe's events: what came, what became of it, and what was set aside."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from donations.webhooks import inbox
from donations.webhooks.models import EventState, InboxEvent
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.states import Refusal

PER_PAGE = 50


@require_GET
@console("donations.watch_events")
def events(request: HttpRequest) -> HttpResponse:
    """List events, newest first; those that were set aside have a button."""
    state = request.GET.get("state", "")
    counts = dict(InboxEvent.objects.values_list("state").annotate(number=Count("pk")).order_by())
    rows = InboxEvent.objects.order_by("-received_at", "pk")
    if state in EventState.values:
        rows = rows.filter(state=state)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "states": [(value, label, counts.get(value, 0)) for value, label in EventState.choices],
        "state": state,
        "aside": counts.get(EventState.POISON, 0),
    }
    return render(request, "donations/console/events.html", context)


@require_POST
@console("donations.watch_events")
def replay(request: HttpRequest, event_id: str) -> HttpResponse:
    """Try an event again that was set aside."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    event = get_object_or_404(InboxEvent, pk=event_id)
    try:
        inbox.replay(event, by=member.user.actor, at=timezone.now())
    except Refusal:
        messages.warning(request, _("This event was not set aside: there is nothing to try again."))
    else:
        messages.success(request, _("The event is in line again."))
    return redirect("donations:events")
