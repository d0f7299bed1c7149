"""Matches: a need and a pledge brought together, and the answers of both sides."""

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api.bodies import DayField, IdField, ReasonIn, StrictChoiceField, StrictIntegerField, StrictSerializer
from api.lists import ListFilters
from api.resources import Body, Resource
from api.v1.candidates import ComponentsOut
from api.v1.cards import need_card
from api.v1.needs import Needs, need_out
from kernel.accounts.models import Organisation
from offers.matching import deeds
from offers.matching.card import pledge_card
from offers.matching.models import Match, MatchStatus
from offers.matching.sides import PERSON, PROVIDER, own_actors, said_by, sides_of
from offers.needs.board.views import board
from offers.needs.models import Need

STATUSES = [value for value, _label in MatchStatus.choices if value != MatchStatus.SUGGESTED]


class MatchIn(StrictSerializer):
    """A need of one's own, and the pledge that could meet it."""

    need = IdField("nd")
    pledge = IdField("pl")
    units = StrictIntegerField(required=False, min_value=1, max_value=1000, help_text="As many as the need asks for.")

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which cannot be written as an attribute of a class."""
        words = "The day the stay begins, if it is known: a day of the need's window. The hold shrinks to that stay."
        return {**super().get_fields(), "from": DayField(required=False, help_text=words)}


class DeclineIn(ReasonIn):
    """A no. Who speaks for both sides says for which."""

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
    """A match. `history` is for the need's owner; the other side reads null."""

    id = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    need = ReferenceField(help_text="With expand=need: a card for the pledge's side, the whole need for its owner.")
    pledge = ReferenceField(help_text="With expand=pledge: its card.")
    units = serializers.IntegerField()
    until = serializers.DateField(help_text="The day the hold is over.")
    score = serializers.IntegerField(help_text="0 to 1000, as it was when it was proposed.")
    components = ComponentsOut()
    hold_expires_at = serializers.DateTimeField(allow_null=True, help_text="Null once both sides said yes.")
    frozen = serializers.BooleanField()
    history = MoveOut(many=True, allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which cannot be written as an attribute of a class."""
        return {**super().get_fields(), "from": serializers.DateField(help_text="The first day of the hold.")}


class MatchFilters(ListFilters):
    """By state, need and pledge."""

    status = django_filters.ChoiceFilter(choices=[(word, word) for word in STATUSES])
    need = django_filters.CharFilter(field_name="need", max_length=40)
    pledge = django_filters.CharFilter(field_name="pledge", max_length=40)


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
    }
    bodies = {"create": MatchIn, "decline": DeclineIn}
    shape = MatchOut
    filters = MatchFilters
    expandable = ("need", "pledge")
    examples = {"create": {"need": "nd_" + "a" * 26, "pledge": "pl_" + "a" * 26, "units": 1}, "decline": {"by": PERSON}}

    def rows(self) -> QuerySet[Match]:
        """Return the matches the caller is a side of."""
        mine = Match.objects.visible_to(self.principal.organisation)
        return mine.select_related("need", "pledge").prefetch_related("history")

    def show(self, rows: Sequence[Match]) -> list[Body]:
        """Return the matches, each as far as the caller may know."""
        reader, expand = self.principal.organisation, self.expanded()
        needs = self._own_needs(rows) if "need" in expand and self.principal.may("needs:read") else {}
        own = own_actors(reader)
        return [match_out(match, reader=reader, own=own, expand=expand, needs=needs) for match in rows]

    def _own_needs(self, matches: Sequence[Match]) -> dict[str, Body]:
        """Return the caller's own needs among those of the matches, in full."""
        mine = Need.objects.visible_to(self.principal.organisation).filter(pk__in=[match.need_id for match in matches])
        rows = list(mine.values(*Needs.columns))
        listed = set(board(self.at).filter(need__in=[row["id"] for row in rows]).values_list("need_id", flat=True))
        return {row["id"]: need_out(row, listed=row["id"] in listed) for row in rows}

    def list(self, request: Request) -> HttpResponse:
        """List matches."""
        return self.listed()

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """Read one match."""
        return self.shown(pk)

    def create(self, request: Request) -> HttpResponse:
        """Propose a pledge for a need: the hold is taken, and the person is asked."""

        def do(body: Body) -> Match:
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

    def _who(self, body: Body) -> dict[str, Any]:
        return {
            "organisation": self.principal.organisation,
            "by": self.principal.actor,
            "at": self.at,
            "why": body.get("reason", ""),
        }
