"""Where caseworkers ask for a provider's contact. Whether they get it is for others to say."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.accounts.rules import may
from kernel.disclosure.disclosing.asking import ask
from kernel.disclosure.models import Disclosure, DisclosurePurpose
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.kinds.registry import kind_of
from offers.kinds.vocabulary import Check, Kind
from offers.matching.disclosing import AGREED, may_have_gone_wrong
from offers.matching.models import Match
from offers.pages.matching_words import tone_of
from offers.pledges.disclosing import vetting_object
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.photos.disclosing import PHOTOS

A_PAGE = 30


def _member(request: HttpRequest) -> Member:
    member: Member = request.member  # type: ignore[attr-defined]  # console() sets it
    return member


@require_safe
@console("disclosure.ask_for_contacts")
def contact_list(request: HttpRequest) -> HttpResponse:
    """Show what a contact can be asked for, besides one's own matches: checks, and incidents with one's own offers."""
    member = _member(request)
    checked = Pledge.objects.filter(status=PledgeStatus.VETTING).annotate(photo_count=Count("photos"))
    checked = checked.order_by("created_at", "pk")
    page: Page[Any] = Paginator(checked if member.organisation.is_operator else checked.none(), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "checks": [(pledge, Kind(pledge.kind).label, _steps(pledge), _has_photos(pledge)) for pledge in page],
        "incidents": [(match, Kind(match.pledge.kind).label, tone_of(match)) for match in _incidents(member)[:A_PAGE]],
        "operator": member.organisation.is_operator,
    }
    return render(request, "offers/disclosures/contacts.html", context)


def _steps(pledge: Pledge) -> list[tuple[str, Any]]:
    return [(str(check), Check(check).label) for check in kind_of(pledge.kind).checks_for(pledge.features)]


def _has_photos(pledge: Any) -> bool:
    return bool(pledge.photo_count) and Check.HOME_VISIT in kind_of(pledge.kind).checks_for(pledge.features)


def _incidents(member: Member) -> Any:
    """Matches in which something may have happened, of offers that this organisation brought or keeps the keys for."""
    ours = Q(pledge__organisation=member.organisation_id) | Q(pledge__organisation__steward=member.organisation_id)
    return may_have_gone_wrong(timezone.now()).filter(ours).select_related("pledge").order_by("-updated_at", "pk")


def asked_for(match: Match, member: Member) -> dict[str, Any]:
    """Return what a match's page says of its contact: may this person ask, and what was asked already."""
    mine = match.need.organisation_id == member.organisation_id and may(member, "disclosure.ask_for_contacts")
    asked = Disclosure.objects.filter(
        requester=member, purpose=DisclosurePurpose.CONFIRMED_MATCH, object_id=match.pk, expires_at__gt=timezone.now()
    )
    open_one = asked.open().first() if mine else None
    return {
        "may_ask": mine and match.status in AGREED and not match.frozen and open_one is None,
        "disclosure": open_one,
    }


def _ask(request: HttpRequest, purpose: str, object_id: str, back: HttpResponse) -> HttpResponse:
    try:
        disclosure = ask(purpose=purpose, object_id=object_id, by=_member(request), at=timezone.now())
    except Refusal as refused:
        if refused.code == "unknown_reference":
            raise Http404 from None
        messages.error(request, in_words(refused))
        return back
    messages.success(request, _("Asked. A second person approves it; then you read it once."))
    return redirect("disclosure", disclosure.pk)


@require_POST
@console("disclosure.ask_for_contacts")
def match_ask(request: HttpRequest, match_id: str) -> HttpResponse:
    """Ask for the contact behind a match, for one of two purposes."""
    purpose = request.POST.get("purpose", "")
    if purpose not in (DisclosurePurpose.CONFIRMED_MATCH, DisclosurePurpose.SAFETY_INCIDENT):
        raise Http404
    own = purpose == DisclosurePurpose.CONFIRMED_MATCH
    return _ask(request, purpose, match_id, redirect("offers:match", match_id) if own else redirect("offers:contacts"))


@require_POST
@console("offers.ask_for_checks")
def pledge_ask(request: HttpRequest, pledge_id: str) -> HttpResponse:
    """Ask for the contact of an offer, or for the photos of a room, for one of its checks."""
    step, what = request.POST.get("step", ""), request.POST.get("what", "")
    pledge = Pledge.objects.submitted().filter(pk=pledge_id).first()
    if pledge is None or step not in Check.values or what not in ("", PHOTOS):
        raise Http404
    purpose = DisclosurePurpose.VETTING_STEP
    return _ask(request, purpose, vetting_object(pledge, step, what), redirect("offers:contacts"))
