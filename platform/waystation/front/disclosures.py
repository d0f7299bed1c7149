"""Console pages of disclosure: what was asked for, what somebody must approve, and the one reading."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.accounts.rules import may
from kernel.disclosure.disclosing.asking import many_asked, take_back
from kernel.disclosure.disclosing.giving import decline, give, letter_for, version_of
from kernel.disclosure.disclosing.matters import MATTERS, RENDERINGS
from kernel.disclosure.disclosing.reading import read
from kernel.disclosure.disclosing.rows import WAITING
from kernel.disclosure.models import Disclosure, DisclosureStatus
from kernel.disclosure.unlocking.request import LOCKED, unlock_first, unlocked_key, unlocked_until
from kernel.shell.refusals import in_words
from kernel.states import Refusal

SHOWN = 50
TONES = {
    DisclosureStatus.ASKED: "warn",
    DisclosureStatus.HALF_GIVEN: "warn",
    DisclosureStatus.APPROVED: "info",
    DisclosureStatus.READ: "good",
}


def _member(request: HttpRequest) -> Member:
    member: Member = request.member  # type: ignore[attr-defined]  # console() sets it
    return member


def _visible(member: Member) -> Any:
    rows = Disclosure.objects.visible_to(member)
    return rows.select_related("requester__user", "requester__organisation", "owner")


def _tone(disclosure: Disclosure) -> str:
    return TONES.get(DisclosureStatus(disclosure.status), "plain")


@require_safe
@console("disclosure.see_requests")
def disclosure_list(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, what this person asked for, and who asks for very much."""
    member, at = _member(request), timezone.now()
    asks = may(member, "disclosure.ask_for_contacts")
    rows = _visible(member).filter(expires_at__gt=at).open().order_by("asked_at")
    waiting = [(row, _tone(row), letter_for(row, member)) for row in rows.exclude(requester=member)[:SHOWN]]
    own = [(row, _tone(row)) for row in _visible(member).filter(requester=member).order_by("-asked_at")[:SHOWN]]
    context = {
        "waiting": waiting,
        "own": own,
        "asks": asks,
        "many": [] if asks else many_asked(member.organisation, at=at),
        "until": unlocked_until(request),
    }
    return render(request, "front/disclosures.html", context)


@require_safe
@console("disclosure.see_requests")
def disclosure_detail(request: HttpRequest, disclosure_id: str) -> HttpResponse:
    """Show one request: what would be shown to whom, for what, and what this person may do."""
    member, at = _member(request), timezone.now()
    disclosure = get_object_or_404(_visible(member), pk=disclosure_id)
    in_time, mine = disclosure.expires_at > at, disclosure.requester_id == member.pk
    # to whom it leads, the keepers of the keys must know; whose offer it is, the one who asks is not told
    inside = disclosure.owner_id == member.organisation_id
    context = {
        "disclosure": disclosure,
        "tone": _tone(disclosure),
        "facts": MATTERS[disclosure.purpose].facts(disclosure.object_id, inside=inside),
        "inside": inside,
        "what": RENDERINGS[disclosure.record_purpose].what,
        "seen": version_of(disclosure),
        "mine": mine,
        "in_time": in_time,
        "letter": letter_for(disclosure, member) if in_time else None,
        "may_read": mine and in_time and disclosure.status == DisclosureStatus.APPROVED,
        "may_take_back": mine and disclosure.status in (*WAITING, DisclosureStatus.APPROVED),
        "until": unlocked_until(request),
        "history": _history(disclosure, member),
    }
    return render(request, "front/disclosure.html", context)


def _history(disclosure: Disclosure, member: Member) -> list[tuple[Any, datetime, str]]:
    """What became of it, when, by whom; people of the other side have no name of their own."""
    own = {f"user:{pk}" for pk in member.organisation.members.values_list("user_id", flat=True)} | {"system"}
    rows = disclosure.history.all()
    return [(DisclosureStatus(row.new).label, row.at, row.by if row.by in own else "other_side") for row in rows]


def _refused(request: HttpRequest, disclosure: Disclosure, refused: Refusal) -> HttpResponse:
    here = reverse("disclosure", args=[disclosure.pk])
    messages.error(request, in_words(refused))
    return unlock_first(here) if refused.code == LOCKED else redirect(here)


def _do(
    request: HttpRequest, disclosure_id: str, said: str, deed: Callable[[Disclosure, datetime], Any]
) -> HttpResponse:
    """Do one deed on a request this person may see, and say what came of it."""
    disclosure = get_object_or_404(_visible(_member(request)), pk=disclosure_id)
    try:
        deed(disclosure, timezone.now())
    except Refusal as refused:
        return _refused(request, disclosure, refused)
    messages.success(request, said)
    return redirect("disclosure", disclosure.pk)


@require_POST
@console("disclosure.answer_requests")
def disclosure_give(request: HttpRequest, disclosure_id: str) -> HttpResponse:
    """Give the half of one's own group, as a second person."""
    member, seen = _member(request), request.POST.get("seen", "")
    return _do(
        request,
        disclosure_id,
        _("Approved. Whoever asked can read it once, within 15 minutes of the last approval."),
        lambda disclosure, at: give(
            disclosure=disclosure, by=member, private_key=unlocked_key(request), seen=seen, at=at
        ),
    )


@require_POST
@console("disclosure.answer_requests")
def disclosure_decline(request: HttpRequest, disclosure_id: str) -> HttpResponse:
    """Say no."""
    member = _member(request)
    return _do(
        request, disclosure_id, _("Declined."), lambda disclosure, at: decline(disclosure=disclosure, by=member, at=at)
    )


@require_POST
@console("disclosure.ask_for_contacts")
def disclosure_take_back(request: HttpRequest, disclosure_id: str) -> HttpResponse:
    """Take one's own request back."""
    member = _member(request)
    return _do(
        request,
        disclosure_id,
        _("Taken back."),
        lambda disclosure, at: take_back(disclosure=disclosure, by=member, at=at),
    )


@require_POST
@console("disclosure.read_contacts")
def disclosure_read(request: HttpRequest, disclosure_id: str) -> HttpResponse:
    """Show what was asked for, this once: the answer to this very form, which no cache keeps and no reload repeats."""
    member = _member(request)
    disclosure = get_object_or_404(_visible(member), pk=disclosure_id)
    try:
        plain = read(disclosure=disclosure, by=member, private_key=unlocked_key(request), at=timezone.now())
    except Refusal as refused:
        return _refused(request, disclosure, refused)
    rendering = RENDERINGS[disclosure.record_purpose]
    records = [rendering.words(content) for _record_id, content in plain]
    context = {"disclosure": disclosure, "records": records, "rendering": rendering}
    shown = csp_update(dict(rendering.allows))(lambda asked: render(asked, "front/disclosure_read.html", context))
    return shown(request)  # type: ignore[return-value]  # what `render` makes is whole
