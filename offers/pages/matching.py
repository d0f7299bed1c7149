"""Console pages of matching: who could help with a need and why, and what became of it since.

A caseworker proposes and records what the person says; the pledge's side answers for the provider; a second person
of the need's side confirms. Every answer to a form is a redirect with a sentence.
"""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.accounts.rules import may
from kernel.shell.forms import DateInput
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.kinds.reasons import SAID_BY_THE_PERSON, SAID_BY_THE_PROVIDER, Concern, FailReason, MatchReason
from offers.kinds.vocabulary import Kind, Urgency
from offers.matching import deeds
from offers.matching.deeds.failing import AGREED as CAN_FAIL
from offers.matching.models import LIVE, Match, MatchQuerySet, MatchStatus
from offers.matching.rank import Rank
from offers.matching.safety.models import Incident
from offers.matching.safety.reporting import is_heard, report_concern
from offers.matching.search import SEARCHABLE, candidates
from offers.matching.sides import PERSON, PROVIDER, own_actors, said_by, sides_of
from offers.matching.telling import freed_lately
from offers.matching.why import why_nobody_else
from offers.needs.models import Need, NeedStatus
from offers.pages.checks import checks_due, checks_of
from offers.pages.contacts import asked_for
from offers.pages.matching_words import said_card, said_reason, said_rule, said_unlock, said_why, tone_of

A_PAGE = 20
MOST_UNLOCKS = 8  # what a person can weigh at once; the API names them all


class ProposeForm(forms.Form):
    """Which pledge to propose."""

    pledge = forms.CharField(max_length=40)


class SuggestedForm(forms.Form):
    """Which answer from the board to propose."""

    suggestion = forms.CharField(max_length=40)


class ReasonForm(forms.Form):
    """Why it ends, from a closed list: nothing about a person can be written here."""

    reason = forms.ChoiceField(label=_("Reason"), choices=MatchReason.choices)


class FailForm(forms.Form):
    """How help failed, from a closed list."""

    reason = forms.ChoiceField(label=_("What happened?"), choices=FailReason.choices)


class LostForm(FailForm):
    """How help failed that was being given, and whether somebody is without it now."""

    urgency = forms.ChoiceField(
        label=_("Is the person without help now?"),
        required=False,
        choices=[
            ("", _("No: it is as urgent as before")),
            (Urgency.URGENT, _("Yes: it is urgent")),
            (Urgency.EMERGENCY, _("Yes: it is an emergency")),
        ],
    )


class DaysForm(forms.Form):
    """The days that were agreed on."""

    start = forms.DateField(label=_("First day"), widget=DateInput)
    end = forms.DateField(label=_("Over on"), required=False, widget=DateInput)


class ReportForm(forms.Form):
    """What is not safe, from a closed list, and for which side it is said."""

    concern = forms.ChoiceField(label=_("What is not safe?"), choices=Concern.choices)
    side = forms.ChoiceField(choices=[(PERSON, PERSON), (PROVIDER, PROVIDER)], widget=forms.HiddenInput)


class NoForm(ReasonForm):
    """A no of one side, and why, from that side's own list."""

    side = forms.ChoiceField(choices=[(PERSON, PERSON), (PROVIDER, PROVIDER)], widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, side: str = "", **kwargs: Any) -> None:
        super().__init__(data, initial={"side": side}, **kwargs)
        words = SAID_BY_THE_PERSON if (side or self.data.get("side")) == PERSON else SAID_BY_THE_PROVIDER
        self.fields["reason"].choices = [(word, word.label) for word in words]  # type: ignore[attr-defined]


def _member(request: HttpRequest) -> Member:
    member: Member = request.member  # type: ignore[attr-defined] # the console's door puts it there
    return member


def _rank(request: HttpRequest) -> Rank | None:
    text = request.GET.get("after")
    try:
        return Rank.parse(text) if text else None
    except ValueError:
        raise Http404 from None


@require_http_methods(["GET", "POST"])
@console("offers.see_matches")
def need_candidates(request: HttpRequest, need_id: str) -> HttpResponse:
    """Ranked candidates of one's own need with reasons; with `explain=1` why nobody else fits; a POST proposes one."""
    member = _member(request)
    need = get_object_or_404(Need.objects.visible_to(member.organisation), pk=need_id)
    if request.method == "POST":
        return _propose(request, member, need)
    context: dict[str, Any] = {
        "need": need,
        "kind": Kind(need.kind).label,
        "searchable": need.status in SEARCHABLE,
        "may_propose": need.status == NeedStatus.OPEN and may(member, "offers.work_matches"),
        "live": Match.objects.live().filter(need=need).first(),
        "linked": _linked(need),
        "cards": [],
        "answers": [],
    }
    if context["searchable"]:
        today = timezone.now().date()
        answers = deeds.fitting_suggestions(need, timezone.now())
        context["answers"] = [{"id": one.pk, "card": said_card(one.pledge)} for one in answers]
        found = candidates(need=need, today=today, limit=A_PAGE, after=_rank(request))
        context |= {
            "cards": [
                {"card": said_card(one.pledge), "score": one.score, "reasons": [said_reason(r) for r in one.reasons]}
                for one in found.candidates
            ],
            "after": found.after,
            "first_page": "after" not in request.GET,
        }
        if request.GET.get("explain") == "1":
            context |= _nobody_else(need, member, today)
    return render(request, "offers/matching/candidates.html", context)


def _nobody_else(need: Need, member: Member, today: date) -> dict[str, Any]:
    """Count every other offer of the kind: that takes seconds where there are very many, so only who asks is told."""
    whys = why_nobody_else(need=need, organisation=member.organisation, today=today)
    return {
        "explained": True,
        "why_not": [said_rule(one) for one in whys.why_not],
        "unlocks": [said_unlock(one) for one in whys.unlocks[:MOST_UNLOCKS]],
        "exact": member.organisation.is_operator,
    }


def _linked(need: Need) -> list[dict[str, Any]]:
    """Return the needs that should be met in the same area, and where one of them is being met already."""
    others = list(Need.objects.bundled_with(need).order_by("pk"))
    met = {match.need_id: match for match in Match.objects.live().filter(need__in=others).select_related("pledge")}
    places = {need_id: said_card(match.pledge).place for need_id, match in met.items()}
    return [{"need": one, "kind": Kind(one.kind).label, "place": places.get(one.pk, "")} for one in others]


def _propose(request: HttpRequest, member: Member, need: Need) -> HttpResponse:
    answered, form = SuggestedForm(request.POST), ProposeForm(request.POST)
    if not may(member, "offers.work_matches") or not (answered.is_valid() or form.is_valid()):
        messages.error(request, gettext("Nothing was proposed: choose a candidate."))
        return redirect("offers:candidates", need.pk)
    who: dict[str, Any] = {
        "need_id": need.pk,
        "organisation": member.organisation,
        "by": member.user.actor,
        "at": timezone.now(),
    }
    try:
        if answered.is_valid():
            match = deeds.propose_suggested(suggestion_id=answered.cleaned_data["suggestion"], **who)
        else:
            match = deeds.propose(pledge_id=form.cleaned_data["pledge"], **who)
    except Refusal as refused:
        messages.error(request, in_words(refused))
        return redirect("offers:candidates", need.pk)
    messages.success(request, gettext("Proposed. The units are held; now ask the person."))
    return redirect("offers:match", match.pk)


def _visible(member: Member) -> MatchQuerySet:
    return Match.objects.visible_to(member.organisation).select_related("need", "pledge")


@require_GET
@console("offers.see_matches")
def match_list(request: HttpRequest) -> HttpResponse:
    """The matches of one's organisation, those that wait for somebody first; `?all=1` shows ended ones too."""
    member, everything = _member(request), request.GET.get("all") == "1"
    rows = _visible(member) if everything else _visible(member).live()
    page = Paginator(rows.order_by("-updated_at", "pk"), 50).get_page(request.GET.get("page"))
    lines = [
        {
            "match": match,
            "tone": tone_of(match),
            "kind": Kind(match.need.kind).label,
            "sides": sides_of(match, member.organisation),
            "next": _next_deeds(match, member),
        }
        for match in page
    ]
    context = {"page": page, "lines": lines, "everything": everything}
    context["checks_due"] = checks_due(member)
    context["freed"] = freed_lately(member.organisation, timezone.now())
    return render(request, "offers/matching/list.html", context)


@require_GET
@console("offers.see_matches")
def match_detail(request: HttpRequest, match_id: str) -> HttpResponse:
    """One match: what it is made of, who said what, and what this person may do next."""
    member = _member(request)
    match = get_object_or_404(_visible(member), pk=match_id)
    sides, own = sides_of(match, member.organisation), own_actors(member.organisation)
    context = {
        "match": match,
        "kind": Kind(match.need.kind).label,
        "tone": tone_of(match),
        "card": said_card(match.pledge),
        "sides": sides,
        "owns_need": PERSON in sides,
        "deeds": _next_deeds(match, member),
        "days": DaysForm(initial={"start": match.starts_on, "end": match.ends_on}, auto_id="days_%s")
        if _may_settle(match, member)
        else None,
        "may_end": bool(_may_end(match, member)),
        "refusals": [(side, NoForm(side=side, auto_id=f"{side}_%s")) for side in _may_decline(match, member)],
        "reports": [(side, _report_form(side)) for side in sides] if is_heard(match, timezone.now()) else [],
        "incident": _incident_of(match, member),
        "checks": checks_of(match, member),
        **asked_for(match, member),
        "cancel": ReasonForm(auto_id="cancel_%s"),
        "fail": _fail_form(match) if _may_fail(match, member) else None,
        "history": [
            (MatchStatus(row.new).label, row.at, said_by(row.by, own), said_why(row.why, asked=row.old))
            for row in match.history.all()
            if PERSON in sides or row.by in own or row.by.startswith("provider:")
        ],
    }
    return render(request, "offers/matching/detail.html", context)


def _next_deeds(match: Match, member: Member) -> list[str]:
    """The deeds, besides a no, that this person could do now."""
    sides = sides_of(match, member.organisation)
    possible = {
        MatchStatus.PROPOSED: ("agree", PERSON, "offers.work_matches"),
        MatchStatus.PERSON_AGREED: ("accept", PROVIDER, "offers.work_matches"),
        MatchStatus.PROVIDER_ACCEPTED: ("confirm", PERSON, PERMISSIONS["confirm"]),
        MatchStatus.CONTACT_DISCLOSED: ("start", PERSON, "offers.work_matches"),
        MatchStatus.STARTED: ("complete", PERSON, "offers.work_matches"),
    }
    deed, side, permission = possible.get(MatchStatus(match.status), ("", "", ""))
    if match.frozen:
        return []
    return [deed] if side in sides and may(member, permission) else []


def _may_end(match: Match, member: Member) -> tuple[str, ...]:
    if match.status not in LIVE or not may(member, "offers.work_matches"):
        return ()
    return sides_of(match, member.organisation)


def _may_decline(match: Match, member: Member) -> tuple[str, ...]:
    return () if match.frozen else _may_end(match, member)


def _may_settle(match: Match, member: Member) -> bool:
    return PERSON in _may_decline(match, member)


def _may_fail(match: Match, member: Member) -> bool:
    return PERSON in _may_end(match, member) and (match.frozen or match.status in CAN_FAIL)


def _fail_form(match: Match) -> forms.Form:
    return (LostForm if match.status == MatchStatus.STARTED else FailForm)(auto_id="fail_%s")


def _report_form(side: str) -> ReportForm:
    return ReportForm(initial={"side": side, "concern": Concern.OTHER}, auto_id=f"report_{side}_%s")


def _incident_of(match: Match, member: Member) -> Incident | None:
    """Return the first incident for which the match stands still, if it does."""
    seen = Incident.objects.visible_to(member.organisation).standing().filter(freezes__match=match)
    return seen.order_by("created_at", "pk").first() if match.frozen else None


PERMISSIONS = {"confirm": "offers.confirm_matches", "safety-report": "offers.see_matches"}
DONE = {
    "agree": _("Noted: the person agreed. Now the provider is asked."),
    "accept": _("Noted: the provider accepted. A second person confirms."),
    "confirm": _("Confirmed."),
    "start": _("Noted: help has begun."),
    "complete": _("Noted: help ended well. The need is fulfilled."),
    "days": _("Agreed. Only these days are held now."),
    "fail": _("Noted. The need is open again; if it was not safe, the offer is stopped."),
    "safety-report": _("Everything of this provider stands still now, and coordinators are called. See to the people."),
    "decline": _("Noted. The units are free and the need is open again."),
    "cancel": _("Canceled. The units are free and the need is open again."),
}


@require_POST
@console("offers.see_matches")
def match_deed(request: HttpRequest, match_id: str, deed: str) -> HttpResponse:
    """Do one deed on a match and say what came of it."""
    member = _member(request)
    match = get_object_or_404(_visible(member), pk=match_id)
    if deed not in DONE or not may(member, PERMISSIONS.get(deed, "offers.work_matches")):
        raise Http404
    try:
        _do(deed, match, member, request)
    except Refusal as refused:
        messages.error(request, in_words(refused))
    else:
        messages.success(request, DONE[deed])
    return redirect("offers:match", match.pk)


def _do(deed: str, match: Match, member: Member, request: HttpRequest) -> None:
    who: dict[str, Any] = {
        "match": match,
        "organisation": member.organisation,
        "by": member.user.actor,
        "at": timezone.now(),
    }
    match deed:
        case "agree":
            deeds.agree(**who)
        case "accept":
            deeds.accept(**who)
        case "confirm":
            deeds.confirm(**who)
        case "start":
            deeds.start(**who)
        case "complete":
            deeds.complete(**who)
        case "fail":
            told = _said(LostForm(request.POST))
            deeds.fail(**who, why=told["reason"], urgency=told["urgency"])
        case "days":
            days = _said(DaysForm(request.POST), gettext("Write each day as in the field."))
            deeds.settle_days(**who, start=days["start"], end=days["end"])
        case "safety-report":
            said = _said(ReportForm(request.POST))
            report_concern(**who, side=said["side"], why=said["concern"])
        case "decline":
            said = _said(NoForm(request.POST))
            deeds.decline(**who, side=said["side"], why=said["reason"])
        case _:
            deeds.cancel(**who, why=_said(ReasonForm(request.POST))["reason"])


def _said(form: forms.Form, otherwise: str = "") -> dict[str, Any]:
    if not form.is_valid():
        raise Refusal("invalid", otherwise or gettext("Choose a reason from the list."), next(iter(form.errors)))
    return form.cleaned_data
