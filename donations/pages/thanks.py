"""Where a donor comes back to: how it went, in neutral words, and the way on; no amount, no fund."""

import re
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from donations.gateway import GatewayError
from donations.giving.again import begin_again, latest, looked_at, may_begin_again
from donations.giving.booking import allocations
from donations.giving.breaker.admitting import admit
from donations.giving.breaker.pressure import Pressure, pressures
from donations.giving.breaker.stopping import check_giving_goes_on, standing_stop
from donations.giving.checkout import open_checkout
from donations.giving.dedications.words import dedicate, written_beside
from donations.giving.models import Donation
from donations.giving.states import UNFINISHED, DonationStatus
from donations.pages.again_form import AgainForm
from donations.pages.opening import effort_of, harder_under, refused, see_other
from donations.receipts.models import ReceiptWish
from donations.receipts.wishes import ask_likewise
from kernel.guard.watch import Watch, watch
from kernel.ids import pattern
from kernel.shell.private import private
from kernel.states import Refusal

_REFERENCE = re.compile(pattern("dn"))


@private
@require_GET
def thanks(request: HttpRequest) -> HttpResponse:
    """Say how it went with the donation behind an unguessable reference, and offer the way on. Unknown: just thanks."""
    known = _known(request.GET.get("donation", ""))
    return _page(request, known, _form(Watch("give"), known), left="left" in request.GET)


@private
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Lead back to the payment page, or begin anew with what was chosen once that page is over. Fields: `donation`.

    Pressed twice, it leads to the same page twice. What has been paid in the meantime is thanked for.
    """
    known = _known(request.POST.get("donation", ""))
    if known is None:
        raise Http404
    found = _found(known)
    form = AgainForm(watch(request, "give"), harder=harder_under(found))
    if form.caught:
        return see_other(reverse("donations:thanks"))
    if not form.is_valid():
        return form.watched.mark(_page(request, known, form, status=422))
    try:
        return see_other(_way_on(known, form, found, at=timezone.now()))
    except Refusal as refusal:
        return refused(form, refusal, lambda status: _page(request, known, form, status=status))


def _way_on(donation: Donation, form: AgainForm, found: list[Pressure], *, at: datetime) -> str:
    """Return where the donor is sent. Raises Refusal. Stripe is asked between transactions, never inside one."""
    check_giving_goes_on()
    try:
        donation = looked_at(donation, at=at)
    except GatewayError as error:
        raise Refusal("payment_unavailable", "The payment page cannot be looked at.", retry=error.retry) from error
    if donation.status in (DonationStatus.PAID, DonationStatus.PROCESSING):
        return f"{reverse('donations:thanks')}?donation={donation.pk}"
    if donation.status != DonationStatus.PENDING:
        admit(found, effort=effort_of(form))
        donation = _anew(donation, at=at)
    return open_checkout(donation, at=at).checkout_url


@transaction.atomic
def _anew(donation: Donation, *, at: datetime) -> Donation:
    home = settings.PUBLIC_URL.rstrip("/") + reverse("donations:thanks")
    made, new = begin_again(donation, return_url=home, at=at)
    if new:
        ask_likewise(old=donation, new=made, at=at)
        dedicate(donation=made, words=written_beside(donation.pk), at=at)
    return made


def _known(reference: str) -> Donation | None:
    """Return what an unguessable reference leads to: the last gift that was begun in place of that one."""
    found = Donation.objects.filter(pk=reference).first() if _REFERENCE.fullmatch(reference) else None
    return found and latest(found)


def _found(donation: Donation) -> list[Pressure]:
    return pressures([part.fund for part in allocations(donation)], at=timezone.now())


def _form(watched: Watch, known: Donation | None) -> AgainForm | None:
    if known is None or not (known.status in UNFINISHED or may_begin_again(known)):
        return None
    return AgainForm(watched, harder=harder_under(_found(known)), initial={"donation": known.pk})


def _page(
    request: HttpRequest, known: Donation | None, form: AgainForm | None, *, left: bool = False, status: int = 200
) -> HttpResponse:
    state = _state(known, left=left)
    context = {
        "state": state,
        "form": form if state in NOT_PAID and not standing_stop() else None,
        "reload": f"{reverse('donations:thanks')}?donation={known.pk}" if known else "",
        "unpaid": state in NOT_PAID,
        "causes": known.allocations.count() if known else 0,
        "address_gone": known and known.wants_receipt and not ReceiptWish.objects.filter(donation=known).exists(),
    }
    return render(request, "donations/thanks.html", context, status=status)


NOT_PAID = ("waiting", "left", "failed", "ran_out", "closed")


def _state(donation: Donation | None, *, left: bool) -> str:
    """Return which of the words to show: thanks, paid, processing, waiting, left, failed, ran_out or closed."""
    if donation is None:
        return "left" if left else "thanks"
    if donation.status == DonationStatus.PENDING:
        return "left" if left else "waiting"
    if donation.status in (DonationStatus.PAID, DonationStatus.PROCESSING, DonationStatus.FAILED):
        return str(donation.status)
    ends = donation.checkout_expires_at
    return "closed" if ends and donation.updated_at < ends else "ran_out"
