"""Gifts that come again, as finance sees them, and what is settled about one: no donor is in them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from donations.giving.states import DonationStatus
from donations.pages.console.forms import refuse
from donations.pages.console.recurring_forms import CauseForm, TakeForm
from donations.recurring.models import RecurringGift
from donations.recurring.settling import end_mismatched, look_again, may_take, take_amount
from donations.recurring.states import RecurringStatus
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.money import Money
from kernel.states import Refusal

PER_PAGE = 50
MISMATCHED = "mismatched"
DEEDS: dict[str, Callable[..., RecurringGift]] = {"take": take_amount, "end": end_mismatched, "again": look_again}


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


@require_GET
@console("donations.keep_books")
def recurring_gift(request: HttpRequest, recurring_id: str) -> HttpResponse:
    """Show one, and where Stripe says something else, the ways to settle that."""
    return _detail(request, get_object_or_404(RecurringGift, pk=recurring_id))


@require_POST
@console("donations.keep_books")
def recurring_deed(request: HttpRequest, recurring_id: str, deed: str) -> HttpResponse:
    """Take over Stripe's `amount`, end it at Stripe too, or ask Stripe again; each with a `cause`."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    held = get_object_or_404(RecurringGift, pk=recurring_id)
    if deed not in DEEDS:
        raise Http404
    form = _form(deed, held, request.POST)
    if form.is_valid():
        try:
            DEEDS[deed](gift=held, by=member.user.actor, at=timezone.now(), **form.said())
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Settled. Stripe is asked within a minute."))
            return redirect("donations:recurring_gift", held.pk)
    return _detail(request, held, status=422, **{deed: form})


def _form(deed: str, held: RecurringGift, data: Any = None) -> CauseForm:
    if deed == "take":
        return TakeForm(data, currency=held.currency, auto_id=f"{deed}_%s")
    return CauseForm(data, auto_id=f"{deed}_%s")


def _detail(request: HttpRequest, held: RecurringGift, *, status: int = 200, **filled: CauseForm) -> HttpResponse:
    forms = {deed: _form(deed, held) for deed in DEEDS} | filled
    context = {
        "gift": held,
        "mismatches": [code for code in held.mismatch.split(",") if code],
        "may_take": may_take(held),
        "unbooked": held.donations.mismatched().order_by("created_at"),
        "amounts": [(one.at, Money(one.total_minor, held.currency), one.by) for one in held.amounts.order_by("-pk")],
        "history": [(move.at, RecurringStatus(move.new).label, move.by) for move in held.history.all()],
        "funds": [part.fund.shown_name for part in held.shares.select_related("fund")],
        **forms,
    }
    return render(request, "donations/console/recurring_gift.html", context, status=status)
