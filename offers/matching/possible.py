"""What the database alone can rule out. A pledge that passes the hard rules is always among what is left."""

from django.db.models import Q
from django.db.models.fields import TextField
from django.db.models.functions import Cast

from offers.matching.facts import NeedFacts
from offers.matching.rules import primary
from offers.matching.words import Says
from offers.pledges.models import PledgeQuerySet


def whatever_the_days(active: PledgeQuerySet, need: NeedFacts) -> PledgeQuerySet:
    """Drop what is too small or too far away, speaks none of the languages, or has not all that is required."""
    reach = Q() if need.countries is None else Q(country__in=need.countries) | Q(remote=True) | ~Q(service_area=[])
    spoken = Q()
    for tag in need.languages:
        spoken |= Q(spoken__icontains=f'"{primary(tag)}')  # tags that begin alike are let through too
    left = active.filter(units_total__gte=need.units, max_party__gte=-(-need.size // need.units)).filter(reach)
    left = left.alias(spoken=Cast("languages", TextField())).filter(spoken)
    for feature in sorted(need.requires):
        left = left.filter(Says("verified_features", feature))
    return left
