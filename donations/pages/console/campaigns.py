"""Authorised campaigns: one person of the operator asks, another signs, either takes it back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from donations.campaigns.badge import badge_svg, check_url, plain_snippet, snippet
from donations.campaigns.deeds import ask_for_campaign, end_campaign, sign_campaign, withdraw_campaign
from donations.campaigns.models import Campaign, CampaignStatus
from donations.campaigns.transfers.comparing import compare
from donations.pages.console.campaign_forms import CampaignForm
from donations.pages.console.forms import refuse
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.shell.refusals import in_words
from kernel.states import Refusal

PER_PAGE = 50
DEEDS = {"sign": sign_campaign, "withdraw": withdraw_campaign, "end": end_campaign}


@require_GET
@console("donations.see_campaigns")
def campaigns(request: HttpRequest) -> HttpResponse:
    """List campaigns, what waits first, with what each announced and what arrived."""
    rows = Campaign.objects.select_related("partner", "fund").order_by("signed_at", "-ends_before", "pk")
    waiting = rows.filter(status=CampaignStatus.DRAFT)
    page = Paginator(rows.exclude(status=CampaignStatus.DRAFT).order_by("-ends_before", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    told, today = compare(page.object_list), timezone.now().date()
    context = {
        "waiting": waiting,
        "page": page,
        "rows": [(one, one.standing(today), told[one.pk]) for one in page.object_list],
    }
    return render(request, "donations/console/campaigns.html", context)


@require_http_methods(["GET", "POST"])
@console("donations.ask_campaign")
def campaign_new(request: HttpRequest) -> HttpResponse:
    """Ask for a campaign."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = ask_for_campaign(terms=form.terms(), by=member.user.actor, at=timezone.now())
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Asked. A second person signs."))
            return redirect("donations:campaign", made.pk)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "donations/console/campaign_new.html", {"form": form}, status=status)


@require_GET
@console("donations.see_campaigns")
def campaign(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Show one: what two people sign, what it may show on its page, and what it sent."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    one = get_object_or_404(Campaign.objects.select_related("partner", "fund"), pk=campaign_id)
    today = timezone.now().date()
    context = {
        "campaign": one,
        "standing": one.standing(today),
        "mine": one.asked_by == member.user.actor,
        "compared": compare([one])[one.pk],
        "transfers": one.transfers.select_related("gift").order_by("-sent_on", "pk"),
        "history": one.history.all(),
    }
    if one.signed_at:
        context |= {"snippet": snippet(one), "plain": plain_snippet(one), "check_url": check_url(one)}
        context["badge"] = badge_svg(one, today=today)
    return render(request, "donations/console/campaign.html", context)


@require_POST
@console("donations.sign_campaign")
def campaign_deed(request: HttpRequest, campaign_id: str, deed: str) -> HttpResponse:
    """Sign as the second person, end it, or take it back at once."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    one = get_object_or_404(Campaign, pk=campaign_id)
    if deed not in DEEDS:
        raise Http404
    try:
        DEEDS[deed](one, by=member.user.actor, at=timezone.now())
    except Refusal as refusal:
        messages.warning(request, in_words(refusal))
    else:
        messages.success(request, _("Done."))
    return redirect("donations:campaign", one.pk)
