"""Funds: what came in and went out, and what a fund says of itself."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from donations.alarms.looking import standing_alarms
from donations.disputes.models import Dispute
from donations.expenses.models import ExpenseCategory
from donations.funds.deeds import change_fund, open_fund
from donations.funds.models import Fund
from donations.funds.public import public_funds
from donations.giving.breaker.stopping import standing_stop
from donations.giving.models import Donation
from donations.ledger.queries import Booked, booked, spent
from donations.pages.console.forms import FundForm, refuse
from donations.pages.console.waiting import something_waits
from donations.recurring.models import RecurringGift
from donations.webhooks.models import EventState, InboxEvent
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.accounts.rules import may
from kernel.money import Money
from kernel.states import Refusal

LABELS = dict(ExpenseCategory.choices)


@dataclass(frozen=True, slots=True)
class Row:
    """A fund's figures in one currency, as money."""

    gross: Money
    fees: Money
    refunded: Money
    disputed: Money
    net: Money


@require_GET
@console("donations.see_money")
def money(request: HttpRequest) -> HttpResponse:
    """Show every fund: to the operator's finance what is booked to the cent, to others what the public sees."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    exact = may(member, "donations.keep_books")
    watches = may(member, "donations.watch_events")
    context = {
        "exact": exact,
        "funds": _exact() if exact else [],
        "public": [] if exact else public_funds(include_closed=True),
        "mismatched": Donation.objects.mismatched().count() if exact else 0,
        "odd_recurring": RecurringGift.objects.mismatched().count() if exact else 0,
        "aside": InboxEvent.objects.filter(state=EventState.POISON).count() if watches else 0,
        "disputed": Dispute.objects.filter(evidence_due__gt=timezone.now()).count() if exact else 0,
        "may_see_events": watches,
        "may_stop": may(member, "donations.stop_giving"),
        "alarms": standing_alarms() if watches else [],
        "stopped": standing_stop() if watches else None,
        "waiting": may(member, "donations.agree") and something_waits(),
    }
    return render(request, "donations/console/money.html", context)


def _exact() -> list[dict[str, Any]]:
    funds = list(Fund.objects.order_by("position", "name"))
    books, spending = booked(funds), spent(funds)
    return [
        {
            "fund": fund,
            "rows": [_row(row) for row in books[fund.pk]],
            "spent": [(LABELS.get(category, category), amount) for category, amount in spending[fund.pk]],
        }
        for fund in funds
    ]


def _row(row: Booked) -> Row:
    currency = row["currency"]
    return Row(
        gross=Money(row["gross"], currency),
        fees=Money(row["fees"], currency),
        refunded=Money(row["refunded"], currency),
        disputed=Money(row["disputed"], currency),
        net=Money(row["net"], currency),
    )


@require_http_methods(["GET", "POST"])
@console("donations.keep_books")
def fund_new(request: HttpRequest) -> HttpResponse:
    """Open a fund."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    form = FundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            fund = open_fund(
                slug=form.cleaned_data["slug"], terms=form.terms(), by=member.user.actor, at=timezone.now()
            )
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The fund %(name)s is open.") % {"name": fund.name})
            return redirect("donations:money")
    return render(request, "donations/console/fund.html", {"form": form, "fund": None}, status=_status(form))


@require_http_methods(["GET", "POST"])
@console("donations.keep_books")
def fund_edit(request: HttpRequest, fund_id: str) -> HttpResponse:
    """Change a fund."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    fund = get_object_or_404(Fund, pk=fund_id)
    form = FundForm(request.POST or None, fund=fund)
    if request.method == "POST" and form.is_valid():
        change_fund(fund, terms=form.terms(), by=member.user.actor, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("donations:money")
    return render(request, "donations/console/fund.html", {"form": form, "fund": fund}, status=_status(form))


def _status(form: FundForm) -> int:
    return 422 if form.is_bound and form.errors else 200
