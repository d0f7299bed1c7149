"""What campaigns say they have sent: a partner announces, the operator's finance officer finds it in the books."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from donations.campaigns.transfers.deeds import announce_transfer, drop_transfer, receive_transfer, take_back_receipt
from donations.campaigns.transfers.models import CampaignTransfer, TransferStatus
from donations.pages.console.campaign_forms import ReceiveForm, TransferForm
from donations.pages.console.forms import refuse
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.shell.refusals import in_words
from kernel.states import Refusal

PER_PAGE = 25


def _of(member: Member) -> QuerySet[CampaignTransfer]:
    rows = CampaignTransfer.objects.visible_to(member.organisation)
    return rows.select_related("campaign__partner", "gift")


@require_http_methods(["GET", "POST"])
@console("donations.announce_transfer")
def transfers(request: HttpRequest) -> HttpResponse:
    """List what was announced, newest first, and announce something."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    form = TransferForm(request.POST or None, organisation=member.organisation)
    if request.method == "POST" and form.is_valid():
        try:
            announce_transfer(**form.cleaned_data, by=member.user.actor, at=timezone.now())
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Announced."))
            return redirect("donations:transfers")
    page = Paginator(_of(member).order_by("-sent_on", "-created_at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    keeps = member.organisation.is_operator
    context = {"form": form, "page": page, "keeps": keeps, "rows": [_row(one, keeps=keeps) for one in page]}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "donations/console/transfers.html", context, status=status)


def _row(transfer: CampaignTransfer, *, keeps: bool) -> tuple[CampaignTransfer, Any]:
    """A transfer and, for those who keep the books, the form that says how it arrived."""
    open_still = keeps and transfer.status == TransferStatus.ANNOUNCED
    return transfer, ReceiveForm(transfer=transfer) if open_still else None


@require_POST
@console("donations.announce_transfer")
def transfer_drop(request: HttpRequest, transfer_id: str) -> HttpResponse:
    """Let go of one that was announced by mistake."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    transfer = get_object_or_404(_of(member), pk=transfer_id)
    try:
        drop_transfer(transfer, by=member.user.actor, at=timezone.now())
    except Refusal as refusal:
        messages.warning(request, in_words(refusal))
    else:
        messages.success(request, _("Done."))
    return redirect("donations:transfers")


@require_POST
@console("donations.keep_books")
def transfer_receive(request: HttpRequest, transfer_id: str) -> HttpResponse:
    """Say by which gift past Stripe it arrived, or that it did not."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    transfer = get_object_or_404(_of(member), pk=transfer_id)
    form = ReceiveForm(request.POST, transfer=transfer)
    try:
        if not form.is_valid():
            messages.warning(request, _("This gift is not booked, is another's, or counts for another transfer."))
        elif form.cleaned_data["gift"]:
            receive_transfer(transfer, gift=form.cleaned_data["gift"], by=member.user.actor, at=timezone.now())
            messages.success(request, _("Done."))
        else:
            take_back_receipt(transfer, by=member.user.actor, at=timezone.now())
            messages.success(request, _("Done."))
    except Refusal as refusal:
        messages.warning(request, in_words(refusal))
    return redirect("donations:transfers")
