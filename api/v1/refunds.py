"""Refunds of a donation."""

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api.bodies import MoneyField, MoneyShape, StrictChoiceField, StrictSerializer
from api.lists import ListFilters
from api.resources import Body, Resource
from donations.giving.models import Donation
from donations.refunds.deeds import request_refund
from donations.refunds.models import Refund, RefundReason, RefundStatus
from kernel import ids

REASONS = [(str(reason), str(reason)) for reason in RefundReason if reason != RefundReason.DASHBOARD]


class RefundIn(StrictSerializer):
    """How much goes back, and why. Without an amount: all that is left."""

    amount = MoneyField(required=False)
    reason = StrictChoiceField(choices=REASONS)


class RefundOut(serializers.Serializer[Any]):
    """A refund."""

    id = serializers.CharField()
    donation = serializers.CharField()
    status = serializers.ChoiceField(choices=[value for value, _ in RefundStatus.choices])
    amount = MoneyShape()
    reason = serializers.ChoiceField(choices=[value for value, _ in RefundReason.choices])
    failure = serializers.CharField(allow_null=True, help_text="Why it failed: a code.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


def refund_out(refund: Refund) -> Body:
    """Return what `RefundOut` declares."""
    return {
        "id": refund.pk,
        "donation": refund.donation_id,
        "status": refund.status,
        "amount": refund.amount,
        "reason": refund.reason,
        "failure": refund.failure or None,
        "created_at": refund.created_at,
        "updated_at": refund.updated_at,
    }


class Refunds(Resource):
    """The refunds of one donation. A refund is sent soon after it is asked for: read it again to see how it went."""

    prefix = "rf"
    parents = {"donation_id": "dn"}
    scopes = {"list": "donations:read", "retrieve": "donations:read", "create": "donations:refund"}
    bodies = {"create": RefundIn}
    shape = RefundOut
    filters = ListFilters
    examples = {"create": {"amount": {"minor": 500, "currency": "EUR"}, "reason": "requested_by_donor"}}

    @property
    def donation(self) -> Donation:
        """The donation of the path. Raises Http404 if the caller may not see it."""
        wanted = self.kwargs["donation_id"]
        if not re.fullmatch(ids.pattern("dn"), wanted):
            raise Http404
        found = Donation.objects.visible_to(self.principal.organisation).filter(pk=wanted).first()
        if found is None:
            raise Http404
        return found

    def rows(self) -> QuerySet[Refund]:
        """Return the refunds of the donation."""
        return Refund.objects.filter(donation=self.donation)

    def show(self, rows: Sequence[Refund]) -> list[Body]:
        """Return the refunds."""
        return [refund_out(refund) for refund in rows]

    def list(self, request: Request, donation_id: str) -> HttpResponse:
        """List the refunds of a donation."""
        return self.listed()

    def retrieve(self, request: Request, donation_id: str, pk: str) -> HttpResponse:
        """Read one refund."""
        return self.shown(pk)

    def create(self, request: Request, donation_id: str) -> HttpResponse:
        """Refund a donation, in whole or in part."""
        donation = self.donation
        return self.created(
            lambda body: request_refund(
                donation, reason=body["reason"], amount=body.get("amount"), by=self.principal.actor, at=self.at
            )
        )
