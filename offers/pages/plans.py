"""Plans in the console: asked for, watched, looked at and questioned by the operator's coordinators."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.shell.refusals import in_words
from kernel.states import Refusal
from offers.kinds.vocabulary import Kind, Urgency
from offers.matching.runs.applying import applied
from offers.matching.runs.asking import ask_for_run
from offers.matching.runs.changes import sentence_of
from offers.matching.runs.comparing import Compared, compared
from offers.matching.runs.models import MatchingRun, Outcome, RunQuerySet, RunStatus
from offers.matching.search import SEARCHABLE, candidates
from offers.matching.why import why_nobody_else
from offers.needs.models import Need
from offers.pages import plan_words as words
from offers.pages.matching_words import said_card, said_reason, said_rule
from offers.pages.plan_forms import AskForm
from offers.pages.plan_picture import picture

A_PAGE = 15
FIRST_LEFT = 5
SHOWN_CHANGES = 50
SHOWN_CANDIDATES = 8
EVERY_SECONDS = 3
MOVING = (RunStatus.QUEUED, RunStatus.RUNNING)


def looking_again(response: HttpResponse) -> HttpResponse:
    """Have the browser ask again by itself while something is still being made."""
    response["Refresh"] = str(EVERY_SECONDS)
    return response


def member_of(request: HttpRequest) -> Member:
    """Return who came through the console's door."""
    member: Member = request.member  # type: ignore[attr-defined] # the console's door puts it there
    return member


def visible(member: Member) -> RunQuerySet:
    """Return the runs a member may see, each with the one it varies."""
    return MatchingRun.objects.visible_to(member.organisation).select_related("alternative_to")


@require_GET
@console("offers.run_plans")
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plans of the operator, the newest first."""
    proposed = Count("assignments", filter=Q(assignments__outcome=Outcome.PROPOSED))
    rows = visible(member_of(request)).annotate(proposed=proposed).order_by("-created_at", "pk")
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    lines = [(run, *words.said_status(run), [Kind(kind).label for kind in run.kinds]) for run in page]
    return render(request, "offers/plans/list.html", {"page": page, "lines": lines})


@require_http_methods(["GET", "POST"])
@console("offers.run_plans")
def plan_new(request: HttpRequest) -> HttpResponse:
    """Ask for a plan. It is made in the background, and holds nothing."""
    member, at = member_of(request), timezone.now()
    form = AskForm(request.POST or None, today=at.date())
    if form.is_bound and form.is_valid():
        try:
            run = ask_for_run(organisation=member.organisation, by=member.user.actor, at=at, **form.cleaned_data)
        except Refusal as refused:
            form.add_error(None, in_words(refused))
        else:
            return redirect("offers:plan", run.pk)
    return render(request, "offers/plans/new.html", {"form": form}, status=400 if form.is_bound else 200)


@require_GET
@console("offers.run_plans")
def plan_detail(request: HttpRequest, run_id: str) -> HttpResponse:
    """One plan: how far it is; then what it reaches, who goes where, who is left over, and what came of it."""
    member = member_of(request)
    run = get_object_or_404(visible(member), pk=run_id)
    status, tone = words.said_status(run)
    context: dict[str, Any] = {
        "run": run,
        "status": status,
        "tone": tone,
        "moving": run.status in MOVING,
        "kinds": [Kind(kind).label for kind in run.kinds],
        "percent": run.progress // 10,
        "error": words.said_error(run) if run.status == RunStatus.FAILED else "",
    }
    if run.status == RunStatus.SUCCEEDED:
        context |= _reached(run, member, request.GET.get("page"))
    response = render(request, "offers/plans/detail.html", context)
    return looking_again(response) if context["moving"] else response


def _reached(run: MatchingRun, member: Member, number: str | None) -> dict[str, Any]:
    objective, report = run.objective or {}, run.report or {}
    pairs = run.assignments.select_related("need__organisation", "pledge").order_by("pk")
    page = Paginator(pairs, A_PAGE).get_page(number)
    proof, proof_tone = words.said_proof(objective)
    so_far, left = applied(run), report.get("left_over", ())
    return {
        "objective": objective,
        "left_count": objective["needs"] - objective["placed"],
        "proof": proof,
        "proof_tone": proof_tone,
        "urgencies": words.said_urgencies(run),
        "sizes": words.said_sizes(report),
        "organisations": words.said_organisations(report),
        "picture": picture(run) if page.number == 1 and not run.thinned_at else "",
        "page": page,
        "pairs": words.said_pairs(list(page), run, member.organisation),
        "applied": so_far,
        "changed": [(count, sentence_of(why)) for why, count in so_far.changed.items()],
        "left": words.said_left(left[:FIRST_LEFT], Need.objects.all()),
        "alternatives": [(one, *words.said_status(one)) for one in run.alternatives.order_by("-created_at")[:10]],
    }


@require_GET
@console("offers.run_plans")
def plan_left_over(request: HttpRequest, run_id: str) -> HttpResponse:
    """The needs that a plan leaves over, the most urgent first, and what stood in the way."""
    run = get_object_or_404(visible(member_of(request)), pk=run_id, status=RunStatus.SUCCEEDED)
    page = Paginator((run.report or {}).get("left_over", ()), A_PAGE).get_page(request.GET.get("page"))
    context = {"run": run, "page": page, "left": words.said_left(list(page), Need.objects.all())}
    return render(request, "offers/plans/left_over.html", context)


@require_GET
@console("offers.run_plans")
def plan_compare(request: HttpRequest, run_id: str) -> HttpResponse:
    """A plan beside the one it varies: what it costs whom."""
    run = get_object_or_404(visible(member_of(request)), pk=run_id)
    try:
        found = compared(run)
    except Refusal as refused:
        response = render(request, "offers/plans/compare.html", {"run": run, "refused": in_words(refused)})
        return looking_again(response) if run.status in MOVING else response
    return render(request, "offers/plans/compare.html", {"run": run, "compared": found, **_said_compared(found)})


def _said_compared(found: Compared) -> dict[str, Any]:
    old, new = found.before.objective or {}, found.after.objective or {}
    counts = {what: found.count(what) for what in ("loses", "gains", "moves")}
    shown = found.changes[:SHOWN_CHANGES]
    needs = Need.objects.select_related("organisation").in_bulk([one.need for one in shown])
    return {
        "figures": [(name, old[name], new[name], words.said_more(more)) for name, more in found.differences.items()],
        "urgencies": [
            (Urgency(word).label, old["by_urgency"][word], new["by_urgency"][word], words.said_more(more))
            for word, more in found.by_urgency.items()
            if old["by_urgency"][word] or new["by_urgency"][word]
        ],
        "counts": counts,
        "changes": [(one, words.said_need(needs[one.need])) for one in shown],
        "more_changes": len(found.changes) - len(shown),
        "waiting": found.after.assignments.filter(outcome=Outcome.PLANNED, asked_by="").count(),
    }


@require_GET
@console("offers.run_plans")
def plan_need(request: HttpRequest, run_id: str, need_id: str) -> HttpResponse:
    """One need in a plan: where it goes and why, who else could help, and what stands in the way of the rest."""
    member = member_of(request)
    run = get_object_or_404(visible(member), pk=run_id, status=RunStatus.SUCCEEDED)
    pairs = list(run.assignments.filter(need_id=need_id).select_related("need__organisation", "pledge"))
    left = [row for row in (run.report or {}).get("left_over", ()) if row["need"] == need_id]
    need = get_object_or_404(Need.objects.select_related("organisation"), pk=need_id)
    if not pairs and not left:
        raise Http404
    context: dict[str, Any] = {
        "run": run,
        "need": words.said_need(need),
        "pair": next(iter(words.said_pairs(pairs, run, member.organisation)), None),
        "left": next(iter(words.said_left(left, Need.objects.filter(pk=need_id))), None),
        "searchable": need.status in SEARCHABLE,
    }
    if context["searchable"]:
        today = timezone.now().date()
        context |= _others(run, need, today)
        if request.GET.get("explain") == "1":
            nobody_else = why_nobody_else(need=need, organisation=member.organisation, today=today)
            context |= {"explained": True, "why_not": [said_rule(one) for one in nobody_else.why_not]}
    return render(request, "offers/plans/need.html", context)


def _others(run: MatchingRun, need: Need, today: date) -> dict[str, Any]:
    """Who could help this need today, and how much of each offer the plan gives to others."""
    found = candidates(need=need, today=today, limit=SHOWN_CANDIDATES).candidates
    users = run.assignments.filter(pledge__in=[one.pledge.pk for one in found]).exclude(need=need)
    given = dict(users.order_by().values_list("pledge_id").annotate(count=Count("id")))
    return {
        "candidates": [
            {
                "card": said_card(one.pledge),
                "score": one.score,
                "reasons": [said_reason(reason) for reason in one.reasons],
                "given": given.get(one.pledge.pk, 0),
            }
            for one in found
        ],
    }
