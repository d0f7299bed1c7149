"""Pledges: an organisation's own offers of help, in full less who gives it. Nobody else's exist here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import django_filters
from django.core.validators import RegexValidator
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
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
    RegionField,
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictListField,
    StrictSerializer,
)
from api.bulk import BulkIn, BulkOut, bulk
from api.lists import ListFilters
from api.lists.lines import Lines
from api.resources import Resource, Row
from offers.kinds.reasons import PauseReason, WithdrawReason
from offers.kinds.registry import found, kind_of
from offers.kinds.vocabulary import Feature, Kind, ProviderType
from offers.matching.deeds import free_pledge
from offers.pledges.availability import MOST_RANGES
from offers.pledges.confirming import confirm
from offers.pledges.contact import LENGTHS, Contact, blinded
from offers.pledges.editing import edit
from offers.pledges.intake import create_from_api
from offers.pledges.living import pause, resume, withdraw
from offers.pledges.locking import locked
from offers.pledges.models import Pledge, PledgeQuerySet, PledgeStatus
from offers.pledges.terms import COUNTS
from offers.pledges.tongues import MOST as MOST_LANGUAGES

CLAIMS = ("verified_features", "vetting_valid_until")
STATES = [(state.value, state.label) for state in PledgeStatus if state != PledgeStatus.DRAFT]


def _count(name: str, **more: Any) -> StrictIntegerField:
    least, most, optional = COUNTS[name]
    return StrictIntegerField(min_value=least, max_value=most, required=False, allow_null=optional, **more)


def _features(**more: Any) -> StrictListField:
    child = StrictChoiceField(choices=Feature.choices)
    return StrictListField(child=child, max_length=len(Feature), required=False, **more)


class ProviderIn(StrictSerializer):
    """What kind of provider it is. Who it is belongs into `contact`."""

    type = StrictChoiceField(choices=ProviderType.choices)


class ContactIn(StrictSerializer):
    """Who offers and how to reach them: sealed on receipt, never in any answer. Give `email`, `phone` or both."""

    name = StrictCharField(max_length=LENGTHS["name"])
    email = serializers.EmailField(max_length=LENGTHS["email"], required=False, allow_blank=True)
    phone = StrictCharField(max_length=LENGTHS["phone"], required=False, allow_blank=True, default="")
    address = StrictCharField(max_length=LENGTHS["address"], required=False, allow_blank=True, default="")
    note = StrictCharField(max_length=LENGTHS["note"], required=False, allow_blank=True, default="")


class PledgeIn(StrictSerializer):
    """An offer as a partner writes it. Every member is taken for every kind."""

    kind = StrictChoiceField(choices=Kind.choices)
    units_total = StrictIntegerField(min_value=1, max_value=COUNTS["units_total"][1])
    provider = ProviderIn()
    max_party = _count("max_party")
    exclusive = StrictBooleanField(required=False)
    availability = StrictListField(child=RangeSerializer(), min_length=1, max_length=MOST_RANGES, repeats=True)
    notice_days = _count("notice_days", default=0)
    min_stay_days = _count("min_stay_days", default=0)
    max_stay_days = _count("max_stay_days")
    country = CountryField()
    region = RegionField(required=False, allow_null=True)
    city = StrictIntegerField(required=False, allow_null=True, help_text="A GeoNames id.")
    service_area = StrictListField(child=CountryField(), max_length=250, required=False, default=list)
    radius_km = _count("radius_km")
    remote = StrictBooleanField(required=False, default=False)
    languages = StrictListField(child=LanguageField(), max_length=MOST_LANGUAGES, required=False, default=list)
    features = _features(default=list)
    contact = ContactIn()
    verified_features = _features()
    vetting_valid_until = DayField(required=False)


class PauseIn(ReasonIn):
    """Why an offer stops for a while, or nothing."""

    reasons = PauseReason


class PledgeWithdrawIn(ReasonIn):
    """Why an offer is taken back, or nothing."""

    reasons = WithdrawReason


class PledgeOut(serializers.Serializer[Any]):
    """An offer as the organisation that brought it reads it."""

    id = IdField("pl")
    kind = serializers.ChoiceField(choices=Kind.choices)
    status = serializers.ChoiceField(choices=STATES)
    units_total = StrictIntegerField()
    units_held = StrictIntegerField()
    unit = serializers.ChoiceField(choices=sorted({kind.unit for kind in found().values()}))
    max_party = StrictIntegerField()
    exclusive = serializers.BooleanField()
    availability = RangeSerializer(many=True)
    notice_days = StrictIntegerField()
    min_stay_days = StrictIntegerField()
    max_stay_days = StrictIntegerField(allow_null=True)
    country = CountryField()
    region = RegionField(allow_null=True)
    city = StrictIntegerField(allow_null=True)
    service_area = serializers.ListField(child=CountryField())
    radius_km = StrictIntegerField(allow_null=True)
    remote = serializers.BooleanField()
    languages = serializers.ListField(child=LanguageField())
    features = serializers.ListField(child=serializers.ChoiceField(choices=Feature.choices))
    verified_features = serializers.ListField(child=serializers.ChoiceField(choices=Feature.choices))
    vetting_valid_until = serializers.DateField(allow_null=True)
    confirm_by = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


def pledge_out(row: Row) -> dict[str, Any]:
    """Return a pledge's members; `row` is a mapping of Pledges.columns."""
    return {**row, "unit": kind_of(row["kind"]).unit, "region": row["region"] or None}


class PledgeFilters(ListFilters):
    """What a list of pledges can be narrowed by."""

    status = django_filters.ChoiceFilter(choices=STATES)
    kind = django_filters.ChoiceFilter(choices=Kind.choices)
    country = django_filters.CharFilter(validators=[RegexValidator(r"^[A-Z]{2}\Z")], help_text="ISO 3166-1 alpha-2.")


def words_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body as the words of the deeds: `values` or `changes`, `contact` if it was sent, and `claimed`."""
    values = dict(body)
    claimed = {name: values.pop(name) for name in CLAIMS if name in values}
    contact = values.pop("contact", None)
    if "provider" in values:
        values["provider_type"] = values.pop("provider")["type"]
    return {"values": values, "contact": Contact(**contact) if contact else None, "claimed": claimed}


def addresses_in(rows: Iterable[Any]) -> Iterator[str]:
    """Yield the e-mail addresses in the rows of a bulk request, whatever else may be wrong with them."""
    for row in rows:
        contact = row.get("contact") if isinstance(row, Mapping) else None
        email = contact.get("email") if isinstance(contact, Mapping) else None
        if isinstance(email, str) and email.isprintable() and 0 < len(email) <= LENGTHS["email"]:
            yield email


class Pledges(Resource):
    """`/pledges`: bringing offers of help, keeping them true, taking them back."""

    prefix = "pl"
    scopes = {
        "list": "pledges:read",
        "retrieve": "pledges:read",
        "create": "pledges:write",
        "bulk": "pledges:write",
        "partial_update": "pledges:write",
        "pause": "pledges:write",
        "resume": "pledges:write",
        "withdraw": "pledges:write",
    }
    bodies = {
        "create": PledgeIn,
        "partial_update": PledgeIn,
        "bulk": BulkIn,
        "pause": PauseIn,
        "withdraw": PledgeWithdrawIn,
    }
    shape = PledgeOut
    shapes = {"bulk": BulkOut}
    columns = (
        "id", "kind", "status", "units_total", "units_held", "max_party", "exclusive", "availability", "notice_days",
        "min_stay_days", "max_stay_days", "country", "region", "city", "service_area", "radius_km", "remote",
        "languages", "features", "verified_features", "vetting_valid_until", "confirm_by", "created_at", "updated_at",
    )  # fmt: skip
    lines = Lines(
        Pledge,
        {
            **dict(zip(columns, columns, strict=True)),
            "region": ("region", lambda region: region or None),
            "unit": ("kind", lambda kind: kind_of(kind).unit),
        },
    )
    filters = PledgeFilters
    examples = {
        "create": {
            "kind": "housing",
            "units_total": 2,
            "provider": {"type": "person"},
            "max_party": 3,
            "availability": [{"from": "2027-01-01", "until": "2027-12-31"}],
            "notice_days": 2,
            "country": "DE",
            "region": "DE-BE",
            "languages": ["en", "ru"],
            "features": ["lgbtq_affirming", "quiet"],
            "contact": {"name": "A. Helper", "email": "helper@example.org", "address": "Example Street 1"},
        }
    }

    def rows(self) -> PledgeQuerySet:
        """Return the caller's own pledges, without drafts."""
        return Pledge.objects.visible_to(self.principal.organisation).submitted()

    def show(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Return pledges in full, less the contact."""
        return [pledge_out(row) for row in rows]

    def list(self, request: Request) -> HttpResponse:
        """List the caller's own pledges."""
        return self.listed()

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """Read one pledge."""
        return self.shown(pk)

    def create(self, request: Request) -> HttpResponse:
        """Bring an offer: it is vetted first, or active at once where the organisation is trusted for providers."""
        blind = {} if self.repeated() else blinded(addresses_in([request.data]))
        return self.created(lambda body: self._bring(body, blind))

    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> HttpResponse:
        """Bring up to 1,000 offers; a result per row."""
        rows = self.body()["rows"]
        blind = {} if self.repeated() else blinded(addresses_in(rows))
        prefetch_related_objects([self.principal.organisation], "trust_grants")  # asked of every row
        return self.once(lambda: bulk(self.request, rows, shape=PledgeIn, deed=lambda body: self._bring(body, blind)))

    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change an offer. Another kind, provider, place or contact has it vetted again, unless you are trusted."""
        return self.patched(pk, self._change)

    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> HttpResponse:
        """Stop an active offer for a while."""
        return self.acted(pk, self._pause, done="paused")

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> HttpResponse:
        """Take up a paused offer, or say of an active one that it is still so: either moves `confirm_by` on.

        One whose checks have lapsed goes back to vetting.
        """
        return self.acted(pk, self._resume)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> HttpResponse:
        """Take an offer back and free what it promised."""
        return self.acted(pk, self._withdraw, done="withdrawn")

    def _bring(self, body: Mapping[str, Any], blind: Mapping[str, bytes]) -> Pledge:
        return create_from_api(
            organisation=self.principal.organisation,
            by=self.principal.actor,
            at=self.at,
            blind=blind.get(body["contact"].get("email", "")),
            **words_of(body),
        )

    def _change(self, pledge: Pledge, body: Mapping[str, Any]) -> Pledge:
        words = words_of(body)
        return edit(pledge=pledge, changes=words.pop("values"), by=self.principal.actor, at=self.at, **words)

    def _pause(self, pledge: Pledge, body: Mapping[str, Any]) -> Pledge:
        return pause(pledge=pledge, by=self.principal.actor, at=self.at, why=body.get("reason", ""))

    def _resume(self, pledge: Pledge, body: Mapping[str, Any]) -> Pledge:
        deed = confirm if pledge.status == PledgeStatus.ACTIVE else resume
        return deed(pledge=pledge, by=self.principal.actor, at=self.at)

    def _withdraw(self, pledge: Pledge, body: Mapping[str, Any]) -> Pledge:
        by, why = self.principal.actor, body.get("reason", "")
        pledge = locked(pledge)
        pledge.moves.check(old=pledge.status, new=PledgeStatus.WITHDRAWN)
        free_pledge(pledge=pledge, by=by, at=self.at, why=why or "withdrawn")
        return withdraw(pledge=pledge, by=by, at=self.at, why=why)
