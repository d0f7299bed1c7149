"""Gifts that come again, as finance sees them: no donor is in them."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from donations.giving.states import DonationStatus
from donations.recurring.models import RecurringGift
from donations.recurring.states import RecurringStatus
from kernel.accounts.access import console

PER_PAGE = 50
MISMATCHED = "mismatched"


@require_GET
@console("donations.keep_books")
def recurring(request: HttpRequest) -> HttpResponse:
    """List what comes again, newest first, in one state if one is asked for, with how often it was paid."""
    state = request.GET.get("status", "")
    rows = RecurringGift.objects.order_by("-created_at", "-pk").prefetch_related("shares__fund")
    if state in RecurringStatus.values:
        rows = rows.filter(status=state)
    elif state == MISMATCHED:
        rows = rows.mismatched()
    paid = Count("donations", filter=Q(donations__status=DonationStatus.PAID))
    context = {
        "page": Paginator(rows.annotate(times=paid), PER_PAGE).get_page(request.GET.get("page")),
        "states": [*RecurringStatus.choices, (MISMATCHED, _("does not agree"))],
        "state": state,
    }
    return render(request, "donations/console/recurring.html", context)
