"""Booking what was spent."""

from datetime import UTC, date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from donations.expenses.models import Expense, ExpenseCategory
from donations.funds.models import Fund
from donations.ledger.book import Line, book
from donations.ledger.models import Purpose, TransactionKind
from kernel import audit
from kernel.money import Money
from kernel.states import Refusal


@transaction.atomic
def book_expense(*, fund: Fund, category: str, amount: Money, spent_on: date, by: str, at: datetime) -> Expense:
    """Write an expense and book it: out of the bank, onto the fund's account of that category.

    Raises Refusal `amount_too_small`, `unknown_category`, `date_in_future`.
    """
    if category not in ExpenseCategory.values:
        raise Refusal("unknown_category", _("Choose one of the categories."), "category")
    if amount.minor < 1:
        raise Refusal("amount_too_small", _("An expense is more than nothing."), "amount")
    if spent_on > at.date():
        raise Refusal("date_in_future", _("This day is still to come: book it once it is paid."), "spent_on")
    expense = Expense.objects.create(
        fund=fund,
        category=category,
        amount_minor=amount.minor,
        currency=amount.currency,
        spent_on=spent_on,
        booked_by=by,
        created_at=at,
    )
    book(
        kind=TransactionKind.EXPENSE,
        external_ref=expense.pk,
        subject=expense.pk,
        lines=[Line(Purpose.EXPENSES, amount, fund, category), Line(Purpose.BANK, -amount)],
        occurred_at=datetime.combine(spent_on, time(), UTC),
        at=at,
    )
    audit.record(by, "expense.book", expense.pk, at=at)
    return expense
