"""Recurring donations: begun by `POST /donations` with an interval, paused, taken up again and ended here."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api.bodies import MoneyShape
from api.lists import ListFilters
from api.resources import Body, Resource
from donations.recurring.deeds import cancel, pause, resume
from donations.recurring.models import RecurringGift
from donations.recurring.states import GiftInterval, RecurringStatus


class RecurringShareOut(serializers.Serializer[Any]):
    """For what each instalment is given: a fund, and a whole-number share."""

    fund = serializers.CharField()
    share = serializers.IntegerField()


class RecurringDonationOut(serializers.Serializer[Any]):
    """A recurring donation. Nothing in it says who gives; what was paid are the donations that name it."""

    id = serializers.CharField()
    status = serializers.ChoiceField(choices=[value for value, _ in RecurringStatus.choices])
    interval = serializers.ChoiceField(choices=[value for value, _ in GiftInterval.choices])
    livemode = serializers.BooleanField()
    fund = serializers.CharField(allow_null=True, help_text="Null if it is split.")
    split = RecurringShareOut(many=True)
    amount = MoneyShape(help_text="What was asked for, each time.")
    total = MoneyShape(help_text="What is paid each time: the amount, and what covers the fee.")
    anonymous = serializers.BooleanField()
    cover_fee = serializers.BooleanField()
    next_at = serializers.DateTimeField(allow_null=True, help_text="When the next instalment is due.")
    ends_at = serializers.DateTimeField(allow_null=True, help_text="When it will end, if that is decided.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


def recurring_out(gift: RecurringGift) -> Body:
    """Return what `RecurringDonationOut` declares."""
    parts = [{"fund": part.fund_id, "share": part.share} for part in gift.shares.all()]
    return {
        "id": gift.pk,
        "status": gift.status,
        "interval": gift.interval,
        "livemode": gift.livemode,
        "fund": parts[0]["fund"] if len(parts) == 1 else None,
        "split": parts,
        "amount": gift.amount,
        "total": gift.total,
        "anonymous": gift.anonymous,
        "cover_fee": gift.cover_fee,
        "next_at": gift.next_at,
        "ends_at": gift.ends_at,
        "created_at": gift.created_at,
        "updated_at": gift.updated_at,
    }


class RecurringFilters(ListFilters):
    """By state."""

    status = django_filters.ChoiceFilter(choices=RecurringStatus.choices)


class RecurringDonations(Resource):
    """Recurring donations that this organisation's clients started; for the operator, all of them."""

    prefix = "rd"
    scopes = {
        "list": "donations:read",
        "retrieve": "donations:read",
        "pause": "donations:write",
        "resume": "donations:write",
        "cancel": "donations:write",
    }
    shape = RecurringDonationOut
    filters = RecurringFilters

    def rows(self) -> QuerySet[RecurringGift]:
        """Return the recurring donations the caller may see."""
        return RecurringGift.objects.visible_to(self.principal.organisation).prefetch_related("shares")

    def show(self, rows: Sequence[RecurringGift]) -> list[Body]:
        """Return the recurring donations."""
        return [recurring_out(gift) for gift in rows]

    def list(self, request: Request) -> HttpResponse:
        """List recurring donations."""
        return self.listed()

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """Read one recurring donation."""
        return self.shown(pk)

    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> HttpResponse:
        """Collect nothing until it goes on; what falls due meanwhile is void. Stripe follows within moments."""
        return self.acted(pk, lambda gift, _body: pause(gift=gift, by=self.principal.actor, at=self.at), done="paused")

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> HttpResponse:
        """Let a paused one go on, from the next instalment."""
        return self.acted(pk, lambda gift, _body: resume(gift=gift, by=self.principal.actor, at=self.at), done="active")

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> HttpResponse:
        """End it for good. What was paid stays paid: a refund is asked for by donation."""
        return self.acted(
            pk, lambda gift, _body: cancel(gift=gift, by=self.principal.actor, at=self.at), done="canceled"
        )
