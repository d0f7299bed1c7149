"""Pledges that no hard rule can tell apart, counted together: a question about a hundred thousand asks some hundreds.

The database groups; the rules are asked once a group, of a pledge that stands for all of it. A column that a rule only
compares with the need (days, notice, units) is kept as the step of a ladder on which it stands: its bounds are what the
need, or the need asked for otherwise, compares it with. So the rules stay the only definition.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from offers.matching import words
from offers.matching.facts import NeedFacts, PledgeFacts, Span
from offers.matching.models import Hold
from offers.matching.reading import spans
from offers.matching.rules import ACTIVE
from offers.pledges.models import PledgeQuerySet

ALWAYS_ASKED = ("background_checked", "licensed")  # what the rule that protects children reads
_PLAIN = ("provider_type", "country", "service_area", "remote", "languages", "refusals")
_NEVER = 1_000_000  # more than any number of days or units


class Alike(NamedTuple):
    """A pledge that stands for `many` of them."""

    pledge: PledgeFacts
    many: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """A column that is compared with some bounds: `lookup` holds for every bound at or after the step it stands on."""

    column: str
    lookup: str
    bounds: tuple[Any, ...]
    beyond: Any
    empty_is_best: bool = False

    def step(self) -> Case:
        """Return the expression for the step; the number of the bounds if none holds."""
        held = [Q(**{f"{self.column}__{self.lookup}": bound}) for bound in self.bounds]
        if self.empty_is_best:
            held[0] |= Q(**{self.column: None})
        whens = [When(one, then=Value(number)) for number, one in enumerate(held)]
        return Case(*whens, default=Value(len(held)), output_field=IntegerField())

    def value(self, step: int) -> Any:
        """Return a value that stands on a step."""
        return self.bounds[step] if step < len(self.bounds) else self.beyond


def at_most(column: str, bounds: Iterable[Any], beyond: Any) -> Ladder:
    """Return the ladder of a column that has to be at most a bound."""
    return Ladder(column, "lte", tuple(sorted(set(bounds))), beyond)


def at_least(column: str, bounds: Iterable[Any], beyond: Any, *, empty_is_best: bool = False) -> Ladder:
    """Return the ladder of a column that has to be at least a bound."""
    return Ladder(column, "gte", tuple(sorted(set(bounds), reverse=True)), beyond, empty_is_best)


def _ladders(needs: Sequence[NeedFacts], today: date) -> dict[str, Ladder]:
    stays = [need.stay_days for need in needs]
    ladders = (
        at_least("free", (need.units for need in needs), 0),
        at_least("max_party", (-(-need.size // need.units) for need in needs), 0),
        at_most("notice_days", ((need.window.start - today).days for need in needs), _NEVER),
        at_most("min_stay_days", stays, _NEVER),
        at_least("max_stay_days", stays, 0, empty_is_best=True),
        at_most("available_from", (need.hold.start for need in needs), date.max),
        at_least("available_until", (need.hold.end for need in needs), date.min),
    )
    return {f"step_{ladder.column}": ladder for ladder in ladders}


def alike(
    active: PledgeQuerySet, needs: Sequence[NeedFacts], *, today: date, own: str | None, held: Span | None
) -> Iterator[Alike]:
    """Group active pledges of one kind by all that the rules could ask of them for any of `needs`.

    The needs differ in what was asked for otherwise, never in what is excluded; the first is the need itself. With a
    span in `held`, units that are held on its days are not free; without one nothing is taken to be held. `own` is the
    organisation whose pledges are kept apart: its id stands in their facts, and no other's does.
    """
    need = needs[0]
    flags = {f"says_{word}": word for word in sorted({*ALWAYS_ASKED, *need.requires})}
    ladders = _ladders(needs, today)
    rows: Any = active.annotate(free=F("units_total") - _held_units(held), ranges=words.Length("availability"))
    rows = rows.annotate(
        mine=_truth(Q(organisation_id=own or "")),
        hit=_truth(_excluded(need)),
        days=Case(When(ranges__gt=1, then=F("availability")), default=Value(None, JSONField())),
        **{name: words.Says("verified_features", word) for name, word in flags.items()},
        **{name: ladder.step() for name, ladder in ladders.items()},
    )
    columns = ("mine", "hit", "days", *_PLAIN, *flags, *ladders)
    for row in rows.order_by().values(*columns).annotate(count=Count("pk")).iterator(chunk_size=2000):
        read = {ladder.column: ladder.value(row[name]) for name, ladder in ladders.items()}
        verified = frozenset(word for name, word in flags.items() if row[name])
        yield Alike(_stands_for(row, read, verified, need, own), row["count"])


def _held_units(span: Span | None) -> Any:
    """Return the expression for how many units of a pledge a live match holds on some day of a span."""
    if span is None:
        return Value(0)
    held = Hold.objects.filter(pledge=OuterRef("pk"), live=True, starts_on__lt=span.end, ends_on__gt=span.start)
    counted = held.order_by().values("pledge").annotate(units=Count("unit", distinct=True)).values("units")
    return Coalesce(Subquery(counted), 0)


def _excluded(need: NeedFacts) -> Q:
    """Return whether the need rules a pledge out, by its id, its organisation or a word of its own."""
    named = Q(pk__in=sorted(need.exclusions | need.failed_with)) | Q(organisation_id__in=sorted(need.exclusions))
    for token in sorted(need.exclusions):
        named |= Q(words.Says("exclusion_tokens", token))
    return named


def _truth(condition: Q) -> Any:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _stands_for(
    row: dict[str, Any], read: dict[str, Any], verified: frozenset[str], need: NeedFacts, own: str | None
) -> PledgeFacts:
    days = spans(row["days"]) if row["days"] else (Span(read["available_from"], read["available_until"]),)
    return PledgeFacts(
        id=min(need.failed_with, default="") if row["hit"] else "",
        organisation=own if own and row["mine"] else "",
        kind=need.kind,
        provider=row["provider_type"],
        status=ACTIVE,
        vetted_until=None,
        confirm_by=date.max,
        units_total=read["free"],
        max_party=read["max_party"],
        availability=days,
        country=row["country"],
        languages=tuple(row["languages"]),
        notice_days=read["notice_days"],
        min_stay_days=read["min_stay_days"],
        max_stay_days=read["max_stay_days"],
        service_area=frozenset(row["service_area"]),
        remote=row["remote"],
        verified=verified,
        refusals=frozenset(row["refusals"]),
        tokens=need.exclusions if row["hit"] else frozenset(),
    )


def closed(organisation: str, kind: str) -> PledgeFacts:
    """Return what stands for pledges of a kind that are not active."""
    return PledgeFacts(
        id="",
        organisation=organisation,
        kind=kind,
        provider="",
        status="",
        vetted_until=None,
        confirm_by=None,
        units_total=0,
        max_party=0,
        availability=(),
        country="",
        languages=(),
    )
