"""Console pages of incidents: what was reported, what stands still for it, and the two people who let it go on.

Who is neither of the side that reported nor of the operator sees that something of theirs stands still, and no more.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.accounts.rules import may
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.kinds.reasons import Concern
from offers.kinds.vocabulary import Kind
from offers.matching.models import Match
from offers.matching.safety.lifting import ask_to_lift, keep_frozen, lift, may_ask_first, may_read, take_up
from offers.matching.safety.models import Incident, IncidentStatus
from offers.matching.sides import own_actors, said_by
from offers.pages.matching_words import tone_of

A_PAGE = 30
TONES = {IncidentStatus.STANDING: "bad", IncidentStatus.LIFT_ASKED: "warn", IncidentStatus.LIFTED: "good"}
DEEDS: dict[str, tuple[Callable[..., Incident], Any]] = {
    "take": (take_up, _("You look after it: nobody is written to again.")),
    "ask": (ask_to_lift, _("Asked. A second person lifts it, or keeps it frozen.")),
    "keep": (keep_frozen, _("It stays frozen.")),
    "lift": (lift, _("Lifted. The matches go on from where they stood; the offers have to be checked anew.")),
}


def _member(request: HttpRequest) -> Member:
    member: Member = request.member  # type: ignore[attr-defined] # the console's door puts it there
    return member


@require_GET
@console("offers.see_incidents")
def incident_list(request: HttpRequest) -> HttpResponse:
    """List what stands still, oldest first; `?all=1` shows what was lifted too."""
    member, everything = _member(request), request.GET.get("all") == "1"
    rows = Incident.objects.visible_to(member.organisation)
    rows = rows.order_by("-created_at", "pk") if everything else rows.standing().order_by("created_at", "pk")
    page = Paginator(rows.prefetch_related("freezes"), A_PAGE).get_page(request.GET.get("page"))
    lines = [_line(incident, member) for incident in page]
    return render(request, "offers/incidents/list.html", {"page": page, "lines": lines, "everything": everything})


def _line(incident: Incident, member: Member) -> dict[str, Any]:
    reads = may_read(incident, member.organisation)
    return {
        "incident": incident,
        "tone": TONES[IncidentStatus(incident.status)],
        "concern": Concern(incident.concern).label if reads else "",
        "matches": len(incident.freezes.all()) if reads else 0,
    }


@require_GET
@console("offers.see_incidents")
def incident_detail(request: HttpRequest, incident_id: str) -> HttpResponse:
    """One incident: as much as this person may know, the matches that stand still, and what may be done."""
    member = _member(request)
    incident = get_object_or_404(Incident.objects.visible_to(member.organisation), pk=incident_id)
    own, reads = own_actors(member.organisation), may_read(incident, member.organisation)
    mine = Match.objects.visible_to(member.organisation).filter(freezes__incident=incident).select_related("need")
    seen = list(mine.order_by("pk"))
    context = {
        **_line(incident, member),
        "reads": reads,
        "by": said_by(incident.by, own),
        "taken_by": said_by(incident.taken_by, own),
        "matches": [(match, tone_of(match), Kind(match.need.kind).label) for match in seen],
        "others": incident.freezes.count() - len(seen) if reads else 0,
        "deeds": _deeds_of(incident, member) if reads else [],
        "history": [(IncidentStatus(row.new).label, row.at, said_by(row.by, own)) for row in incident.history.all()]
        if reads
        else [],
    }
    return render(request, "offers/incidents/detail.html", context)


def _deeds_of(incident: Incident, member: Member) -> list[str]:
    """Return what this person may do now; the deeds ask again, and say why not."""
    me, possible = member.user.actor, []
    if incident.status != IncidentStatus.LIFTED and not incident.taken_by:
        possible.append("take")
    if not may(member, "offers.lift_freezes"):
        return possible
    if incident.status == IncidentStatus.STANDING and me != incident.by:
        possible += ["ask"] if may_ask_first(incident, member.organisation) else []
    if incident.status == IncidentStatus.LIFT_ASKED:
        possible += [*(["lift"] if me not in (incident.by, incident.asked_by) else []), "keep"]
    return possible


@require_POST
@console("offers.see_incidents")
def incident_deed(request: HttpRequest, incident_id: str, deed: str) -> HttpResponse:
    """Do one deed on an incident and say what came of it."""
    member = _member(request)
    incident = get_object_or_404(Incident.objects.visible_to(member.organisation), pk=incident_id)
    permission = "offers.see_incidents" if deed == "take" else "offers.lift_freezes"
    if deed not in DEEDS or not may(member, permission) or not may_read(incident, member.organisation):
        raise Http404
    do, done = DEEDS[deed]
    try:
        do(incident=incident, organisation=member.organisation, by=member.user.actor, at=timezone.now())
    except Refusal as refused:
        messages.error(request, in_words(refused))
    else:
        messages.success(request, done)
    return redirect("offers:incident", incident.pk)
