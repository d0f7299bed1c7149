"""Where a donor comes back to: thanks, in neutral words; no amount, no fund, no cookie."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from kernel.ids import pattern
from kernel.shell.private import private

_REFERENCE = re.compile(pattern("dn"))


@private
@require_GET
def thanks(request: HttpRequest) -> HttpResponse:
    """Say whether the donation behind an unguessable reference is paid, on its way, or not. Unknown: just thanks."""
    reference = request.GET.get("donation", "")
    known = Donation.objects.filter(pk=reference).first() if _REFERENCE.fullmatch(reference) else None
    left = "left" in request.GET
    context = {"state": _state(known, left=left), "again": request.get_full_path()}
    return render(request, "donations/thanks.html", context)


def _state(donation: Donation | None, *, left: bool) -> str:
    """Return which of the words to show: thanks, paid, processing, waiting, left, or over."""
    if donation is None:
        return "left" if left else "thanks"
    if donation.status == DonationStatus.PENDING:
        return "left" if left else "waiting"
    if donation.status in (DonationStatus.PAID, DonationStatus.PROCESSING):
        return str(donation.status)
    return "over"
