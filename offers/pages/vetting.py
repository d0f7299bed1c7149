"""The console of those who check an offer: what it still needs, who speaks for it, and a second person's signature.

Nothing here shows who a provider is: the contact lies sealed, and opening it is another deed with another door.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from kernel.vault.index import blind_email
from offers.kinds.vocabulary import Check
from offers.matching.deeds import stop_pledge, turn_down_pledge
from offers.matching.record import records_of
from offers.pages.calendar_words import asked_month, drawn
from offers.pages.offer_words import facts_of
from offers.pages.reference_forms import AskRefereeForm
from offers.pages.vetting_forms import OutcomeForm, RejectForm, RenewForm, SignForm, SuspendForm, VersionForm
from offers.pages.vetting_queue import at_hand
from offers.pages.vetting_words import next_action, reference_rows, said_history, said_records, step_rows
from offers.pledges.doubles import looks_the_same, of_the_same_address
from offers.pledges.models import Pledge, PledgeStatus, VettingStep
from offers.pledges.references import MOST
from offers.pledges.references.asking import ask_referee, takes_references
from offers.pledges.renewing import renew_step, running_out, sign_renewals
from offers.pledges.vetting import record_step, sign_vetting, vet_anew

MOST_DOUBLES = 20


def _pledge(pledge_id: str) -> Any:
    pledge = at_hand(Pledge.objects.filter(pk=pledge_id), timezone.now()).first()
    if pledge is None:
        raise Http404
    return pledge


def _detail(request: HttpRequest, pledge: Any, *, status: int = 200, **bound: Any) -> HttpResponse:
    actor: str = request.user.actor  # type: ignore[union-attr]
    at = timezone.now()
    steps: list[VettingStep] = pledge.steps_in_force
    due = running_out(pledge, localdate(at))
    same, today = of_the_same_address(pledge), timezone.localdate(at)
    action, tone = next_action(pledge, actor, at)
    context = {
        "pledge": pledge,
        "facts": facts_of(pledge),
        "steps": step_rows(pledge),
        "action": action,
        "tone": tone,
        "records": said_records(*records_of(pledge)),
        "references": reference_rows(pledge, at),
        "takes_references": takes_references(pledge),
        "referee_form": AskRefereeForm(initial={"language": pledge.language}),
        "due": due,
        "renew_form": RenewForm(due),
        "renewals": pledge.renewals,
        "may_sign_renewals": any(step.reviewer != actor for step in pledge.renewals),
        "suggested": _suggested(pledge),
        "outcome_form": OutcomeForm(pledge, suggested=_suggested(pledge)),
        "sign_form": SignForm(pledge, steps),
        "reject_form": RejectForm(),
        "suspend_form": SuspendForm(),
        "in_vetting": pledge.status == PledgeStatus.VETTING,
        "may_sign": any(not step.second_reviewer and step.reviewer != actor for step in steps),
        "may_begin": pledge.status in (PledgeStatus.SUSPENDED, PledgeStatus.EXPIRED),
        "may_suspend": PledgeStatus.SUSPENDED in pledge.moves.legal(pledge.status),
        "photos": pledge.photos.count(),
        "same_address": same.count(),
        "doubles": [(other, looks_the_same(pledge, other)) for other in same.order_by("-created_at")[:MOST_DOUBLES]],
        "month": drawn(pledge, asked_month(request, today), today=today),
        "history": said_history(pledge),
        "refused": "",
        **bound,
    }
    return render(request, "offers/vetting/detail.html", context, status=status)


def _suggested(pledge: Any) -> bool:
    """Whether two people who know the provider speak for them and nobody warns, so that the check may be recorded."""
    recorded = any(step.step == Check.REFERENCES for step in pledge.steps_in_force)
    warned = any(one.warns for one in pledge.asked)
    return not (recorded or warned) and sum(one.speaks_for for one in pledge.asked) >= MOST


@require_safe
@console("offers.vet_pledges")
def pledge_detail(request: HttpRequest, pledge_id: str) -> HttpResponse:
    """Show an offer, less its contact, with its checks."""
    return _detail(request, _pledge(pledge_id))


def _member(request: HttpRequest) -> Member:
    member: Member = request.member  # type: ignore[attr-defined]  # console() sets it
    return member


def _do(request: HttpRequest, pledge: Pledge, said: str, deed: Callable[[str, datetime], object]) -> HttpResponse:
    """Do one deed as the signed-in person and say what came of it; a refusal is said on the page as it stands now."""
    try:
        deed(_member(request).user.actor, timezone.now())
    except Refusal as refusal:
        return _detail(request, _pledge(pledge.pk), refused=in_words(refusal), status=409)
    messages.success(request, said)
    return redirect("offers:pledge", pledge.pk)


@require_POST
@console("offers.vet_pledges")
def pledge_vetting(request: HttpRequest, pledge_id: str) -> HttpResponse:
    """Record the outcome of one or more checks."""
    pledge = _pledge(pledge_id)
    form = OutcomeForm(pledge, request.POST)
    if not form.is_valid():
        return _detail(request, pledge, outcome_form=form, status=400)

    @transaction.atomic
    def record(by: str, at: datetime) -> None:
        for outcome in form.outcomes():
            record_step(pledge=pledge, by=by, at=at, **outcome)

    return _do(request, pledge, _("Recorded. A second person signs it."), record)


@require_POST
@console("offers.vet_pledges")
def pledge_sign(request: HttpRequest, pledge_id: str) -> HttpResponse:
    """Sign, as the second person, what somebody else checked."""
    pledge = _pledge(pledge_id)
    form = SignForm(pledge, pledge.steps_in_force, request.POST)
    if not form.is_valid():
        return _detail(request, pledge, sign_form=form, status=400)
    words = form.cleaned_data  # verified_features, version
    return _do(request, pledge, _("Signed."), lambda by, at: sign_vetting(pledge=pledge, by=by, at=at, **words))


@require_POST
@console("offers.vet_pledges")
def pledge_reject(request: HttpRequest, pledge_id: str) -> HttpResponse:
    """Do not accept an offer."""
    pledge = _pledge(pledge_id)
    form = RejectForm(request.POST)
    if not form.is_valid():
        return _detail(request, pledge, reject_form=form, status=400)
    why = form.cleaned_data["why"]
    return _do(
        request,
        pledge,
        _("The offer is not accepted."),
        lambda by, at: turn_down_pledge(pledge=pledge, by=by, at=at, why=why),
    )


@require_POST
@console("offers.vet_pledges")
def pledge_suspend(request: HttpRequest, pledge_id: str) -> HttpResponse:
    """Stop an offer at once and free everything it promised."""
    pledge = _pledge(pledge_id)
    form = SuspendForm(request.POST)
    if not form.is_valid():
        return _detail(request, pledge, suspend_form=form, status=400)
    why = form.cleaned_data["why"]
    return _do(
        request,
        pledge,
        _("The offer is stopped, and what it promised is free again."),
        lambda by, at: stop_pledge(pledge=pledge, by=by, at=at, why=why),
    )


@require_POST
@console("offers.vet_pledges")
def pledge_begin(request: HttpRequest, pledge_id: str) -> HttpResponse:
    """Check an offer that was stopped or has expired anew."""
    pledge = _pledge(pledge_id)
    return _do(
        request,
        pledge,
        _("It is checked anew."),
        lambda by, at: vet_anew(pledge=pledge, by=by, at=at),
    )


@require_POST
@console("offers.vet_pledges")
def pledge_referee(request: HttpRequest, pledge_id: str) -> HttpResponse:
    """Ask somebody who knows the provider, whose address is typed in here and never seen again."""
    pledge = _pledge(pledge_id)
    form = AskRefereeForm(request.POST)
    if not form.is_valid():
        return _detail(request, pledge, referee_form=form, status=400)
    words = {**form.cleaned_data, "blind": blind_email(form.cleaned_data["email"])}
    return _do(
        request,
        pledge,
        _("Asked. The answer appears here, the address never."),
        lambda by, at: ask_referee(pledge=pledge, by=by, at=at, **words),
    )


@require_POST
@console("offers.vet_pledges")
def pledge_renew(request: HttpRequest, pledge_id: str) -> HttpResponse:
    """Record that a check which runs out was made again."""
    pledge = _pledge(pledge_id)
    form = RenewForm(running_out(pledge, localdate(timezone.now())), request.POST)
    if not form.is_valid():
        return _detail(request, pledge, renew_form=form, status=400)
    words = form.cleaned_data  # step, valid_until, evidence_hash
    return _do(
        request,
        pledge,
        _("Recorded. A second person signs it."),
        lambda by, at: renew_step(pledge=pledge, by=by, at=at, **words),
    )


@require_POST
@console("offers.vet_pledges")
def pledge_renewed(request: HttpRequest, pledge_id: str) -> HttpResponse:
    """Sign, as the second person, the checks that somebody else renewed."""
    pledge = _pledge(pledge_id)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return _detail(request, pledge, status=400)
    version = form.cleaned_data["version"]
    return _do(
        request, pledge, _("Signed."), lambda by, at: sign_renewals(pledge=pledge, by=by, at=at, version=version)
    )
