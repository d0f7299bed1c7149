"""The queue of those who check offers: what waits, for how many days, and what comes next with each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kernel.accounts.access import console
from offers.pages.vetting_forms import FilterForm, QueueForm
from offers.pages.vetting_words import next_action
from offers.pledges.models import Pledge, PledgeQuerySet, VettingStep
from offers.pledges.queue import days_since, in_queue, longest_waiting, with_action
from offers.pledges.references.models import Reference

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the queue: `days` since it waits, and what is to be done next."""

    pledge: Pledge
    days: int
    action: str
    tone: str


def at_hand(offers: PledgeQuerySet, at: datetime) -> PledgeQuerySet:
    """Return those offers that were sent, with all that is said of their checks: the operator vets for everyone."""
    found: PledgeQuerySet = (
        with_action(offers.submitted(), at)
        .select_related("organisation", "held")
        .prefetch_related(
            Prefetch("vetting", VettingStep.objects.in_force(), to_attr="steps_in_force"),
            Prefetch("vetting", VettingStep.objects.renewing(), to_attr="renewals"),
            Prefetch("references", Reference.objects.in_force(), to_attr="asked"),
        )
    )
    return found


@require_safe
@console("offers.vet_pledges")
def pledge_queue(request: HttpRequest) -> HttpResponse:
    """Show what waits for somebody, or the offers in one state; the longest waiting first."""
    states, form = FilterForm(request.GET), QueueForm(request.GET)
    status = (states.is_valid() and states.cleaned_data["status"]) or ""
    words: dict[str, str] = form.cleaned_data if form.is_valid() else {}
    at = timezone.now()
    offers = Pledge.objects.filter(status=status) if status else in_queue(Pledge.objects.all(), at)
    if words.get("kind"):
        offers = offers.filter(kind=words["kind"])
    # a page of ids first: what each still needs is worked out for those of the page alone
    page: Page[Any] = Paginator(longest_waiting(offers, words.get("next", ""), at), A_PAGE).get_page(
        request.GET.get("page")
    )
    since = dict(page)
    actor: str = request.user.actor  # type: ignore[union-attr]  # console() lets members in only
    found = {pledge.pk: pledge for pledge in at_hand(Pledge.objects.filter(pk__in=list(since)), at)}
    rows = [
        Waiting(found[pk], days_since(since[pk], at), *next_action(found[pk], actor, at)) for pk in since if pk in found
    ]
    context = {"page": page, "rows": rows, "status": status, "form": form, "chosen": any(words.values())}
    context["states"] = FilterForm.base_fields["status"].choices  # type: ignore[attr-defined]
    return render(request, "offers/vetting/queue.html", context)
