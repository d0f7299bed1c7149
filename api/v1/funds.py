"""Funds: what money is given for, and what became of it. Anyone may read them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api.auth.principal import Principal
from api.bodies import MoneyShape
from api.lists import ListFilters, TruthFilter
from api.resources import Body, Resource
from donations.funds.models import Fund
from donations.funds.public import PublicFund, public_fund
from donations.ledger.queries import Booked, booked
from kernel.money import CURRENCIES


class SpentOut(serializers.Serializer[Any]):
    """What went to one category of expense."""

    category = serializers.CharField()
    amount = MoneyShape()


class BookedOut(serializers.Serializer[Any]):
    """Exact figures in one currency, minor units: `net = gross - fees - refunded - disputed`."""

    currency = serializers.ChoiceField(choices=CURRENCIES)
    gross = serializers.IntegerField()
    fees = serializers.IntegerField()
    refunded = serializers.IntegerField()
    disputed = serializers.IntegerField()
    net = serializers.IntegerField()


class FundOut(serializers.Serializer[Any]):
    """A fund. `raised` and `spent` are public totals, which move daily at most and only after several gifts."""

    id = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField()
    goal = MoneyShape(allow_null=True)
    open = serializers.BooleanField(help_text="Whether it takes gifts now.")
    raised = serializers.ListField(child=MoneyShape(), help_text="Gross less refunds, an amount per currency.")
    spent = SpentOut(many=True)
    booked = BookedOut(many=True, required=False, help_text="Only for the operator's clients with donations:read.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


def fund_out(fund: Fund, public: PublicFund, exact: list[Booked] | None) -> Body:
    """Return what `FundOut` declares; without `booked` unless `exact` is given."""
    shown: Body = {
        "id": fund.pk,
        "name": public.name,
        "summary": public.summary,
        "goal": public.goal,
        "open": public.open,
        "raised": public.raised,
        "spent": [{"category": row.category, "amount": row.amount} for row in public.spent],
    }
    if exact is not None:
        shown["booked"] = exact
    return {**shown, "created_at": fund.created_at, "updated_at": fund.updated_at}


class FundFilters(ListFilters):
    """Open funds, or closed ones."""

    open = TruthFilter(field_name="is_open")


class Funds(Resource):
    """Funds, with their public totals."""

    prefix = "fd"
    scopes = {"list": "", "retrieve": ""}
    shape = FundOut
    filters = FundFilters

    def rows(self) -> QuerySet[Fund]:
        """Return all funds: they are nobody's secret."""
        return Fund.objects.prefetch_related("figures", "spending")

    def show(self, rows: Sequence[Fund]) -> list[Body]:
        """Return the funds, with the live books for those who keep them."""
        exact = booked(rows) if self._keeps_the_books() else {}
        return [fund_out(fund, public_fund(fund), exact.get(fund.pk)) for fund in rows]

    def list(self, request: Request) -> HttpResponse:
        """List funds."""
        return self.listed()

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """Read one fund."""
        return self.shown(pk)

    def _keeps_the_books(self) -> bool:
        user = self.request.user
        return isinstance(user, Principal) and user.organisation.is_operator and user.may("donations:read")
