"""Receipts: what was issued, copies of it, and who issues."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from donations.pages.console.forms import refuse
from donations.pages.console.receipt_forms import IssuerForm
from donations.pages.my_paper import pdf_answer
from donations.receipts.again import send_again
from donations.receipts.issuers import current_terms, set_issuer
from donations.receipts.models import Receipt, ReceiptKind
from donations.receipts.paper.receipt import pdf_of
from kernel import audit
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.shell.refusals import in_words
from kernel.states import Refusal

PER_PAGE = 50


@require_GET
@console("donations.keep_books")
def receipts(request: HttpRequest) -> HttpResponse:
    """List receipts, newest first; `kind` and `donation` (an id) narrow it."""
    kind, donation = request.GET.get("kind", ""), request.GET.get("donation", "")
    rows = Receipt.objects.select_related("issuer", "corrects__issuer").order_by("-pk")
    if kind in ReceiptKind.values:
        rows = rows.filter(kind=kind)
    if donation:
        rows = rows.filter(donation=donation)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "kinds": ReceiptKind.choices,
        "kind": kind,
        "terms": current_terms(),
    }
    return render(request, "donations/console/receipts.html", context)


@require_POST
@console("donations.keep_books")
def receipt_copy(request: HttpRequest, reference: str) -> HttpResponse:
    """Return a copy as PDF; that it was taken stands in the trail."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    known = Receipt.objects.select_related("issuer", "terms", "corrects__issuer").exclude(donation=None)
    receipt = get_object_or_404(known, reference=reference)
    audit.record(member.user.actor, "receipt.downloaded", receipt.reference, at=timezone.now())
    return pdf_answer(pdf_of(receipt, copy=True), f"{receipt.full_number}-copy.pdf")


@require_POST
@console("donations.keep_books")
def receipt_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the donor a link to a copy."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    receipt = get_object_or_404(Receipt, reference=reference)
    try:
        send_again(receipt=receipt, by=member.user.actor, at=timezone.now())
    except Refusal as refusal:
        messages.warning(request, in_words(refusal))
    else:
        messages.success(request, _("The donor gets a link to a copy."))
    return redirect("donations:receipts")


@require_http_methods(["GET", "POST"])
@console("donations.keep_books")
def issuer(request: HttpRequest) -> HttpResponse:
    """Show who issues receipts, and change it for what is issued from now on."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    form = IssuerForm(request.POST or None, terms=current_terms())
    if request.method == "POST" and form.is_valid():
        try:
            set_issuer(**form.cleaned_data, by=member.user.actor, at=timezone.now())
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Receipts are issued with these words from now on."))
            return redirect("donations:receipts")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "donations/console/issuer.html", {"form": form}, status=status)
