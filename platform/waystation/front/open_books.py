"""The open books: income and spending, month by month, and what one household's help has come to. For anyone."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_name
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from donations.expenses.models import ExpenseCategory
from donations.funds.open_books import Entry, FundLine, OpenBook, entries, open_books, spent_until
from kernel.money import Money, exponent
from kernel.shell.columns import Column, columns
from kernel.shell.plots import Bar, bars
from offers.impact.public import public_months

COLUMNS = ("month", "currency", "fund", "kind", "category", "amount", "minor")
SMALL = 320  # how wide a plot is drawn that stands beside others


@dataclass(frozen=True, slots=True)
class Shown:
    """A currency on the page: its words, its sums over the months shown, and its plots."""

    name: str
    code: str
    first: str
    brought: Money
    raised: Money
    spent: Money
    left: Money
    by_month: SafeString
    by_category: SafeString
    funds: list[FundLine]
    spends: bool


@dataclass(frozen=True, slots=True)
class PerHousehold:
    """What helping one household has come to at most, from two public figures; and how that went over the months."""

    amount: Money
    spent: Money
    households: int
    month: str
    by_month: SafeString


@require_safe
def transparency(request: HttpRequest) -> HttpResponse:
    """Show what came in, what was spent and what is left, as plots with their tables."""
    told = entries()
    books = [_shown(book) for book in open_books(told)]
    context = {
        "books": [book for book in books if book.spends],
        "others": [book for book in books if not book.spends],
        "households": _households(told, public_months()),
    }
    return render(request, "front/open_books.html", context)


@require_safe
def transparency_csv(request: HttpRequest) -> HttpResponse:
    """Hand out the same figures as CSV: a line for each month, fund, currency and category."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="waystation-open-books.csv"'
    write = csv.writer(answer).writerow
    write(COLUMNS)
    for one in entries():
        kind, amount = "spending" if one.category else "income", one.amount
        month = f"{one.month:%Y-%m}"
        write([month, amount.currency, one.fund.slug, kind, one.category, amount.decimal_text(), amount.minor])
    return answer


def _shown(book: OpenBook) -> Shown:
    name, spends = _named(book.currency), bool(book.categories)
    nothing = Money(0, book.currency)
    raised = sum((month.raised for month in book.months), nothing)
    spent = sum((month.spent for month in book.months), nothing)
    return Shown(
        name=name,
        code=book.currency,
        first=_month(book.months[0].month),
        brought=book.brought,
        raised=raised,
        spent=spent,
        left=book.left,
        by_month=_by_month(book, name, raised, spent),
        by_category=bars(
            title=gettext("%(currency)s: what it was spent on") % {"currency": name},
            rows=[
                Bar(str(ExpenseCategory(word).label), max(0.0, _size(sum_)), _words(sum_))
                for word, sum_ in book.categories
            ],
        ),
        funds=book.funds,
        spends=spends,
    )


def _by_month(book: OpenBook, name: str, raised: Money, spent: Money) -> SafeString:
    spends = bool(book.categories)
    words = {
        "currency": name,
        "first": _month(book.months[0].month),
        "last": _month(book.months[-1].month),
        "raised": _words(raised),
        "spent": _words(spent),
    }
    summary = (
        gettext("From %(first)s to %(last)s %(raised)s came in and %(spent)s was spent.")
        if spends
        else gettext("From %(first)s to %(last)s %(raised)s came in.")
    )
    return columns(
        title=(gettext("%(currency)s: month by month") if spends else gettext("%(currency)s: came in")) % words,
        summary=summary % words,
        series=[gettext("Came in"), gettext("Was spent")][: 2 if spends else 1],
        rows=[_column(month.month, [month.raised, month.spent][: 2 if spends else 1]) for month in book.months],
        mark=_mark,
        when=gettext("Month"),
        width=640 if spends else SMALL,
    )


def _households(told: Sequence[Entry], frozen: Sequence[dict[str, object]]) -> list[PerHousehold]:
    """Return one line a currency; none while the number of households is withheld. The number is floored to tens, so
    the quotient is no lower than the truth, and is rounded up to the whole unit."""
    helped = {
        date.fromisoformat(f"{row['month']}-01"): row["households_helped"]
        for row in reversed(frozen)
        if isinstance(row["households_helped"], int) and row["households_helped"]
    }
    if not helped:
        return []
    last = max(helped)
    shown = []
    for code, total in sorted(spent_until(told, last).items()):
        quotients = [
            (month, _each(sums[code], count))
            for month, count in list(helped.items())[-12:]
            if code in (sums := spent_until(told, month)) and sums[code].minor > 0
        ]
        if not quotients or total.minor <= 0:
            continue
        amount = _each(total, helped[last])
        plot = columns(
            title=gettext("%(currency)s for each household helped") % {"currency": _named(code)},
            summary=gettext("By %(month)s it was %(amount)s at most.")
            % {"month": _month(last), "amount": _words(amount)},
            series=[gettext("At most")],
            rows=[_column(month, [each]) for month, each in quotients],
            mark=_mark,
            when=gettext("By the end of"),
        )
        shown.append(PerHousehold(amount, total, helped[last], _month(last), plot))
    return shown


def _each(total: Money, households: int) -> Money:
    unit = 10 ** exponent(total.currency)
    return Money(-(-total.minor // (households * unit)) * unit, total.currency)


def _column(month: date, amounts: Sequence[Money]) -> Column:
    return Column(
        label=_month(month),
        short=format_date(month, "LLL", locale=_locale()).rstrip("."),
        sizes=tuple(_size(amount) for amount in amounts),
        shown=tuple(_words(amount) for amount in amounts),
    )


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")


def _month(month: date) -> str:
    return format_date(month, "LLLL y", locale=_locale())


def _named(currency: str) -> str:
    name = get_currency_name(currency, locale=_locale())
    return name[:1].upper() + name[1:]


def _words(amount: Money) -> str:
    return amount.formatted(get_language() or "en")


def _size(amount: Money) -> float:
    unit: int = 10 ** exponent(amount.currency)
    return amount.minor / unit


def _mark(size: float) -> str:
    return format_decimal(Decimal(str(size)), locale=_locale())
