"""Gifts past Stripe: a bank transfer, cash, what a partner passed on."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from donations.offline.deeds import agree_to_gift, drop_gift, record_gift, reverse_gift
from donations.offline.models import OfflineGift, OfflineStatus
from donations.pages.console.forms import OfflineForm, refuse
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.shell.refusals import in_words
from kernel.states import Refusal

PER_PAGE = 50
DEEDS = {"agree": agree_to_gift, "drop": drop_gift, "reverse": reverse_gift}


@require_http_methods(["GET", "POST"])
@console("donations.keep_books")
def offline(request: HttpRequest) -> HttpResponse:
    """List gifts past Stripe, newest first, and record one, once however often the button is pressed."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    form = OfflineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said, by = form.said(), member.user.actor
        try:
            pk = form.once(
                lambda: record_gift(**said, by=by, at=timezone.now()).pk,
                same=lambda known: OfflineGift.objects.filter(pk=known, **form.columns()).exists(),
            )
            gift = OfflineGift.objects.get(pk=pk)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            waits = gift.status == OfflineStatus.WAITING
            messages.success(request, _("Recorded; a second person has to agree.") if waits else _("Booked."))
            return redirect("donations:offline")
    rows = OfflineGift.objects.select_related("fund", "partner").order_by("-received_on", "-created_at", "pk")
    context = {"form": form, "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "donations/console/offline.html", context, status=status)


@require_POST
@console("donations.agree")
def offline_deed(request: HttpRequest, gift_id: str, deed: str) -> HttpResponse:
    """Agree to a gift that waits, drop it, or take back what was booked by mistake."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    gift = get_object_or_404(OfflineGift, pk=gift_id)
    if deed not in DEEDS:
        raise Http404
    try:
        DEEDS[deed](gift, by=member.user.actor, at=timezone.now())
    except Refusal as refusal:
        messages.warning(request, in_words(refusal))
    else:
        messages.success(request, _("Done."))
    return redirect("donations:waiting")
