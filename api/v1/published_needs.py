"""The board: exactly the published view of what passed the release gate, and nothing that says more."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api.bodies import IdField
from api.lists import CursorPages
from api.resources import Resource, Row
from offers.kinds.vocabulary import Feature, KindGroup
from offers.matching.suggestions.fitting import lines_for
from offers.needs.board.models import PublicationQuerySet
from offers.needs.board.views import board, published_view
from offers.pledges.models import Pledge


class PublishedNeedOut(serializers.Serializer[Any]):
    """The six words of the published view. `any`, and an empty `requires`, mean: not stated."""

    id = IdField("pub")
    zone = serializers.CharField()
    kind_group = serializers.ChoiceField(choices=KindGroup.choices)
    party_band = serializers.ChoiceField(choices=["1", "2+", "any"])
    period = serializers.CharField()
    requires = serializers.ListField(child=serializers.ChoiceField(choices=Feature.choices))


class PublishedNeeds(Resource):
    """`/published-needs`: sorted by random id; no time, no owner, no ETag, no `modified_after`."""

    prefix = "pub"
    scopes = {"list": "needs:read"}
    shape = PublishedNeedOut
    pages = CursorPages(("id",))

    def rows(self) -> PublicationQuerySet:
        """Return what stands on the board now."""
        return board(self.at)

    def show(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Return published views."""
        return [published_view(row) for row in rows]

    def list(self, request: Request, **parents: str) -> HttpResponse:
        """List the board, or what of it the thing above in the path could serve."""
        return self.listed()


class PledgeCandidates(PublishedNeeds):
    """`/pledges/{id}/candidates`: what of the board one of the caller's own pledges could serve."""

    parents = {"pledge_id": "pl"}
    scopes = {"list": "pledges:read"}

    def rows(self) -> PublicationQuerySet:
        """Return the rows of the board that fit the pledge by the published view alone. Raises Http404."""
        pledge = Pledge.objects.visible_to(self.principal.organisation).filter(pk=self.kwargs["pledge_id"]).first()
        if pledge is None:
            raise Http404
        return lines_for(pledge, self.at)
