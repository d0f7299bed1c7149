"""The console page of held offers: look, keep, discard; one, a page, or all that match."""

import re
from collections.abc import Iterable

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kernel.accounts.access import console
from kernel.ids import pattern
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.pages.moderation_forms import DiscardForm, PickForm
from offers.pledges.models import Pledge
from offers.pledges.moderation.deciding import decide
from offers.pledges.moderation.models import Decision, HeldOffer, HeldOfferQuerySet, HoldReason

A_PAGE = 100
_AN_OFFER = re.compile(pattern("pl"))


def _matching(asked: QueryDict) -> tuple[HeldOfferQuerySet, dict[str, str]]:
    """Return the offers that wait and match the filters of a query, oldest first, and those filters.

    A filter that is none matches nothing: "all that match" must never mean more than was meant.
    """
    form = PickForm(asked)
    if not form.is_valid():
        return HeldOffer.objects.none(), {}
    chosen = {name: form.cleaned_data[name] for name in PickForm.FILTERS}
    held = HeldOffer.objects.waiting().order_by("held_at", "pk")
    if reason := chosen.get("reason"):
        held = held.filter(**{reason: True})
    if kind := chosen.get("kind"):
        held = held.filter(pledge__kind=kind)
    if country := chosen.get("country"):
        held = held.filter(pledge__country=country)
    return held, {name: value for name, value in chosen.items() if value}


@require_safe
@console("offers.moderate_pledges")
def moderation(request: HttpRequest) -> HttpResponse:
    """Show the offers that wait for somebody to look, oldest first, with why each is held; never who sent it."""
    held, chosen = _matching(request.GET)
    page: Page[HeldOffer] = Paginator(held.select_related("pledge"), A_PAGE).get_page(request.GET.get("page"))
    now, from_address = timezone.now(), _from_addresses(page)
    context = {
        "page": page,
        "rows": [
            (row, (now - row.held_at).days, from_address.get(bytes(row.pledge.blind_email or b""), 1) - 1)
            for row in page
        ],
        "chosen": chosen,
        "filters": PickForm(chosen),
        "discard": DiscardForm(),
        "counts": _counts(),
    }
    return render(request, "offers/moderation/queue.html", context)


def _from_addresses(page: Iterable[HeldOffer]) -> dict[bytes, int]:
    """How many offers came from each address of a page, by its blind index, in one query for the page alone."""
    blinds = [row.pledge.blind_email for row in page if row.pledge.blind_email]
    same = Pledge.objects.submitted().filter(blind_email__in=blinds).order_by().values_list("blind_email")
    return {bytes(blind): number for blind, number in same.annotate(number=Count("pk"))}


def _counts() -> list[tuple[HoldReason, int]]:
    """How many wait for each reason, in one query."""
    counted = HeldOffer.objects.waiting().aggregate(
        **{f"number_{reason}": Count("pk", filter=Q(**{reason.value: True})) for reason in HoldReason}
    )
    return [(reason, counted[f"number_{reason}"]) for reason in HoldReason]


def _decide(request: HttpRequest, decision: Decision, why: str = "") -> int:
    """Decide about the offers that were ticked, or about all that match. Raises Refusal `nothing_chosen`."""
    held, _chosen = _matching(request.POST)
    if "everything" not in request.POST:
        ticked = [word for word in request.POST.getlist("offer")[:A_PAGE] if _AN_OFFER.fullmatch(word)]
        if not ticked:
            raise Refusal("nothing_chosen", _("Tick the offers first."), "offer")
        held = HeldOffer.objects.waiting().filter(pledge__in=ticked)
    by = request.user.actor  # type: ignore[union-attr] # console() lets members in only
    return decide(held=held, decision=decision, why=why, by=by, at=timezone.now())


def _back(request: HttpRequest) -> HttpResponse:
    _held, chosen = _matching(request.POST)
    query = QueryDict(mutable=True)
    query.update(chosen)
    return redirect(f"{reverse('offers:moderation')}?{query.urlencode()}" if chosen else "offers:moderation")


@require_POST
@console("offers.moderate_pledges")
def moderation_keep(request: HttpRequest) -> HttpResponse:
    """Let offers go on as any other: their addresses are asked for a confirmation."""
    try:
        number = _decide(request, Decision.KEEP)
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        said = ngettext("%(count)d offer is kept.", "%(count)d offers are kept.", number)
        messages.success(request, said % {"count": number})
    return _back(request)


@require_POST
@console("offers.moderate_pledges")
def moderation_discard(request: HttpRequest) -> HttpResponse:
    """End offers that are none, for a reason from the list. Nobody is written to."""
    form = DiscardForm(request.POST)
    try:
        if not form.is_valid():
            raise Refusal("invalid_choice", _("Choose one of the reasons."), "why")
        number = _decide(request, Decision.DISCARD, form.cleaned_data["why"])
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        said = ngettext("%(count)d offer is discarded.", "%(count)d offers are discarded.", number)
        messages.success(request, said % {"count": number})
    return _back(request)
