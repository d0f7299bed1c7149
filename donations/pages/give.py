"""Giving, without a script, an account or a cookie besides the one that guards the form."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from donations.funds.models import Fund
from donations.funds.public import public_funds
from donations.giving import amounts
from donations.giving.begin import begin
from donations.giving.booking import allocations
from donations.giving.breaker.admitting import admit
from donations.giving.breaker.pressure import of_funds, pressures
from donations.giving.breaker.stopping import standing_stop
from donations.giving.checkout import open_checkout
from donations.giving.dedications.words import MOST_MESSAGE, Words, dedicate, written_beside
from donations.giving.states import DonationStatus
from donations.models import Donation
from donations.pages.give_form import DEFAULT_CURRENCY, GiveForm
from donations.pages.opening import effort_of, harder_under, refused, see_other
from donations.receipts.issuers import current_terms
from donations.receipts.wishes import ask_for_receipt, asked_like
from donations.recurring.begin import begin_recurring
from donations.recurring.contacts import written_to
from kernel.guard.watch import Watch, watch
from kernel.shell.private import private
from kernel.states import Refusal

RECEIPT_FIELDS = ("receipt_email", "receipt_name")
LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


@private
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Show the form, or begin a donation and send the donor to the payment page.

    Fields: `fund` (slug or id), `amount`, `currency`, `cover_fee`, and `preset` for an offered amount; `interval`
    (once, month, year) and `contact_email` for what comes again; `receipt_email` and `receipt_name` where somebody
    issues receipts. The button `show` only draws the form again, with the amounts offered in the chosen currency.
    """
    funds = list(Fund.objects.open().filter(slug=slug) if slug else Fund.objects.open())
    if slug and not funds:
        raise Http404
    if standing_stop():
        return _page(request, GiveForm(Watch("give"), funds=[]), slug, status=200 if request.method == "GET" else 503)
    asked = request.GET.get("currency", "")
    currency = asked if asked in amounts.CURRENCIES else DEFAULT_CURRENCY
    if request.method == "GET" or not funds:
        form = GiveForm(
            Watch("give"),
            funds=funds,
            currency=currency,
            receipts=_receipts(),
            initial=_initial(request, funds),
            harder=harder_under(pressures(funds, at=timezone.now())),
        )
        return _page(request, form, slug)
    if "show" in request.POST:
        return _page(request, _redrawn(request, funds), slug)
    found = pressures(funds, at=timezone.now())  # asked once: for the riddle that is shown, and for who is let through
    form = GiveForm(watch(request, "give"), funds=funds, receipts=_receipts(), harder=harder_under(found))
    if form.caught:
        return see_other(reverse("donations:thanks"))
    if not form.is_valid():
        return form.watched.mark(_page(request, form, slug, status=422))
    try:
        chosen = [fund for fund, _share in form.cleaned_data["split"]]
        admit(of_funds(found, chosen), effort=effort_of(form))
        donation = open_checkout(_begun(form), at=timezone.now())
        return see_other(donation.checkout_url)
    except Refusal as refusal:
        return refused(form, refusal, lambda status: _page(request, form, slug, status=status))


def _begun(form: GiveForm) -> Donation:
    """Return the donation that this page begins, once however often its button is pressed."""
    asked = form.cleaned_data

    def same(known: str) -> bool:
        before = Donation.objects.filter(pk=known, status=DonationStatus.PENDING, cover_fee=asked["cover_fee"])
        mine = [one for one in before if one.amount == asked["money"] and _split_of(one) == asked["split"]]
        mine = [one for one in mine if _comes_again_as(one, asked)]
        likewise = asked_like(known, **_receipt_words(asked)) and written_beside(known) == form.words()
        return bool(mine) and likewise

    return Donation.objects.get(pk=form.once(lambda: _begin(asked, form.words()).pk, same=same))


@transaction.atomic
def _begin(cleaned: dict[str, Any], written: Words) -> Donation:
    language, at, words = (get_language() or "en").split("-")[0], timezone.now(), _receipt_words(cleaned)
    asked: dict[str, Any] = {
        "split": cleaned["split"],
        "amount": cleaned["money"],
        "cover_fee": cleaned["cover_fee"],
        "return_url": settings.PUBLIC_URL.rstrip("/") + reverse("donations:thanks"),
        "language": language if language in LANGUAGES else "en",
        "at": at,
    }
    if cleaned["interval"]:
        donation = begin_recurring(interval=cleaned["interval"], email=cleaned["contact_email"], **asked)
    else:
        donation = begin(**asked)
    dedicate(donation=donation, words=written, at=at)
    if words["email"]:
        ask_for_receipt(donation=donation, at=at, **words)
    return donation


def _comes_again_as(donation: Donation, asked: dict[str, Any]) -> bool:
    """Whether a donation that was begun comes as often as is asked, and its donor is written to there."""
    gift = donation.recurring
    if gift is None:
        return not asked["interval"]
    return gift.interval == asked["interval"] and written_to(gift.pk, asked["contact_email"])


def _split_of(donation: Donation) -> list[tuple[Fund, int]]:
    return [(part.fund, part.share) for part in allocations(donation)]


def _receipt_words(cleaned: dict[str, Any]) -> dict[str, str]:
    return {"email": cleaned.get("receipt_email", ""), "name": cleaned.get("receipt_name", "")}


def _receipts() -> bool:
    return current_terms() is not None


def _initial(request: HttpRequest, funds: list[Fund]) -> dict[str, Any]:
    wanted = request.GET.get("fund", "")
    known = next((fund.slug for fund in funds if wanted in (fund.slug, fund.pk)), funds[0].slug if funds else "")
    return {"fund": known}


def _redrawn(request: HttpRequest, funds: list[Fund]) -> GiveForm:
    """Return the form as it was filled in, with the amounts of the currency that was chosen, and no complaints."""
    asked = request.POST.get("currency", "")
    currency = asked if asked in amounts.CURRENCIES else DEFAULT_CURRENCY
    kept: dict[str, Any] = {name: request.POST.get(name, "")[:40] for name in ("fund", "amount", "interval")}
    kept |= {name: request.POST.get(name, "")[:254] for name in (*RECEIPT_FIELDS, "contact_email")}
    kept |= {name: value[:4] for name, value in request.POST.items() if name.startswith("share_")}
    kept |= {name: request.POST.get(name, "")[:MOST_MESSAGE] for name in ("honour", "message")}
    kept["also"] = request.POST.getlist("also")
    kept["cover_fee"] = "on" if request.POST.get("cover_fee") else ""
    return GiveForm(Watch("give"), funds=funds, currency=currency, receipts=_receipts(), initial=kept)


def _page(request: HttpRequest, form: GiveForm, slug: str, *, status: int = 200) -> HttpResponse:
    funds = [fund for fund in public_funds() if not slug or fund.slug == slug]
    asked = any(form[name].value() or form[name].errors for name in RECEIPT_FIELDS if name in form.fields)
    context = {
        "form": form,
        "receipts": RECEIPT_FIELDS[0] in form.fields,
        "receipt_asked": asked,
        "one": funds[0] if len(funds) == 1 else None,
    }
    return render(request, "donations/give.html", context, status=status)
