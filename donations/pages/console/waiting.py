"""What waits for a second person: refunds and gifts past Stripe above the limit, and campaigns."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from donations.campaigns.models import Campaign, CampaignStatus
from donations.offline.models import OfflineGift, OfflineStatus
from donations.refunds.deeds import agree_to_refund, drop_refund
from donations.refunds.models import Refund, RefundStatus
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.shell.refusals import in_words
from kernel.states import Refusal

DEEDS = {"agree": agree_to_refund, "drop": drop_refund}
MOST = 200


def _refunds() -> QuerySet[Refund]:
    return Refund.objects.filter(takes_two=True, agreed_by="", status=RefundStatus.PENDING)


def _gifts() -> QuerySet[OfflineGift]:
    return OfflineGift.objects.filter(status=OfflineStatus.WAITING)


def _campaigns() -> QuerySet[Campaign]:
    return Campaign.objects.filter(status=CampaignStatus.DRAFT)


def something_waits() -> bool:
    """Whether anything waits for a second person."""
    return _refunds().exists() or _gifts().exists() or _campaigns().exists()


@require_GET
@console("donations.agree")
def waiting(request: HttpRequest) -> HttpResponse:
    """Show what waits, oldest first; one's own can be dropped, and agreed to by somebody else."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    context = {
        "refunds": _refunds().order_by("created_at")[:MOST],
        "gifts": _gifts().select_related("fund", "partner").order_by("created_at")[:MOST],
        "campaigns": _campaigns().select_related("partner").order_by("created_at")[:MOST],
        "me": member.user.actor,
    }
    return render(request, "donations/console/waiting.html", context)


@require_POST
@console("donations.agree")
def refund_deed(request: HttpRequest, refund_id: str, deed: str) -> HttpResponse:
    """Agree to a refund that waits, or drop it."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    refund = get_object_or_404(Refund, pk=refund_id)
    if deed not in DEEDS:
        raise Http404
    try:
        DEEDS[deed](refund, by=member.user.actor, at=timezone.now())
    except Refusal as refusal:
        messages.warning(request, in_words(refusal))
    else:
        messages.success(request, _("Done."))
    return redirect("donations:waiting")
