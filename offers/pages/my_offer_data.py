"""What a provider may ask of us without asking anybody: to see what is kept, and to be forgotten."""

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from kernel.retention.running import clean_soon
from kernel.shell.private import private
from offers.matching.erasing import erase_pledge
from offers.matching.exporting import export_pledge
from offers.pledges.drafting import provider_of
from offers.pledges.links import MANAGE, pledge_behind, was_erased_by
from offers.pledges.models import Pledge, PledgeStatus

UNSENT = (PledgeStatus.DRAFT, PledgeStatus.SUBMITTED)


def _behind(word: str) -> Pledge:
    pledge = pledge_behind(word, MANAGE)
    if pledge is None or pledge.status in UNSENT:
        raise Http404
    return pledge


@require_safe
@private
def my_offer_data(request: HttpRequest, word: str) -> HttpResponse:
    """Hand out everything that is kept in clear about the offer, as a file."""
    told = export_pledge(_behind(word))
    answer = JsonResponse(told, encoder=DjangoJSONEncoder, json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = 'attachment; filename="offer.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@private
def my_offer_erase(request: HttpRequest, word: str) -> HttpResponse:
    """Ask whether it is meant, and then erase the offer at once. Sent twice, it is done once."""
    if request.method == "POST" and was_erased_by(word, MANAGE):
        return redirect("offers:my_offer_erased")
    pledge = _behind(word)
    if request.method == "POST":
        erase_pledge(pledge=pledge, by=provider_of(pledge), at=timezone.now(), why="asked")
        clean_soon()
        return redirect("offers:my_offer_erased")
    return render(request, "offers/my_offer/erase.html", {"word": word})


@require_safe
def my_offer_erased(request: HttpRequest) -> HttpResponse:
    """Say that it is done, in the same words to everyone."""
    return render(request, "offers/my_offer/erased.html")
