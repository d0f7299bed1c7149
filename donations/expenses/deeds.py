"""Booking what was spent, and taking back what was booked by mistake."""

from datetime import UTC, date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from donations.expenses.models import Expense, ExpenseCategory
from donations.funds.models import Fund
from donations.ledger.book import Line, book
from donations.ledger.limits import check_day, check_second
from donations.ledger.models import Purpose, TransactionKind
from kernel import audit
from kernel.money import Money
from kernel.states import Refusal


@transaction.atomic
def book_expense(*, fund: Fund, category: str, amount: Money, spent_on: date, by: str, at: datetime) -> Expense:
    """Write an expense and book it: out of the bank, onto the fund's account of that category.

    Raises Refusal `amount_too_small`, `unknown_category`, `date_in_future`, `date_long_ago`.
    """
    if category not in ExpenseCategory.values:
        raise Refusal("unknown_category", _("Choose one of the categories."), "category")
    if amount.minor < 1:
        raise Refusal("amount_too_small", _("An expense is more than nothing."), "amount")
    if spent_on > at.date():
        raise Refusal("date_in_future", _("This day is still to come: book it once it is paid."), "spent_on")
    check_day(spent_on, at=at, field="spent_on")
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


@transaction.atomic
def reverse_expense(expense: Expense, *, by: str, at: datetime) -> Expense:
    """Take back what was booked by mistake: the ledger then holds the expense and its opposite.

    Another person than the one who booked it does that. Raises Refusal `second_person_needed`, `illegal_transition`.
    """
    held = Expense.objects.select_for_update().select_related("fund").get(pk=expense.pk)
    check_second(asked_by=held.booked_by, by=by)
    if held.reversed_at:
        raise Refusal("illegal_transition", _("This was taken back already."), state="reversed", legal=[])
    held.reversed_at, held.reversed_by = at, by
    held.save(update_fields=["reversed_at", "reversed_by"])
    book(
        kind=TransactionKind.CORRECTION,
        external_ref=f"{held.pk}:reversed",
        subject=held.pk,
        lines=[Line(Purpose.BANK, held.amount), Line(Purpose.EXPENSES, -held.amount, held.fund, held.category)],
        occurred_at=at,
        at=at,
    )
    audit.record(by, "expense.reverse", held.pk, at=at)
    return held
