"""The console of those who check offers: what waits, what each still needs, and a second person's signature.

Nothing here shows who a provider is: the contact lies sealed, and opening it is another deed with another door.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Max, Prefetch, Q
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.matching.deeds import stop_pledge, turn_down_pledge
from offers.pages.offer_words import facts_of
from offers.pages.vetting_forms import FilterForm, OutcomeForm, RejectForm, SignForm, SuspendForm
from offers.pages.vetting_words import next_action, said_history, step_rows
from offers.pledges.models import Pledge, PledgeQuerySet, PledgeStatus, VettingStep
from offers.pledges.vetting import record_step, sign_vetting, vet_anew

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the queue: `days` since the offer came into its state, and what is to be done next."""

    pledge: Pledge
    days: int
    action: str
    tone: str


def _offers() -> PledgeQuerySet:
    """Everything that was sent: the operator vets for the whole network."""
    steps = Prefetch("vetting", VettingStep.objects.in_force(), to_attr="steps_in_force")
    return Pledge.objects.submitted().select_related("organisation", "held").prefetch_related(steps)


def _pledge(pledge_id: str) -> Any:
    pledge = _offers().filter(pk=pledge_id).first()
    if pledge is None:
        raise Http404
    return pledge


@require_safe
@console("offers.vet_pledges")
def pledge_queue(request: HttpRequest) -> HttpResponse:
    """Show the offers in a state, those being vetted unless another is asked for; the longest waiting first."""
    form = FilterForm(request.GET)
    status = (form.is_valid() and form.cleaned_data["status"]) or PledgeStatus.VETTING
    since = Coalesce(Max("history__at", filter=Q(history__new=status)), "created_at")
    offers = _offers().filter(status=status).annotate(since=since).order_by("since", "pk")
    page: Page[Any] = Paginator(offers, A_PAGE).get_page(request.GET.get("page"))
    actor, now = request.user.actor, timezone.now()  # type: ignore[union-attr]  # console() lets members in only
    rows = [Waiting(pledge, (now - pledge.since).days, *next_action(pledge, actor)) for pledge in page]
    context = {"page": page, "rows": rows, "status": status, "states": FilterForm.base_fields["status"].choices}  # type: ignore[attr-defined]
    return render(request, "offers/vetting/queue.html", context)


def _detail(request: HttpRequest, pledge: Any, *, status: int = 200, **bound: Any) -> HttpResponse:
    actor: str = request.user.actor  # type: ignore[union-attr]
    steps: list[VettingStep] = pledge.steps_in_force
    same = Pledge.objects.submitted().filter(blind_email=pledge.blind_email) if pledge.blind_email else None
    action, tone = next_action(pledge, actor)
    context = {
        "pledge": pledge,
        "facts": facts_of(pledge),
        "steps": step_rows(pledge),
        "action": action,
        "tone": tone,
        "outcome_form": OutcomeForm(pledge),
        "sign_form": SignForm(pledge, steps),
        "reject_form": RejectForm(),
        "suspend_form": SuspendForm(),
        "in_vetting": pledge.status == PledgeStatus.VETTING,
        "may_sign": any(not step.second_reviewer and step.reviewer != actor for step in steps),
        "may_begin": pledge.status in (PledgeStatus.SUSPENDED, PledgeStatus.EXPIRED),
        "may_suspend": PledgeStatus.SUSPENDED in pledge.moves.legal(pledge.status),
        "photos": pledge.photos.count(),
        "same_address": same.exclude(pk=pledge.pk).count() if same is not None else 0,
        "history": said_history(pledge),
        "refused": "",
        **bound,
    }
    return render(request, "offers/vetting/detail.html", context, status=status)


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
