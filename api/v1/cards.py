"""Cards: what one side of a match may see of the other side's need or pledge."""

from typing import Any

from rest_framework import serializers

from api.bodies import RangeSerializer
from api.resources import Body
from offers.kinds.vocabulary import Feature, Kind
from offers.needs.models import Need


class PledgeCardOut(serializers.Serializer[Any]):
    """A pledge as anyone with a fitting need may see it: neither the provider, nor whose it is."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.values)
    features = serializers.ListField(child=serializers.ChoiceField(choices=Feature.values), help_text="Verified ones.")
    country = serializers.CharField()
    region = serializers.CharField(allow_null=True)
    units = serializers.IntegerField(help_text="Units in all.")
    dates = RangeSerializer(many=True)


def need_card(need: Need) -> Body:
    """Return a need as the pledge's side of a match may see it: what it has to prepare for, and nothing else."""
    return {"id": need.pk, "kind": need.kind, "units": need.units, "party": {"size": need.party_size}}
