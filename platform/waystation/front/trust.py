"""Console pages of trust: one person of the operator asks, another signs, either takes it away."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kernel.accounts.access import console
from kernel.accounts.models import Organisation, OrganisationRole, TrustGrant, TrustSubject
from kernel.accounts.trust import ask_for_trust, revoke_trust, sign_trust
from kernel.states import Refusal


@require_GET
@console("accounts.grant_trust")
def trust_page(request: HttpRequest) -> HttpResponse:
    """Show every partner, what it is trusted for, and what waits for a second person."""
    at = timezone.now()
    partners = Organisation.objects.filter(role=OrganisationRole.PARTNER).order_by("name")
    context = {
        "partners": [(partner, _standing(partner, at)) for partner in partners.prefetch_related("trust_grants")],
        "member": request.member,  # type: ignore[attr-defined] # console() sets it
    }
    return render(request, "front/trust.html", context)


def _standing(partner: Organisation, at: Any) -> list[tuple[str, str, TrustGrant | None, TrustGrant | None]]:
    """Return for each subject its value and label, the grant in force and the one that waits, if any."""
    grants = [grant for grant in partner.trust_grants.all() if not grant.revoked_at]
    return [
        (
            value,
            str(label),
            next((grant for grant in grants if grant.subject == value and grant.holds(at)), None),
            next((grant for grant in grants if grant.subject == value and not grant.signed_at), None),
        )
        for value, label in TrustSubject.choices
    ]


@require_POST
@console("accounts.grant_trust")
def trust_ask(request: HttpRequest, organisation_id: str) -> HttpResponse:
    """Ask that a partner be trusted for `subject`."""
    partner = get_object_or_404(Organisation, pk=organisation_id, role=OrganisationRole.PARTNER)
    subject = request.POST.get("subject", "")
    if subject not in TrustSubject.values:
        messages.error(request, _("Choose what to trust this partner for: needs or providers."))
        return redirect("trust")
    return _act(request, ask_for_trust, _("Asked. A second person signs."), organisation=partner, subject=subject)


@require_POST
@console("accounts.grant_trust")
def trust_sign(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Put a grant in force as its second person."""
    grant = get_object_or_404(TrustGrant, pk=grant_id)
    return _act(request, sign_trust, _("Signed: in force for a year."), grant=grant)


@require_POST
@console("accounts.grant_trust")
def trust_revoke(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Take trust away."""
    return _act(request, revoke_trust, _("Taken away."), grant=get_object_or_404(TrustGrant, pk=grant_id))


def _act(request: HttpRequest, deed: Callable[..., Any], done: str, **what: Any) -> HttpResponse:
    try:
        deed(**what, by=request.user, at=timezone.now())
    except Refusal as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, done)
    return redirect("trust")
