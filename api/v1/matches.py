"""Matches: a need and a pledge brought together, and the answers of both sides."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api.answers import answer
from api.bodies import DayField, IdField, ReasonIn, StrictChoiceField, StrictIntegerField, StrictSerializer
from api.lists import ListFilters
from api.resources import Body, Resource
from api.v1.candidates import ComponentsOut
from api.v1.cards import need_card
from api.v1.needs import Needs, needs_out
from kernel.accounts.models import Organisation
from kernel.states import IllegalMove, Refusal
from offers.kinds.reasons import Concern, FailReason, MatchReason
from offers.matching import deeds
from offers.matching.card import pledge_card
from offers.matching.models import Match, MatchStatus
from offers.matching.safety.reporting import report_concern
from offers.matching.sides import PERSON, PROVIDER, own_actors, said_by, sides_of
from offers.matching.suggestions.deeds import suggest
from offers.matching.suggestions.models import Suggestion, SuggestionQuerySet
from offers.needs.board.views import published_view
from offers.needs.models import Need

STATUSES = MatchStatus.values


class MatchIn(StrictSerializer):
    """A need of one's own, and the pledge that could meet it; or a line of the board, and a pledge of one's own."""

    need = IdField("nd", "pub", help_text="Answering a `pub_…` holds nothing: it offers the pledge to that class.")
    pledge = IdField("pl")
    units = StrictIntegerField(required=False, min_value=1, max_value=1000, help_text="As many as the need asks for.")

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which cannot be written as an attribute of a class."""
        words = "The day the stay begins, if it is known: a day of the need's window. The hold shrinks to that stay."
        return {**super().get_fields(), "from": DayField(required=False, help_text=words)}


class AnswerIn(ReasonIn):
    """Why one answers so, or nothing."""

    reasons = MatchReason


class DeclineIn(AnswerIn):
    """A no. Who speaks for both sides says for which."""

    by = StrictChoiceField(choices=[(PERSON, PERSON), (PROVIDER, PROVIDER)], required=False)


class FailIn(StrictSerializer):
    """How help failed. It decides what follows, so nothing else is taken."""

    reason = StrictChoiceField(choices=FailReason.choices, help_text="`unsafe` stops all that the provider offers.")


class ConcernIn(ReasonIn):
    """What the report is about; nothing at all is heard too. Who speaks for both sides may say for which."""

    reasons = Concern
    by = StrictChoiceField(choices=[(PERSON, PERSON), (PROVIDER, PROVIDER)], required=False)


class MoveOut(serializers.Serializer[Any]):
    """One change of state."""

    to = serializers.ChoiceField(choices=STATUSES)
    by = serializers.CharField(help_text="An opaque word for who did it; `other_side` for the other organisation.")
    at = serializers.DateTimeField()
    why = serializers.CharField(allow_null=True, help_text="A code.")

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which cannot be written as an attribute of a class."""
        before = serializers.CharField(allow_null=True, help_text="Null: it began here.")
        return {"from": before, **super().get_fields()}


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "object", "additionalProperties": True}]})
class ReferenceField(serializers.Field[Any, Any, Any, Any]):
    """An id; with `?expand=` what one may see of the thing."""


class MatchOut(serializers.Serializer[Any]):
    """A match. `history` is for the need's owner; the other side reads null.

    Of a suggestion (an answer to a `pub_…`) dates, score, components and history are null. It stays `suggested` until
    a person agreed (`proposed`: `match` names the match that came of it) or its line leaves the board (`expired`).
    """

    id = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    need = ReferenceField(help_text="With expand=need: a card for the pledge's side, the whole need for its owner.")
    pledge = ReferenceField(help_text="With expand=pledge: its card.")
    units = serializers.IntegerField()
    match = serializers.CharField(allow_null=True, help_text="Of a suggestion: the match that came of it.")
    until = serializers.DateField(allow_null=True, help_text="The day the hold is over.")
    score = serializers.IntegerField(allow_null=True, help_text="0 to 1000, as it was when it was proposed.")
    components = ComponentsOut(allow_null=True)
    hold_expires_at = serializers.DateTimeField(allow_null=True, help_text="Null once both sides said yes.")
    frozen = serializers.BooleanField()
    history = MoveOut(many=True, allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which cannot be written as an attribute of a class."""
        return {
            **super().get_fields(),
            "from": serializers.DateField(allow_null=True, help_text="The first day of the hold."),
        }


class MatchFilters(ListFilters):
    """By state, need and pledge."""

    status = django_filters.ChoiceFilter(choices=[(word, word) for word in STATUSES])
    need = django_filters.CharFilter(field_name="need", max_length=40)
    pledge = django_filters.CharFilter(field_name="pledge", max_length=40)


class SuggestionFilters(MatchFilters):
    """The same words, asked of answers to the board."""

    need = django_filters.CharFilter(field_name="line", max_length=40)


def suggestion_out(one: Suggestion, *, expand: frozenset[str]) -> Body:
    """Return what `MatchOut` declares of an answer to the board: the line, one's own pledge, and nothing of a need."""
    unsaid = ("from", "until", "score", "components", "hold_expires_at", "history")
    return {
        "id": one.pk,
        "status": one.status,
        "need": published_view(one.line) if "need" in expand else one.line_id,
        "pledge": pledge_card(one.pledge) if "pledge" in expand else one.pledge_id,
        "units": one.units,
        **dict.fromkeys(unsaid),
        "match": one.match or None,
        "frozen": False,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
    }


def match_out(
    match: Match, *, reader: Organisation, own: frozenset[str], expand: frozenset[str], needs: Mapping[str, Body]
) -> Body:
    """Return what `MatchOut` declares, as far as `reader` may know. `needs`: those shown whole, by id.

    `own`: the reader's own people and programs.
    """
    owner = PERSON in sides_of(match, reader)
    need = needs.get(match.need_id) or need_card(match.need)
    return {
        "id": match.pk,
        "status": match.status,
        "need": need if "need" in expand else match.need_id,
        "pledge": pledge_card(match.pledge) if "pledge" in expand else match.pledge_id,
        "units": match.units,
        "match": None,
        "from": match.starts_on,
        "until": match.ends_on,
        "score": match.score,
        "components": match.components,
        "hold_expires_at": match.hold_expires_at,
        "frozen": match.frozen,
        "history": [_move_out(row, own) for row in match.history.all()] if owner else None,
        "created_at": match.created_at,
        "updated_at": match.updated_at,
    }


def _move_out(row: Any, own: frozenset[str]) -> Body:
    return {"from": row.old or None, "to": row.new, "by": said_by(row.by, own), "at": row.at, "why": row.why or None}


class Matches(Resource):
    """The matches of the caller's needs and pledges."""

    prefix = "mt"
    scopes = {
        "list": "matches:read",
        "retrieve": "matches:read",
        **dict.fromkeys(("create", "propose", "agree", "accept", "decline", "cancel"), "matches:write"),
        **dict.fromkeys(("start", "complete", "fail", "safety_report"), "matches:write"),
    }
    bodies = {
        "create": MatchIn,
        **dict.fromkeys(("agree", "accept", "cancel", "start", "complete"), AnswerIn),
        "decline": DeclineIn,
        "fail": FailIn,
        "safety_report": ConcernIn,
    }
    shape = MatchOut
    filters = MatchFilters
    expandable = ("need", "pledge")
    examples = {
        "create": {"need": "nd_" + "a" * 26, "pledge": "pl_" + "a" * 26, "units": 1},
        "decline": {"by": PERSON},
        "fail": {"reason": "no_show"},
        "safety_report": {"reason": "exposure"},
    }

    def rows(self) -> QuerySet[Match]:
        """Return the matches the caller is a side of."""
        mine = Match.objects.visible_to(self.principal.organisation)
        return mine.select_related("need", "pledge").prefetch_related("history")

    def suggestions(self) -> SuggestionQuerySet:
        """Return the caller's answers to the board."""
        mine = Suggestion.objects.visible_to(self.principal.organisation)
        return mine.select_related("line__cohort", "pledge")

    def show(self, rows: Sequence[Match | Suggestion]) -> list[Body]:
        """Return matches, and answers to the board among them, each as far as the caller may know."""
        reader, expand = self.principal.organisation, self.expanded()
        matches = [row for row in rows if isinstance(row, Match)]
        needs = self._own_needs(matches) if "need" in expand and self.principal.may("needs:read") else {}
        own = own_actors(reader)
        return [
            match_out(row, reader=reader, own=own, expand=expand, needs=needs)
            if isinstance(row, Match)
            else suggestion_out(row, expand=expand)
            for row in rows
        ]

    def represented(self, pk: str) -> Body:
        """Return a match, or an answer to the board. Raises Http404."""
        self._check_id(pk)
        answered = self.suggestions().filter(pk=pk).first()
        return super().represented(pk) if answered is None else self.show([answered])[0]

    def acted(self, pk: str, deed: Callable[[Any, Body], object], *, done: str = "") -> HttpResponse:
        """Do a deed on a match; named by the suggestion it came of, it is the same match.

        Raises IllegalMove for a suggestion that nothing came of: it goes its own way, and nobody moves it.
        """
        answered = self.suggestions().filter(pk=pk).first()
        if answered is not None and not answered.match:
            words = (
                f"This is {answered.status}: a suggestion becomes proposed once a person agreed, or expires by itself."
            )
            raise IllegalMove(words, state=answered.status, legal=list(answered.moves.legal(answered.status)))
        return super().acted(pk if answered is None else answered.match, deed, done=done)

    def _own_needs(self, matches: Sequence[Match]) -> dict[str, Body]:
        """Return the caller's own needs among those of the matches, in full."""
        mine = Need.objects.visible_to(self.principal.organisation).filter(pk__in=[match.need_id for match in matches])
        return {need["id"]: need for need in needs_out(list(mine.values(*Needs.columns)), self.at)}

    def list(self, request: Request) -> HttpResponse:
        """List matches, and one's own answers to the board among them."""
        asked = {"data": request.GET, "request": request}
        rows = MatchFilters(queryset=self.rows(), **asked).narrowed()
        answers = SuggestionFilters(queryset=self.suggestions(), **asked).narrowed()
        page = self.pages.page(rows, request._request, among=[answers])
        return answer({"results": self.show(page.rows), "next": page.next, "previous": page.previous})

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """Read one match."""
        return self.shown(pk)

    def create(self, request: Request) -> HttpResponse:
        """Propose a pledge for a need: the hold is taken, and the person is asked. Answering a `pub_…` with a pledge of
        one's own only suggests it: 201 `suggested`, once per pledge and class at a time.
        """

        def do(body: Body) -> Match | Suggestion:
            if body["need"].startswith("pub_"):
                return self._suggested(body)
            return deeds.propose(
                need_id=body["need"],
                pledge_id=body["pledge"],
                organisation=self.principal.organisation,
                by=self.principal.actor,
                at=self.at,
                units=body.get("units"),
                start=body.get("from"),
            )

        return self.created(do)

    @action(detail=True, methods=["post"])
    def propose(self, request: Request, pk: str) -> HttpResponse:
        """Propose; what is proposed already stays so."""
        reader = self.principal.organisation
        return self.acted(pk, lambda match, body: deeds.still_proposed(match=match, organisation=reader))

    @action(detail=True, methods=["post"])
    def agree(self, request: Request, pk: str) -> HttpResponse:
        """The person agreed. For the need's owner."""
        return self.acted(pk, lambda match, body: deeds.agree(match=match, **self._who(body)))

    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> HttpResponse:
        """The provider accepted. For the pledge's steward."""
        return self.acted(pk, lambda match, body: deeds.accept(match=match, **self._who(body)))

    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> HttpResponse:
        """One side says no: the units are free, and the need is open again."""
        return self.acted(pk, lambda match, body: deeds.decline(match=match, side=body.get("by"), **self._who(body)))

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> HttpResponse:
        """Call it off, from either side."""
        return self.acted(pk, lambda match, body: deeds.cancel(match=match, **self._who(body)))

    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> HttpResponse:
        """Help has begun: after the contact was disclosed. For the need's owner."""
        return self.acted(pk, lambda match, body: deeds.start(match=match, **self._who(body)))

    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> HttpResponse:
        """Help ended well: the units are free, and the need is fulfilled. For the need's owner."""
        return self.acted(pk, lambda match, body: deeds.complete(match=match, **self._who(body)))

    @action(detail=True, methods=["post"])
    def fail(self, request: Request, pk: str) -> HttpResponse:
        """Help failed that both sides had agreed to: the need is open again, keeps its waiting time, and is never
        matched with this pledge again. For the need's owner.
        """
        return self.acted(pk, lambda match, body: deeds.fail(match=match, **self._who(body)))

    @action(detail=True, methods=["post"], url_path="safety-report")
    def safety_report(self, request: Request, pk: str) -> HttpResponse:
        """It is not safe: the match is `frozen`, and so is every live one of this provider's. It can only be called off
        or fail, until two people lift that in the console. From either side; the other is not told whose word it was.
        """
        return self.acted(pk, lambda match, body: report_concern(match=match, side=body.get("by"), **self._who(body)))

    def _suggested(self, body: Body) -> Suggestion:
        if "from" in body:
            raise Refusal("not_of_a_line", "Days are agreed on later: leave this out when you answer a line.", "from")
        return suggest(
            line_id=body["need"],
            pledge_id=body["pledge"],
            organisation=self.principal.organisation,
            by=self.principal.actor,
            at=self.at,
            units=body.get("units", 1),
        )

    def _who(self, body: Body) -> dict[str, Any]:
        return {
            "organisation": self.principal.organisation,
            "by": self.principal.actor,
            "at": self.at,
            "why": body.get("reason", ""),
        }
