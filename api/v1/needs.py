"""Needs: an organisation's own, in full. Nobody else's exist here, the operator's callers included."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import django_filters
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api.bodies import (
    CountryField,
    DayField,
    IdField,
    LanguageField,
    RangeSerializer,
    ReasonIn,
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictListField,
    StrictSerializer,
)
from api.bulk import BulkIn, BulkOut, bulk
from api.lists import ListFilters
from api.resources import Resource, Row
from offers.kinds.reasons import NeedEndReason
from offers.kinds.vocabulary import BANDS, Feature, Kind, Urgency
from offers.needs.board.views import board
from offers.needs.deeds import edit_need, fulfil_need, submit_need, withdraw_need, write_need
from offers.needs.exclusions import open_words
from offers.needs.forbidden import why_not
from offers.needs.household import open_case_ref
from offers.needs.models import Need, NeedQuerySet, NeedStatus
from offers.needs.terms import LARGEST_PARTY, LONGEST_CASE_REF, LONGEST_STAY, MOST_PREFERENCES, PURPOSES, NeedTerms

_ANY = "any"


class NeedSerializer(StrictSerializer):
    """The base of every body about a need: a member that would say who it is about is refused with its reason."""

    def said_of_unknown(self, name: str) -> str:
        """Return why a need does not take this member."""
        return why_not(name)


class BandsIn(NeedSerializer):
    """Persons by age band; a band left out counts none."""

    def get_fields(self) -> dict[str, Any]:
        """Return a count per band; `0-2` cannot be written as an attribute of a class."""
        return {band: StrictIntegerField(max_value=LARGEST_PARTY, required=False, default=0) for band in BANDS}


class PartyIn(NeedSerializer):
    """How many persons, and how old by band. The bands sum to the size."""

    size = StrictIntegerField(min_value=1, max_value=LARGEST_PARTY)
    bands = BandsIn()


class WindowIn(NeedSerializer, RangeSerializer):
    """Whichever day of it the stay begins: `until` is the first day on which it no longer may."""


class ConsentIn(NeedSerializer):
    """What the person agreed to, and when."""

    given = StrictBooleanField()
    on = DayField()

    def get_fields(self) -> dict[str, Any]:
        """Return the members; `for` is a word of the language and no name in it."""
        purposes = StrictListField(child=StrictChoiceField(choices=PURPOSES), max_length=len(PURPOSES))
        return {**super().get_fields(), "for": purposes}


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "enum": [_ANY]},
            {"type": "array", "items": {"type": "string", "pattern": "^[A-Z]{2}$"}, "minItems": 1, "maxItems": 250},
        ]
    }
)
class CountriesField(serializers.Field[Any, Any, Any, Any]):
    """Countries accepted, best first, or `"any"`."""

    def to_internal_value(self, data: Any) -> list[str] | None:
        """Return the codes, or None for any."""
        if data == _ANY:
            return None
        listed = StrictListField(child=CountryField(), min_length=1, max_length=250)
        return list(listed.run_validation(data))

    def to_representation(self, value: list[str] | None) -> list[str] | str:
        """Return the codes, or `"any"`."""
        return _ANY if value is None else value


def _features(most: int) -> StrictListField:
    child = StrictChoiceField(choices=Feature.choices)
    return StrictListField(child=child, max_length=most, required=False, default=list)


class NeedIn(NeedSerializer):
    """A need as its owner writes it. There is no member for a name, a birth date, a nationality or a reason."""

    kind = StrictChoiceField(choices=Kind.choices)
    units = StrictIntegerField(min_value=1, max_value=1000, required=False, default=1)
    urgency = StrictChoiceField(choices=Urgency.choices)
    party = PartyIn()
    window = WindowIn()
    stay_days = StrictIntegerField(min_value=1, max_value=LONGEST_STAY)
    countries = CountriesField()
    countries_excluded = StrictListField(child=CountryField(), max_length=250, required=False, default=list)
    languages = StrictListField(child=LanguageField(), min_length=1, max_length=20)
    requires = _features(len(Feature))
    prefers = _features(MOST_PREFERENCES)
    exclusions = StrictListField(
        child=StrictCharField(pattern="[A-Za-z0-9_.:-]{1,40}"), max_length=100, required=False, default=list
    )
    consent = ConsentIn()
    case_ref = StrictCharField(max_length=LONGEST_CASE_REF)
    expires_at = serializers.DateTimeField(required=False)


class NeedSubmitIn(NeedSerializer, ReasonIn):
    """Nothing, or a code that says why."""


class NeedEndIn(NeedSerializer, ReasonIn):
    """Why a need is taken back, or how it was met; or nothing."""

    reasons = NeedEndReason


class NeedOut(serializers.Serializer[Any]):
    """A need as its owner reads it."""

    id = IdField("nd")
    kind = serializers.ChoiceField(choices=Kind.choices)
    status = serializers.ChoiceField(choices=NeedStatus.choices)
    units = StrictIntegerField()
    urgency = serializers.ChoiceField(choices=Urgency.choices)
    party = PartyIn()
    window = WindowIn()
    stay_days = StrictIntegerField()
    countries = CountriesField()
    countries_excluded = serializers.ListField(child=CountryField())
    languages = serializers.ListField(child=LanguageField())
    requires = serializers.ListField(child=serializers.ChoiceField(choices=Feature.choices))
    prefers = serializers.ListField(child=serializers.ChoiceField(choices=Feature.choices))
    exclusions = serializers.ListField(child=serializers.CharField())
    case_ref = serializers.CharField()
    consent = ConsentIn()
    linked = serializers.ListField(
        child=IdField("nd"), help_text="Other needs of the same case, to be met in the same area."
    )
    publication = serializers.ChoiceField(choices=["waiting", "listed"])
    expires_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


def needs_out(rows: Sequence[Row], at: datetime) -> list[dict[str, Any]]:
    """Return the members of the caller's own needs, with what their owner may know of the board, in two queries.

    `rows` are mappings of Needs.columns.
    """
    listed = set(board(at).filter(need__in=[row["id"] for row in rows]).values_list("need_id", flat=True))
    bundles: dict[str, list[str]] = defaultdict(list)
    together = Need.objects.filter(bundle__in={row["bundle"] for row in rows if row["bundle"]}).order_by("pk")
    for bundle, pk in together.values_list("bundle", "pk"):
        bundles[bundle].append(pk)
    return [
        need_out(row, listed=row["id"] in listed, linked=[pk for pk in bundles[row["bundle"]] if pk != row["id"]])
        for row in rows
    ]


def need_out(row: Row, *, listed: bool, linked: Sequence[str]) -> dict[str, Any]:
    """Return a need's members; `row` is a mapping of Needs.columns."""
    return {
        "id": row["id"],
        "kind": row["kind"],
        "status": row["status"],
        "units": row["units"],
        "urgency": row["urgency"],
        "party": {"size": row["party_size"], "bands": {band: row["bands"].get(band, 0) for band in BANDS}},
        "window": {"from": row["window_from"], "until": row["window_until"]},
        "stay_days": row["stay_days"],
        "countries": _ANY if row["countries"] is None else row["countries"],
        "countries_excluded": row["countries_excluded"],
        "languages": row["languages"],
        "requires": row["requires"],
        "prefers": row["prefers"],
        "exclusions": open_words(need_id=row["id"], sealed=row["exclusions_sealed"]),
        "case_ref": open_case_ref(need_id=row["id"], sealed=row["case_ref_sealed"]),
        "consent": row["consent"],
        "linked": linked,
        "publication": "listed" if listed else "waiting",
        "expires_at": row["expires_at"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


class NeedFilters(ListFilters):
    """What a list of needs can be narrowed by."""

    status = django_filters.ChoiceFilter(choices=NeedStatus.choices)
    kind = django_filters.ChoiceFilter(choices=Kind.choices)
    urgency = django_filters.ChoiceFilter(choices=Urgency.choices)


def changes_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body's members by the names of NeedTerms."""
    changes = dict(body)
    if party := changes.pop("party", None):
        changes |= {"party_size": party["size"], "bands": party["bands"]}
    if window := changes.pop("window", None):
        changes |= {"window_from": window["from"], "window_until": window["until"]}
    return changes


class Needs(Resource):
    """`/needs`: writing needs down, handing them over, taking them back."""

    prefix = "nd"
    scopes = {
        "list": "needs:read",
        "retrieve": "needs:read",
        "create": "needs:write",
        "bulk": "needs:write",
        "partial_update": "needs:write",
        "submit": "needs:write",
        "withdraw": "needs:write",
        "fulfil": "needs:write",
    }
    bodies = {
        "create": NeedIn,
        "partial_update": NeedIn,
        "bulk": BulkIn,
        "submit": NeedSubmitIn,
        "withdraw": NeedEndIn,
        "fulfil": NeedEndIn,
    }
    shape = NeedOut
    shapes = {"bulk": BulkOut}
    columns = (
        "id", "kind", "status", "units", "urgency", "party_size", "bands", "window_from", "window_until", "stay_days",
        "countries", "countries_excluded", "languages", "requires", "prefers", "exclusions_sealed", "case_ref_sealed",
        "consent", "bundle", "expires_at", "created_at", "updated_at",
    )  # fmt: skip
    filters = NeedFilters
    examples = {
        "create": {
            "kind": "housing",
            "urgency": "soon",
            "party": {"size": 3, "bands": {"0-2": 0, "3-12": 1, "13-17": 0, "18-59": 2, "60+": 0}},
            "window": {"from": "2027-01-10", "until": "2027-01-17"},
            "stay_days": 60,
            "countries": ["DE", "FR"],
            "languages": ["ru", "en"],
            "requires": ["lgbtq_affirming"],
            "prefers": ["quiet"],
            "consent": {"given": True, "on": "2026-11-20", "for": ["matching", "publication"]},
            "case_ref": "2026-117",
        }
    }

    def rows(self) -> NeedQuerySet:
        """Return the caller's own needs."""
        return Need.objects.visible_to(self.principal.organisation)

    def show(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Return needs in full, with what their owner may know of the board."""
        return needs_out(rows, self.at)

    def list(self, request: Request) -> HttpResponse:
        """List the caller's own needs."""
        return self.listed()

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """Read one need."""
        return self.shown(pk)

    def create(self, request: Request) -> HttpResponse:
        """Write a need down, as a draft. `submit` hands it to the second person."""
        return self.created(self._write)

    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> HttpResponse:
        """Write up to 1,000 drafts; a result per row."""
        rows = self.body()["rows"]
        return self.once(lambda: bulk(self.request, rows, shape=NeedIn, deed=self._write))

    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change a need. An open one goes back to the second person, unless its owner is trusted for needs."""
        return self.patched(
            pk, lambda need, body: edit_need(need=need, changes=changes_of(body), by=self.principal.actor, at=self.at)
        )

    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> HttpResponse:
        """Hand a draft to the second person; of an owner trusted for needs it opens at once."""
        return self.acted(pk, lambda need, body: submit_need(need=need, by=self.principal.actor, at=self.at))

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> HttpResponse:
        """Take a need back."""
        return self.acted(pk, lambda need, body: self._end(withdraw_need, need, body))

    @action(detail=True, methods=["post"])
    def fulfil(self, request: Request, pk: str) -> HttpResponse:
        """Say that a need was met elsewhere."""
        return self.acted(pk, lambda need, body: self._end(fulfil_need, need, body))

    def _end(self, deed: Any, need: Need, body: Mapping[str, Any]) -> Need:
        ended: Need = deed(need=need, by=self.principal.actor, at=self.at, why=body.get("reason", ""))
        return ended

    def _write(self, body: Mapping[str, Any]) -> Need:
        terms = NeedTerms(**changes_of(body))
        return write_need(organisation=self.principal.organisation, terms=terms, by=self.principal.actor, at=self.at)
