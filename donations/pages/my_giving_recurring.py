"""What a donor does with a gift that comes again: pause, go on, another amount, another card, an end."""

from collections.abc import Callable
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from donations.my_giving.bank import page_of_instalment
from donations.my_giving.card import open_card_page
from donations.my_giving.showing import recurring_of
from donations.my_giving.visiting import Visit
from donations.pages.my_giving_forms import AmountForm
from donations.pages.my_giving_visit import show, visited
from donations.recurring.deeds import cancel, change_amount, pause, resume
from donations.recurring.models import RecurringGift
from kernel.shell.private import private
from kernel.shell.refusals import in_words
from kernel.states import Refusal

Deed = Callable[[HttpRequest, Visit, RecurringGift, datetime], HttpResponse]


@visited
def my_giving_recurring(request: HttpRequest, visit: Visit, *, deed: str) -> HttpResponse:
    """Do one thing with one of the donor's own gifts: `gift` is its id. Pressed twice, it is done once."""
    gift = next((one for one in recurring_of(visit) if one.pk == request.POST.get("gift")), None)
    if gift is None or deed not in DEEDS:
        raise Http404
    try:
        return DEEDS[deed](request, visit, gift, timezone.now())
    except Refusal as refusal:
        return show(request, visit, refused=in_words(refusal), status=409)


def _pause(request: HttpRequest, visit: Visit, gift: RecurringGift, at: datetime) -> HttpResponse:
    pause(gift=gift, by="page", at=at)
    return show(request, visit, done=_("It is paused. Nothing is collected until you let it go on."))


def _resume(request: HttpRequest, visit: Visit, gift: RecurringGift, at: datetime) -> HttpResponse:
    resume(gift=gift, by="page", at=at)
    return show(request, visit, done=_("It goes on, from the next instalment."))


def _cancel(request: HttpRequest, visit: Visit, gift: RecurringGift, at: datetime) -> HttpResponse:
    if "sure" not in request.POST:
        return render(request, "donations/mine/cancel.html", {"visit": visit, "gift": gift})
    cancel(gift=gift, by="page", at=at)
    return show(request, visit, done=_("It has ended. Nothing more is collected. Thank you for all of it."))


def _amount(request: HttpRequest, visit: Visit, gift: RecurringGift, at: datetime) -> HttpResponse:
    form = AmountForm(request.POST if "amount" in request.POST else None, currency=gift.currency)
    if form.is_valid():
        changed = change_amount(gift=gift, amount=form.cleaned_data["money"], by="page", at=at)
        total = changed.total.formatted(get_language() or "en")
        return show(request, visit, done=_("From the next instalment on it is %(total)s.") % {"total": total})
    context = {"visit": visit, "gift": gift, "form": form}
    return render(request, "donations/mine/amount.html", context, status=422 if form.errors else 200)


def _card(request: HttpRequest, visit: Visit, gift: RecurringGift, at: datetime) -> HttpResponse:
    response = HttpResponse(status=303)
    response["Location"] = open_card_page(gift=gift, language=(get_language() or "en").split("-")[0], at=at)
    return response


def _confirm(request: HttpRequest, visit: Visit, gift: RecurringGift, at: datetime) -> HttpResponse:
    # a link, and no redirect: the policy of our forms knows two of Stripe's hosts, and this page is at another
    return render(request, "donations/mine/confirm.html", {"visit": visit, "address": page_of_instalment(gift=gift)})


DEEDS: dict[str, Deed] = {
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
    "amount": _amount,
    "card": _card,
    "confirm": _confirm,
}


@private
@require_safe
def my_giving_card(request: HttpRequest) -> HttpResponse:
    """Say where one has come back to from Stripe's page; the same words to everyone."""
    return render(request, "donations/mine/card.html")
