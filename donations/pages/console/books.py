"""The books: what every account holds on a day, whether Stripe's books agree, and the journal."""

from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from donations.expenses.models import ExpenseCategory
from donations.funds.models import Fund
from donations.ledger.journal import lines
from donations.ledger.models import Purpose
from donations.ledger.queries import balances
from donations.payouts.comparing import compare, compare_payouts, listed_until, month_bounds, unread
from donations.payouts.models import Payout, UnreadRow
from kernel.accounts.access import console
from kernel.shell.forms import DateInput

MONTHS_SHOWN = 12
MOST_ROWS = 200
CATEGORIES = dict(ExpenseCategory.choices)


class AccountsForm(forms.Form):
    """`fund` (id, or empty for the whole house), `on` (a day; empty: now)."""

    fund = forms.ChoiceField(label=_("Fund"), required=False)
    on = forms.DateField(label=_("At the end of"), required=False, widget=DateInput)

    def __init__(self, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type] # the query of a request
        choose = self.fields["fund"]
        if isinstance(choose, forms.ChoiceField):
            choose.choices = [
                ("", _("The whole house")),
                *((fund.pk, fund.shown_name) for fund in Fund.objects.order_by("position", "name")),
            ]


class JournalForm(forms.Form):
    """`start`, `end`: days, both included; empty: all there is."""

    start = forms.DateField(label=_("From"), required=False, widget=DateInput)
    end = forms.DateField(label=_("Until"), required=False, widget=DateInput)


@require_GET
@console("donations.keep_books")
def accounts(request: HttpRequest) -> HttpResponse:
    """Show what every account holds, now or on a day, of the house or of one fund."""
    return _accounts(request, AccountsForm(request.GET), JournalForm())


def _accounts(request: HttpRequest, form: AccountsForm, journal: JournalForm) -> HttpResponse:
    """Draw the page; of a day or a fund that is none it shows no figures, which would be another's."""
    asked = form.cleaned_data if form.is_valid() else None
    rows = balances(before=_day_after(asked["on"]), fund=asked["fund"]) if asked else []
    named = {fund.pk: fund.shown_name for fund in Fund.objects.all()}
    context = {
        "form": form,
        "rows": [
            (Purpose(purpose).label, named.get(fund, ""), CATEGORIES.get(category, category), amount)
            for purpose, fund, _name, category, amount in rows
            if amount
        ],
        "journal": journal,
    }
    status = 422 if form.errors or journal.errors else 200
    return render(request, "donations/console/accounts.html", context, status=status)


@require_GET
@console("donations.keep_books")
def journal(request: HttpRequest) -> HttpResponse:
    """Hand out the journal as CSV, line by line; a day that is none is said on the page it is asked for from."""
    form = JournalForm(request.GET)
    if not form.is_valid():
        return _accounts(request, AccountsForm({}), form)
    start, end = form.cleaned_data["start"], form.cleaned_data["end"]
    told = lines(start=datetime.combine(start, time(), UTC) if start else None, end=_day_after(end))
    answer = StreamingHttpResponse(
        told,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="journal.csv"'},
    )
    return cast("HttpResponse", answer)  # a door takes any answer; the stubs know only those that are whole


@require_GET
@console("donations.keep_books")
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Hold a month of our books against Stripe's, and its payouts against what is in them."""
    now = timezone.now()
    months = _months(now)
    chosen = request.GET.get("month", "")
    year, month = next(((y, m) for y, m in months if f"{y}-{m:02}" == chosen), months[0])
    start, end = month_bounds(year, month)
    known = listed_until()
    compared = compare(start, min(end, known)) if known and known > start else []
    standing = UnreadRow.objects.standing().order_by("-happened_at", "pk")
    payouts = Payout.objects.filter(created_at__gte=start, created_at__lt=end).order_by("-created_at", "pk")[:MOST_ROWS]
    context = {
        "months": [(f"{y}-{m:02}", date(y, m, 1)) for y, m in months],
        "month": f"{year}-{month:02}",
        "known": known,
        "compared": compared,
        "unread": unread(start, end).count(),
        "unread_rows": list(standing[:MOST_ROWS]),
        "unread_in_all": standing.count(),
        "rows": [row for one in compared for row in one.rows][:MOST_ROWS],
        "payouts": compare_payouts(payouts),
    }
    return render(request, "donations/console/reconciliation.html", context)


def _months(now: datetime) -> list[tuple[int, int]]:
    """Return the last months, this one first."""
    count = now.year * 12 + now.month - 1
    return [((count - back) // 12, (count - back) % 12 + 1) for back in range(MONTHS_SHOWN)]


def _day_after(day: date | None) -> datetime | None:
    """Return when a day is over; None for none, and for the last one of the calendar, after which nothing comes."""
    return datetime.combine(day + timedelta(days=1), time(), UTC) if day and day < date.max else None
