"""What coordinators do with a plan: stop it, carry out all of it or one pair, ask what if not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kernel.accounts.access import console
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.matching.runs.applying import SECONDS_TO_ANSWER, applied, apply_for, ask_to_apply
from offers.matching.runs.asking import ask_what_if, cancel_run
from offers.pages.plan_forms import FORBID, FORCE, ApplyForm, WhatIfForm
from offers.pages.plans import member_of, visible


@require_POST
@console("offers.run_plans")
def plan_cancel(request: HttpRequest, run_id: str) -> HttpResponse:
    """Stop a plan that is not ready yet."""
    member = member_of(request)
    run = get_object_or_404(visible(member), pk=run_id)
    try:
        cancel_run(run=run, by=member.user.actor, at=timezone.now(), why="")
    except Refusal as refused:
        messages.error(request, in_words(refused))
    else:
        messages.success(request, _("Stopped. Nothing was held."))
    return redirect("offers:plan", run.pk)


@require_POST
@console("offers.run_plans")
def plan_apply(request: HttpRequest, run_id: str) -> HttpResponse:
    """Propose every pair of a plan, or that of one need: the persons are asked next, as after any proposal."""
    member, form = member_of(request), ApplyForm(request.POST)
    run = get_object_or_404(visible(member), pk=run_id)
    if not form.is_valid():
        messages.error(request, _("Nothing was proposed: choose a need of this plan."))
        return redirect("offers:plan", run.pk)
    needs = [form.cleaned_data["need"]] if form.cleaned_data["need"] else None
    try:
        run = ask_to_apply(run=run, by=member.user.actor, at=timezone.now(), needs=needs)
    except Refusal as refused:
        messages.error(request, in_words(refused))
        return redirect("offers:plan", run.pk)
    if apply_for(run, seconds=SECONDS_TO_ANSWER):
        told = applied(run)
        done = _("Proposed so far: %(proposed)d. Lost, because something had changed: %(lost)d.")
        messages.success(request, done % {"proposed": told.proposed, "lost": told.lost})
    else:
        messages.success(request, _("It is being carried out; look again in a moment."))
    return redirect("offers:plan", run.pk)


@require_POST
@console("offers.run_plans")
def plan_what_if(request: HttpRequest, run_id: str) -> HttpResponse:
    """Ask for the same plan with a pair forbidden or forced, and lead to the two side by side."""
    member, form = member_of(request), WhatIfForm(request.POST)
    run = get_object_or_404(visible(member), pk=run_id)
    if not form.is_valid():
        messages.error(request, _("Nothing was asked: choose a need and an offer."))
        return redirect("offers:plan", run.pk)
    pair, wish = (form.cleaned_data["need"], form.cleaned_data["pledge"]), form.cleaned_data["wish"]
    try:
        other = ask_what_if(
            run=run,
            by=member.user.actor,
            at=timezone.now(),
            forbid=[pair] if wish == FORBID else [],
            force=[pair] if wish == FORCE else [],
        )
    except Refusal as refused:
        messages.error(request, in_words(refused))
        return redirect("offers:plan", run.pk)
    return redirect("offers:plan", other.pk)
