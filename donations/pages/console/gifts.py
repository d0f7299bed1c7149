"""Donations: what was asked, paid, kept and sent back. No donor: there is none in the books."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from donations.giving.status import shown
from donations.pages.console.forms import RefundForm, refuse
from donations.refunds.deeds import refundable, request_refund
from donations.refunds.models import Refund
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.money import Money
from kernel.states import Refusal

PER_PAGE = 50
MISMATCHED = "mismatched"


@require_GET
@console("donations.keep_books")
def donations(request: HttpRequest) -> HttpResponse:
    """List donations, newest first, in one state if one is asked for."""
    state = request.GET.get("status", "")
    rows = Donation.objects.order_by("-created_at", "-pk").prefetch_related("allocations__fund")
    if state in DonationStatus.values:
        rows = rows.filter(status=state)
    elif state == MISMATCHED:
        rows = rows.mismatched()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": shown(page.object_list),
        "states": [*DonationStatus.choices, (MISMATCHED, _("does not agree"))],
        "state": state,
    }
    return render(request, "donations/console/donations.html", context)


@require_GET
@console("donations.keep_books")
def donation(request: HttpRequest, donation_id: str) -> HttpResponse:
    """Show one donation, and the form to send it back."""
    held = get_object_or_404(Donation, pk=donation_id)
    return _detail(request, held, RefundForm(left=refundable(held)))


@require_POST
@console("donations.keep_books")
def refund(request: HttpRequest, donation_id: str) -> HttpResponse:
    """Ask for a refund; the worker sends it. Pressed twice, it is asked for once."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    held = get_object_or_404(Donation, pk=donation_id)
    form = RefundForm(request.POST, left=refundable(held))
    if form.is_valid():
        said, by = form.cleaned_data, member.user.actor

        def same(known: str) -> bool:
            before = Refund.objects.filter(pk=known, donation=held, reason=said["reason"]).first()
            return before is not None and said["money"] in (None, before.amount)

        try:
            pk = form.once(
                lambda: request_refund(held, amount=said["money"], reason=said["reason"], by=by, at=timezone.now()).pk,
                same=same,
            )
            asked = Refund.objects.get(pk=pk)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(
                request, _("A second person has to agree.") if asked.waits else _("The refund is on its way.")
            )
            return redirect("donations:donation", held.pk)
    return _detail(request, held, form, status=422)


def _detail(request: HttpRequest, held: Donation, form: RefundForm, status: int = 200) -> HttpResponse:
    context = {
        "row": shown([held])[0],
        "parts": [(part.fund, Money(part.minor, held.currency)) for part in held.allocations.select_related("fund")],
        "refunds": held.refunds.order_by("created_at"),
        "history": [(move.at, DonationStatus(move.new).label, move.by) for move in held.history.all()],
        "mismatches": [code for code in held.mismatch.split(",") if code],
        "form": form,
        "may_refund": held.status == DonationStatus.PAID and bool(form.left),
    }
    return render(request, "donations/console/donation.html", context, status=status)
