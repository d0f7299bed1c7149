"""Candidates: which pledges could meet a need, best first, with reasons; and why no other pledge could."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api import answers
from api.errors import Problem
from api.lists.cursor import CursorPages, limit_of
from api.resources import Body, Resource
from api.v1.cards import PledgeCardOut
from kernel import ids
from offers.matching.card import pledge_card
from offers.matching.rank import Rank
from offers.matching.relaxing import WORDS
from offers.matching.rules import RULES
from offers.matching.score import WEIGHTS
from offers.matching.search import Candidate, candidates
from offers.matching.why import why_nobody_else
from offers.needs.models import Need


class ComponentsOut(serializers.Serializer[Any]):
    """The parts of a score by name; they add up to it."""

    def get_fields(self) -> dict[str, Any]:
        """Return one whole number per row of the weight table."""
        return {
            name: serializers.IntegerField(min_value=0, max_value=weight, help_text=f"0 to {weight}.")
            for name, weight in WEIGHTS.items()
        }


class CandidateOut(serializers.Serializer[Any]):
    """A pledge that passes every hard rule."""

    pledge = PledgeCardOut()
    score = serializers.IntegerField(min_value=0, max_value=1000)
    components = ComponentsOut()
    reasons = serializers.ListField(child=serializers.CharField(), help_text="A sentence per component.")


class CandidatePages(CursorPages):
    """A page goes forward only: who comes before may have been taken meanwhile."""

    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Return the shape of a page."""
        count = {"type": "integer", "minimum": 1}
        rule = {"type": "string", "enum": [rule.code for rule in RULES]}
        why = {"type": "object", "required": ["rule", "count"], "properties": {"rule": rule, "count": count}}
        relax = {"type": "string", "pattern": f"^({WORDS})$", "description": RELAX}
        unlock = {"type": "object", "required": ["relax", "gain"], "properties": {"relax": relax, "gain": count}}
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {"type": ["string", "null"], "format": "uri"},
                "why_not": {
                    "type": "array",
                    "items": why,
                    "description": "With `explain=1`: every pledge of the kind that is no candidate, counted once, at "
                    "the first rule it fails. Exact for the operator and over your own pledges; over all others "
                    "rounded down to a multiple of five.",
                },
                "unlocks": {
                    "type": "array",
                    "items": unlock,
                    "description": "With `explain=1`: what a single thing, asked for otherwise, would bring: how many "
                    "pledges that are no candidates would be some, the most first; counted as in `why_not`. At most "
                    "five countries and five languages are named. What protects the person is never named.",
                },
            },
        }


RELAX = (
    "`later:N`, `earlier:N`: the window moved by N days; `shorter:N`, `longer:N`: a stay of so many days less or more; "
    "`first_day`, `last_day`: a start on that day of the window; `units:N`: N units; `without:F`: without the required "
    "feature F; `country:XX`: that country accepted too (ISO 3166-1); `any_country`: all that are not excluded; "
    "`language:L`: that language too (BCP 47); `any_language`: none asked for."
)


def candidate_out(one: Candidate) -> Body:
    """Return what `CandidateOut` declares."""
    return {
        "pledge": pledge_card(one.pledge),
        "score": one.score,
        "components": one.components,
        "reasons": [reason.sentence for reason in one.reasons],
    }


class Candidates(Resource):
    """The candidates of one need of the caller's own."""

    prefix = "pl"
    parents = {"need_id": "nd"}
    scopes = {"list": "matches:read"}
    shape = CandidateOut
    pages = CandidatePages()
    parameters = {"list": {"explain": {"type": "string", "enum": ["0", "1"], "default": "0"}}}
    http_method_names = ["get", "head"]

    @property
    def need(self) -> Need:
        """The need of the path. Raises Http404 if it is not the caller's."""
        wanted = self.kwargs["need_id"]
        if not re.fullmatch(ids.pattern("nd"), wanted):
            raise Http404
        found = Need.objects.visible_to(self.principal.organisation).filter(pk=wanted).first()
        if found is None:
            raise Http404
        return found

    def list(self, request: Request, need_id: str) -> HttpResponse:
        """Rank the pledges that could meet a need, and say on request why the others cannot."""
        need, today = self.need, self.at.date()
        explain, after = self._explain(), self._after()
        found = candidates(need=need, today=today, limit=limit_of(request._request), after=after)
        body: Body = {
            "results": [candidate_out(one) for one in found.candidates],
            "next": self._address(found.after) if found.after else None,
        }
        if explain:
            whys = why_nobody_else(need=need, organisation=self.principal.organisation, today=today)
            body["why_not"] = [{"rule": one.rule.code, "count": one.count} for one in whys.why_not]
            body["unlocks"] = [{"relax": one.relaxation.word, "gain": one.gain} for one in whys.unlocks]
        return answers.answer(body)

    def _explain(self) -> bool:
        word = self.request.GET.get("explain", "0")
        if word not in ("0", "1"):
            raise Problem(400, "invalid_choice", "explain is 0 or 1.", "explain")
        return word == "1"

    def _after(self) -> Rank | None:
        cursor = self.request.GET.get("cursor")
        try:
            return None if cursor is None else Rank.parse(cursor)
        except ValueError:
            raise Problem(400, "bad_cursor", "This cursor was not given by this list.", "cursor") from None

    def _address(self, after: Rank) -> str:
        query = self.request.GET.copy()
        query["cursor"] = str(after)
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")
