"""From rows to facts: the one place where matching reads what needs and pledges say."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from offers.matching.facts import HeldUnit, NeedFacts, PledgeFacts, Span
from offers.matching.models import LIVE, Hold, Match, MatchStatus
from offers.needs.models import Need
from offers.pledges.models import Pledge

# the columns that the facts are read from: whoever reads many rows asks for no other
NEED_COLUMNS = (
    "id", "organisation_id", "kind", "units", "urgency", "party_size", "bands", "window_from", "window_until",
    "stay_days", "countries", "countries_excluded", "languages", "opened_at", "created_at", "requires", "prefers",
    "exclusions", "consent", "bundle", "household", "version",
)  # fmt: skip
PLEDGE_COLUMNS = (
    "id", "organisation_id", "kind", "provider_type", "status", "vetting_valid_until", "confirm_by", "units_total",
    "max_party", "availability", "country", "languages", "notice_days", "min_stay_days", "max_stay_days",
    "service_area", "remote", "verified_features", "refusals", "preferences", "exclusion_tokens",
    "placements_completed", "placements_failed", "checks_passed", "region", "version",
)  # fmt: skip
# read by no rule: whoever reads whole rows leaves them in the database
UNREAD = ("features", "household", "blind_email")
_FAILED = (
    "SELECT pledge_id FROM offers_match JOIN offers_need ON offers_need.id = offers_match.need_id"
    " WHERE offers_match.status = %s AND household = %s"
)


def _ranked(said: Iterable[str] | None) -> tuple[str, ...] | None:
    """None is no list: anything is accepted."""
    return None if said is None else tuple(said)


def spans(availability: Iterable[Mapping[str, str]] | tuple[Span, ...]) -> tuple[Span, ...]:
    """Read the column that says when a pledge is available, unless that was done already."""
    if isinstance(availability, tuple):
        return availability
    return tuple(Span(date.fromisoformat(one["from"]), date.fromisoformat(one["until"])) for one in availability)


# what the facts make of these columns: whoever reads many rows makes it once of those that are alike
_of_needs: dict[str, Callable[[Any], Any]] = {
    "countries": _ranked,
    "countries_excluded": frozenset,
    "languages": tuple,
    "requires": frozenset,
    "prefers": frozenset,
    "exclusions": frozenset,
}
_of_pledges: dict[str, Callable[[Any], Any]] = {
    "availability": spans,
    "languages": tuple,
    "service_area": frozenset,
    "verified_features": frozenset,
    "refusals": frozenset,
    "preferences": frozenset,
    "exclusion_tokens": frozenset,
}
NEED_SHAPES: Mapping[str, Callable[[Any], Any]] = MappingProxyType(_of_needs)
PLEDGE_SHAPES: Mapping[str, Callable[[Any], Any]] = MappingProxyType(_of_pledges)


def need_facts(need: Need) -> NeedFacts:
    """Read one need, and which pledges already failed its household (one query)."""
    with connection.cursor() as cursor:  # asked at every search, and half of the time of a query is wording it
        cursor.execute(_FAILED, [MatchStatus.FAILED, bytes(need.household)])
        return _need_facts(need, frozenset(pledge_id for (pledge_id,) in cursor.fetchall()))


class Pair(NamedTuple):
    """One need and one pledge; `frozen`: a safety report stopped something that the pledge promised."""

    need: NeedFacts
    pledge: PledgeFacts
    frozen: bool


def pair_facts(need: Need, pledge: Pledge) -> Pair:
    """Read what a booking asks, of these two alone (two queries)."""
    failed = Q(status=MatchStatus.FAILED, need__household=bytes(need.household))
    matches = Match.objects.filter(Q(status__in=LIVE, frozen=True) | failed, pledge=pledge)
    told = set(matches.values_list("status", flat=True))
    failed_with = frozenset({pledge.pk} if MatchStatus.FAILED in told else ())
    return Pair(_need_facts(need, failed_with), pledges_facts([pledge])[0], not told.isdisjoint(LIVE))


def needs_facts(needs: Iterable[Need]) -> list[NeedFacts]:
    """Read many needs, in one query however many they are."""
    failed: dict[bytes, set[str]] = defaultdict(set)
    ended = Match.objects.filter(status=MatchStatus.FAILED).values_list("need__household", "pledge_id")
    for household, pledge_id in ended.iterator():
        failed[bytes(household)].add(pledge_id)
    return [_need_facts(need, frozenset(failed.get(bytes(need.household), ()))) for need in needs]


def _need_facts(need: Need, failed: frozenset[str]) -> NeedFacts:
    return NeedFacts(
        id=need.id,
        organisation=need.organisation_id,
        kind=need.kind,
        units=need.units,
        urgency=need.urgency,
        size=need.party_size,
        bands=dict(need.bands),
        window=Span(need.window_from, need.window_until),
        stay_days=need.stay_days,
        countries=_ranked(need.countries),
        countries_excluded=frozenset(need.countries_excluded),
        languages=tuple(need.languages),
        waiting_since=(need.opened_at or need.created_at).date(),
        requires=frozenset(need.requires),
        prefers=frozenset(need.prefers),
        exclusions=frozenset(need.exclusions),
        failed_with=failed,
        consent=bool(need.consent.get("given")) and "matching" in need.consent.get("for", ()),
        bundle=need.bundle,
    )


def pledges_facts(pledges: Iterable[Pledge], *, letting_go: Collection[str] = frozenset()) -> list[PledgeFacts]:
    """Read many pledges, with their live holds, in one query however many they are.

    What the matches named in `letting_go` hold counts as free.
    """
    rows = list(pledges)
    # a long list of ids would be slower than a join, and longer than a database takes
    few = len(rows) <= 500
    wanted = Q(pledge_id__in=[row.id for row in rows]) if few else Q(pledge__kind__in={row.kind for row in rows})
    held: dict[str, list[HeldUnit]] = defaultdict(list)
    holds = Hold.objects.filter(wanted, live=True).values_list("match_id", "pledge_id", "unit", "starts_on", "ends_on")
    for match_id, pledge_id, unit, starts_on, ends_on in holds.order_by("pledge_id", "unit", "starts_on"):
        if match_id not in letting_go:
            held[pledge_id].append(HeldUnit(unit, Span(starts_on, ends_on)))
    return [pledge_facts(row, tuple(held[row.id])) for row in rows]


def pledge_facts(pledge: Pledge, held: tuple[HeldUnit, ...]) -> PledgeFacts:
    """Read one pledge whose live holds are known."""
    return PledgeFacts(
        id=pledge.id,
        organisation=pledge.organisation_id,
        kind=pledge.kind,
        provider=pledge.provider_type,
        status=pledge.status,
        vetted_until=pledge.vetting_valid_until,
        confirm_by=pledge.confirm_by,
        units_total=pledge.units_total,
        max_party=pledge.max_party,
        availability=spans(pledge.availability),
        country=pledge.country,
        languages=tuple(pledge.languages),
        notice_days=pledge.notice_days,
        min_stay_days=pledge.min_stay_days,
        max_stay_days=pledge.max_stay_days,
        service_area=frozenset(pledge.service_area),
        remote=pledge.remote,
        verified=frozenset(pledge.verified_features),
        refusals=frozenset(pledge.refusals),
        preferences=frozenset(pledge.preferences),
        tokens=frozenset({*pledge.exclusion_tokens, pledge.id, pledge.organisation_id}),
        held=held,
        vetting_steps=pledge.checks_passed,
        kept=pledge.placements_completed,
        broken=pledge.placements_failed,
        region=pledge.region,
    )
