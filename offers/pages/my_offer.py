"""The private page of an offer: whoever holds its link sees what is kept, changes it, stops it, or takes it back."""

from collections.abc import Callable

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernel.guard.watch import watch
from kernel.shell.private import private
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from kernel.vault.index import blind_email
from offers.matching.deeds import free_pledge
from offers.pages.calendar_address import calendar_part
from offers.pages.my_offer_forms import ChangeForm, LostLinkForm
from offers.pages.offer_forms import refuse
from offers.pages.offer_words import facts_of
from offers.pledges.drafting import provider_of
from offers.pledges.editing import OPEN_TO_CHANGE, edit
from offers.pledges.links import MANAGE, pledge_behind, was_withdrawn_by
from offers.pledges.living import pause, resume, withdraw
from offers.pledges.locking import locked
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.photos.deeds import takes_photos
from offers.pledges.references.asking import takes_references
from offers.pledges.reminding import ask_for_links
from offers.pledges.reoffering import offer_again
from offers.pledges.rhythm import awaits_answer

UNSENT = (PledgeStatus.DRAFT, PledgeStatus.SUBMITTED)
TAKEN_BACK = PledgeStatus.WITHDRAWN


def behind(word: str) -> Pledge:
    """Return the offer that a private link leads to. Raises Http404 for any other word."""
    pledge = pledge_behind(word, MANAGE)
    if pledge is None or pledge.status in UNSENT:
        raise Http404
    return pledge


def _show(
    request: HttpRequest, pledge: Pledge, word: str, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "pledge": pledge,
        "word": word,
        "facts": facts_of(pledge),
        "refused": in_words(refusal) if refusal else "",
        "asked": awaits_answer(pledge),
        "may_change": pledge.status in OPEN_TO_CHANGE,
        "photos": pledge.photos.count(),
        "takes_photos": takes_photos(pledge),
        "takes_references": pledge.status == PledgeStatus.VETTING and takes_references(pledge),
        "calendar": calendar_part(request, pledge),
        "may_withdraw": TAKEN_BACK in pledge.moves.legal(pledge.status),
    }
    return render(request, "offers/my_offer/detail.html", context, status=status)


@require_safe
@private
def my_offer(request: HttpRequest, word: str) -> HttpResponse:
    """Show what is kept, less the contact, and what can be done."""
    return _show(request, behind(word), word)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def my_offer_change(request: HttpRequest, word: str) -> HttpResponse:
    """Change days, units and stay; what has run out is offered again with the same form."""
    pledge = behind(word)
    again = pledge.status == PledgeStatus.EXPIRED
    if pledge.status not in OPEN_TO_CHANGE and not again:
        raise Http404
    form = ChangeForm(pledge, request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            deed = offer_again if again else edit
            deed(pledge=pledge, changes=form.changes(), by=provider_of(pledge), at=timezone.now())
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            return redirect("offers:my_offer", word=word)
    return render(request, "offers/my_offer/change.html", {"form": form, "word": word, "again": again})


def _withdraw(pledge: Pledge) -> None:
    """Take the offer back; whatever it promised is let go in the same breath."""
    by, at = provider_of(pledge), timezone.now()
    with transaction.atomic():
        pledge = locked(pledge)
        pledge.moves.check(old=pledge.status, new=TAKEN_BACK)
        free_pledge(pledge=pledge, by=by, at=at, why="withdrawn")
        withdraw(pledge=pledge, by=by, at=at)


def _pause(pledge: Pledge) -> None:
    if pledge.status != PledgeStatus.PAUSED:
        pause(pledge=pledge, by=provider_of(pledge), at=timezone.now())


def _resume(pledge: Pledge) -> None:
    if pledge.status != PledgeStatus.ACTIVE:
        resume(pledge=pledge, by=provider_of(pledge), at=timezone.now())


DEEDS: dict[str, Callable[[Pledge], None]] = {"pause": _pause, "resume": _resume, "withdraw": _withdraw}


@require_POST
@private
def my_offer_deed(request: HttpRequest, word: str, deed: str) -> HttpResponse:
    """Pause, resume or withdraw. Asked for twice, it is done once."""
    if deed not in DEEDS:
        raise Http404
    if deed == "withdraw" and was_withdrawn_by(word, MANAGE):
        return redirect("offers:my_offer_ended")
    pledge = behind(word)
    try:
        DEEDS[deed](pledge)
    except Refusal as refusal:
        pledge.refresh_from_db()
        return _show(request, pledge, word, refusal=refusal, status=409)
    return redirect("offers:my_offer_ended") if deed == "withdraw" else redirect("offers:my_offer", word=word)


@require_safe
def my_offer_ended(request: HttpRequest) -> HttpResponse:
    """Say goodbye, in the same words to everyone."""
    return render(request, "offers/my_offer/ended.html")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def my_offer_lost(request: HttpRequest) -> HttpResponse:
    """Have the private links of an address mailed again: one answer, and one amount of work, for every address."""
    form = LostLinkForm(watch(request, "my-offer"))
    if form.is_bound and (form.caught or form.is_valid()):
        if not form.caught:
            _ask(form)
        return render(request, "offers/my_offer/mailed.html")
    return form.watched.mark(render(request, "offers/my_offer/lost.html", {"form": form}))


def _ask(form: LostLinkForm) -> None:
    blind = blind_email(form.cleaned_data["email"])  # slow on purpose, so before a transaction opens

    def asked() -> str:
        ask_for_links(blind)
        return ""

    form.once(asked, same=lambda _nothing: True)
