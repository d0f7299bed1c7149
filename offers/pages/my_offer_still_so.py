"""The page that a provider is asked to open: is it still so? One press of a button is the whole answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kernel.shell.private import private
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.pages.my_offer import behind
from offers.pages.offer_words import facts_of
from offers.pledges.confirming import confirm, fell_silent
from offers.pledges.drafting import provider_of
from offers.pledges.models import Pledge
from offers.pledges.rhythm import ASKED, awaits_answer

# what helps a provider to remember which offer it is, on one screen of a phone
REMINDS = ("details", "place")


def _show(request: HttpRequest, pledge: Pledge, word: str, *, refused: str = "", status: int = 200) -> HttpResponse:
    context = {
        "pledge": pledge,
        "word": word,
        "facts": [(label, value) for label, value, page in facts_of(pledge) if page in REMINDS],
        "asked": awaits_answer(pledge) or fell_silent(pledge),
        "silent": fell_silent(pledge),
        "refused": refused,
    }
    return render(request, "offers/my_offer/still_so.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def my_offer_still_so(request: HttpRequest, word: str) -> HttpResponse:
    """Ask, with a button for every answer; programs that read mails open links, so only a button answers."""
    pledge = behind(word)
    if request.method == "POST":
        try:
            confirm(pledge=pledge, by=provider_of(pledge), at=timezone.now())
        except Refusal as refusal:
            pledge.refresh_from_db()
            return _show(request, pledge, word, refused=in_words(refusal), status=409)
        return redirect("offers:my_offer_still_so", word=word)
    if pledge.status not in ASKED:
        return redirect("offers:my_offer", word=word)
    return _show(request, pledge, word)
