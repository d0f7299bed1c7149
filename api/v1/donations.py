"""Donations: started here, paid on Stripe's page, told here."""

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api.bodies import (
    IdField,
    MoneyField,
    MoneyShape,
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictListField,
    StrictSerializer,
)
from api.idempotency.keys import required_key
from api.idempotency.leased import leased
from api.lists import ListFilters
from api.resources import Body, Resource
from api.v1.return_urls import is_allowed
from donations.funds.models import Fund
from donations.giving.begin import MOST_FUNDS, begin
from donations.giving.breaker.admitting import admit_client
from donations.giving.checkout import open_checkout
from donations.giving.models import Donation
from donations.giving.states import DonationStatus, PublicStatus
from donations.giving.status import Shown, shown
from donations.recurring.begin import begin_recurring
from donations.recurring.states import GiftInterval
from kernel.states import Refusal

INTERVALS = [(value, value) for value in GiftInterval.values]


class ShareIn(StrictSerializer):
    """A part of a gift: a fund, and a whole-number share."""

    fund = IdField("fd")
    share = StrictIntegerField(min_value=1, max_value=1_000_000)


class DonationIn(StrictSerializer):
    """A gift to one `fund`, or to several by `split`."""

    fund = IdField("fd", required=False)
    split = StrictListField(child=ShareIn(), required=False, min_length=1, max_length=MOST_FUNDS)
    amount = MoneyField()
    interval = StrictChoiceField(
        choices=INTERVALS,
        required=False,
        allow_null=True,
        default=None,
        help_text="How often: null is once. The answer then names the recurring donation that begins.",
    )
    anonymous = StrictBooleanField(default=True)
    cover_fee = StrictBooleanField(default=False)
    return_url = StrictCharField(
        required=False,
        max_length=500,
        pattern=r"https?://[^\s]+",
        help_text="Where the donor comes back to, within what this client was given. Without it: our own page.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the body. Raises ValidationError `fund_or_split` unless exactly one of the two is there."""
        if ("fund" in attrs) == ("split" in attrs):
            raise serializers.ValidationError({"fund": "Name a fund, or a split, not both."}, code="fund_or_split")
        return attrs


class ShareOut(serializers.Serializer[Any]):
    """What went to one fund of a gift."""

    fund = serializers.CharField()
    share = serializers.IntegerField()
    amount = MoneyShape()


class DonationOut(serializers.Serializer[Any]):
    """A donation. Nothing in it says who gave."""

    id = serializers.CharField()
    status = serializers.ChoiceField(choices=[value for value, _ in PublicStatus.choices])
    recurring = serializers.CharField(allow_null=True, help_text="The recurring donation it is an instalment of.")
    interval = serializers.ChoiceField(choices=INTERVALS, allow_null=True)
    livemode = serializers.BooleanField()
    fund = serializers.CharField(allow_null=True, help_text="Null if it was split.")
    split = ShareOut(many=True)
    amount = MoneyShape(help_text="What was asked for.")
    total = MoneyShape(help_text="What is paid: the amount, and what covers the fee.")
    amount_refunded = MoneyShape()
    fee = MoneyShape(allow_null=True, help_text="What the payment cost; null until it is booked.")
    net = MoneyShape(allow_null=True, help_text="What arrived: gross less fee; null until it is booked.")
    anonymous = serializers.BooleanField()
    cover_fee = serializers.BooleanField()
    checkout_url = serializers.CharField(allow_null=True, help_text="Where to pay, while it can be paid.")
    created_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


def donation_out(row: Shown) -> Body:
    """Return what `DonationOut` declares."""
    donation, books = row.donation, row.books
    parts = [
        {"fund": part.fund_id, "share": part.share, "amount": {"minor": part.minor, "currency": donation.currency}}
        for part in donation.allocations.all()
    ]
    payable = donation.status == DonationStatus.PENDING and donation.checkout_url
    return {
        "id": donation.pk,
        "status": str(row.status),
        "recurring": donation.recurring_id,
        "interval": donation.recurring.interval if donation.recurring else None,
        "livemode": donation.livemode,
        "fund": parts[0]["fund"] if len(parts) == 1 else None,
        "split": parts,
        "amount": donation.amount,
        "total": donation.total,
        "amount_refunded": books.refunded,
        "fee": books.fee,
        "net": books.net,
        "anonymous": donation.anonymous,
        "cover_fee": donation.cover_fee,
        "checkout_url": donation.checkout_url if payable else None,
        "created_at": donation.created_at,
        "paid_at": donation.paid_at,
        "updated_at": donation.updated_at,
    }


class DonationFilters(ListFilters):
    """By the state of the payment, and by fund."""

    status = django_filters.ChoiceFilter(choices=DonationStatus.choices, help_text="The state of the payment itself.")
    fund = django_filters.CharFilter(field_name="allocations__fund", max_length=40)


class Donations(Resource):
    """Donations that this organisation's clients started; for the operator, all of them."""

    prefix = "dn"
    scopes = {"list": "donations:read", "retrieve": "donations:read", "create": "donations:write"}
    bodies = {"create": DonationIn}
    shape = DonationOut
    filters = DonationFilters
    examples = {"create": {"fund": "fd_" + "a" * 26, "amount": {"minor": 2500, "currency": "EUR"}, "interval": None}}

    def rows(self) -> QuerySet[Donation]:
        """Return the donations the caller may see."""
        return (
            Donation.objects.visible_to(self.principal.organisation)
            .select_related("recurring")
            .prefetch_related("allocations")
        )

    def show(self, rows: Sequence[Donation]) -> list[Body]:
        """Return the donations, with what the ledger says of each."""
        return [donation_out(row) for row in shown(rows)]

    def list(self, request: Request) -> HttpResponse:
        """List donations."""
        return self.listed()

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """Read one donation."""
        return self.shown(pk)

    def create(self, request: Request) -> HttpResponse:
        """Start a donation: send the donor to `checkout_url`, and hear of it by reading it again."""
        return leased(required_key(request), begin=self._begin, finish=self._finish, at=self.at)

    def _begin(self) -> str:
        """Write the pending donation and return its id."""
        body, client = self.body(), self.principal.client
        return_url = body.get("return_url", "")
        if return_url and not is_allowed(return_url, client.return_urls):
            raise Refusal("return_url_not_allowed", "This client may not send donors there.", "return_url")
        admit_client(self.principal.actor, at=self.at)
        asked: dict[str, Any] = {
            "split": _funds_of(body),
            "amount": body["amount"],
            "return_url": return_url or f"{settings.PUBLIC_URL.rstrip('/')}/thanks/",
            "at": self.at,
            "by": self.principal.actor,
            "organisation": self.principal.organisation,
            "cover_fee": body["cover_fee"],
            "anonymous": body["anonymous"],
        }
        if body["interval"]:
            return begin_recurring(interval=body["interval"], **asked).pk
        return begin(**asked).pk

    def _finish(self, pk: str) -> HttpResponse:
        """Open the page it is paid on, and answer."""
        open_checkout(Donation.objects.get(pk=pk), at=self.at)
        return self.new(pk)


def _funds_of(body: Mapping[str, Any]) -> list[tuple[Fund, int]]:
    """Return the funds a body names, with their shares. Raises Refusal `unknown_reference`."""
    parts = body["split"] if "split" in body else [{"fund": body["fund"], "share": 1}]
    funds = Fund.objects.in_bulk([part["fund"] for part in parts])
    for i, part in enumerate(parts):
        if part["fund"] not in funds:
            where = f"split.{i}.fund" if "split" in body else "fund"
            raise Refusal("unknown_reference", "There is no such fund.", where)
    return [(funds[part["fund"]], part["share"]) for part in parts]
