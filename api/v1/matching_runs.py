"""Matching runs: one plan for many needs, for the operator. Ask, watch, look at the plan, apply it."""

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from rest_framework.decorators import action
from rest_framework.request import Request

from api import answers
from api.lists import CursorPages
from api.resources import Body, Resource
from api.v1.run_shapes import (
    ApplyIn,
    AssignmentOut,
    ComparisonOut,
    RunIn,
    RunOut,
    assignment_out,
    comparison_out,
    pairs_of,
    run_out,
)
from kernel import ids
from kernel.states import Refusal
from offers.matching.runs.applying import SECONDS_TO_ANSWER, apply_for, ask_to_apply
from offers.matching.runs.asking import ask_for_run, ask_what_if, cancel_run
from offers.matching.runs.comparing import compared
from offers.matching.runs.models import Assignment, MatchingRun

SCOPE = "matching:run"


class MatchingRuns(Resource):
    """The runs of the operator."""

    prefix = "run"
    scopes = dict.fromkeys(("create", "retrieve", "apply", "cancel", "comparison"), SCOPE)
    bodies = {"create": RunIn, "apply": ApplyIn}
    shape = RunOut
    shapes = {"comparison": ComparisonOut}
    statuses = {"create": 202, "apply": 202}
    examples = {"create": {"kinds": ["housing"], "dry_run": True, "seed": 1, "time_limit_s": 60}}
    http_method_names = ["get", "head", "post"]

    def rows(self) -> QuerySet[MatchingRun]:
        """Return the operator's runs; for everybody else there are none."""
        return MatchingRun.objects.visible_to(self.principal.organisation)

    def show(self, rows: Sequence[MatchingRun]) -> list[Body]:
        """Return runs."""
        return [run_out(run) for run in rows]

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """Read a run: how far it is, and what its plan reaches once there is one."""
        return self.shown(pk)

    def create(self, request: Request) -> HttpResponse:
        """Ask for a plan over the open needs of every organisation. It is made in the background."""

        def do() -> HttpResponse:
            run = self._asked(self.body())
            where = self.request.build_absolute_uri(f"{self.request.path}/{run.pk}")
            return answers.answer(self.represented(run.pk), status=202, etag=True, headers={"Location": where})

        return self.once(do)

    def _asked(self, wanted: Body) -> MatchingRun:
        """Ask for a run, or what if not. Raises Refusal, `unknown_reference` for a run the caller may not see."""
        who: dict[str, Any] = {"by": self.principal.actor, "at": self.at}
        pairs: dict[str, Any] = {name: pairs_of(wanted.pop(name)) for name in ("forbid", "force")}
        varied = wanted.pop("alternative_to", None)
        if varied is None:
            return ask_for_run(organisation=self.principal.organisation, **wanted, **pairs, **who)
        if not self.principal.organisation.is_operator:
            raise Refusal("operator_only", "The operator alone plans for the whole network.")
        run = self.rows().filter(pk=varied).first()
        if run is None:
            raise Refusal("unknown_reference", "There is no such run.", "alternative_to")
        limit = wanted["time_limit_s"] if "time_limit_s" in self.request.data else None  # unsaid: as that run had
        return ask_what_if(run=run, time_limit_s=limit, **pairs, **who)

    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> HttpResponse:
        """Carry out the plan, or the pairs of the needs named, each judged again. Run and assignments say what came."""

        def do() -> HttpResponse:
            needs = self.body().get("needs")
            ask_to_apply(run=self.found(pk), by=self.principal.actor, at=self.at, needs=needs)
            return answers.answer(self.represented(pk), status=202, etag=True)

        response = self.once(do)
        run = self.found(pk)
        if run.applied_at is None:
            apply_for(run, seconds=SECONDS_TO_ANSWER)
        return response

    @action(detail=True, methods=["get"])
    def comparison(self, request: Request, pk: str) -> HttpResponse:
        """Put an alternative beside the run it varies: what it would cost whom."""
        return answers.answer(comparison_out(compared(self.found(pk))), etag=True)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> HttpResponse:
        """Stop a run that has no plan yet."""

        def deed(run: MatchingRun, body: Body) -> object:
            return cancel_run(run=run, by=self.principal.actor, at=self.at, why=body.get("reason", ""))

        return self.acted(pk, deed)


class Assignments(Resource):
    """The pairs of one plan, the most urgent first."""

    prefix = "run"
    parents = {"run_id": "run"}
    scopes = {"list": SCOPE}
    shape = AssignmentOut
    pages = CursorPages(("id",))
    http_method_names = ["get", "head"]

    def rows(self) -> QuerySet[Assignment]:
        """Return the pairs. Raises Http404 for a run the caller may not see."""
        wanted = self.kwargs["run_id"]
        if not re.fullmatch(ids.pattern("run"), wanted):
            raise Http404
        run = MatchingRun.objects.visible_to(self.principal.organisation).filter(pk=wanted).first()
        if run is None:
            raise Http404
        return Assignment.objects.filter(run=run)

    def show(self, rows: Sequence[Assignment]) -> list[Body]:
        """Return pairs."""
        return [assignment_out(one) for one in rows]

    def list(self, request: Request, run_id: str) -> HttpResponse:
        """List the pairs of a plan."""
        return self.listed()
