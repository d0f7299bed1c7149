"""Is this fundraiser genuine? A page for anybody, one for each authorised campaign, and the badge they may show.

What is typed is posted, so that it stands in no address and no history; nothing of it is kept.
"""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from donations.campaigns.badge import badge_svg
from donations.campaigns.checking import UNKNOWN, Found, by_code, check
from donations.campaigns.models import Campaign
from donations.campaigns.statements import LONGEST, public_key, state
from kernel.shell.private import mark_private

MOST = 200
BADGE_SECONDS = 300


class VerifyForm(forms.Form):
    """`asked`: a code, an address, a name, or a signed statement."""

    asked = forms.CharField(
        label=_("Its address, its code or its name"),
        max_length=LONGEST,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("Copy the address from the page you were sent to; do not type it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Say whether what was typed is genuine, and who may collect now."""
    form, today = VerifyForm(request.POST or None), timezone.now().date()
    found, status = None, 200
    if request.method == "POST":
        if form.is_valid():
            found = check(form.cleaned_data["asked"], today=today)
        else:
            status = 422
    current = Campaign.objects.current(today).select_related("partner", "fund").order_by("ends_before", "pk")[:MOST]
    context = {**_answer(found), "form": form, "current": current, "public_key": public_key()}
    return render(request, "donations/verify/page.html", context, status=status)


@require_safe
def verify_campaign(request: HttpRequest, code: str) -> HttpResponse:
    """Tell of one campaign; a code that nobody was given and one of a draft are answered alike."""
    campaign = by_code(code)
    found = Found("code", (campaign,)) if campaign else UNKNOWN
    context = {**_answer(found), "statement": state(campaign) if campaign else ""}
    response = render(request, "donations/verify/one.html", context, status=200 if campaign else 404)
    if campaign is None:  # the page repeats its address, which may be anything that somebody was sent
        mark_private(response)
    return response


@require_safe
def campaign_badge(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the badge. Other sites may show it; it sets nothing, and is kept for five minutes."""
    campaign = by_code(code)
    picture = badge_svg(campaign, today=timezone.now().date())
    response = HttpResponse(picture, content_type="image/svg+xml", status=200 if campaign else 404)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = f"public, max-age={BADGE_SECONDS}"
    return response


def _answer(found: Found | None) -> dict[str, object]:
    today = timezone.now().date()
    rows = [(campaign, campaign.standing(today)) for campaign in found.campaigns] if found else []
    return {"found": found, "rows": rows}
