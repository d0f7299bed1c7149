"""The public figures as books that anyone may read: currency by currency, month by month, fund by fund.

All of it is arithmetic over the published figures; the live books are not asked. Income counts in the month in which it
became public, spending in the month in which the money was spent.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from donations.funds.models import Fund, PublicFigureMonth, PublicSpendingMonth
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class Entry:
    """One published figure: what came into a fund or was spent from it in a month. `category` is empty for income."""

    month: date
    fund: Fund
    category: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Month:
    """Sums of one month. Either may be below zero where more was sent back or corrected than came in or was spent."""

    month: date
    raised: Money
    spent: Money


@dataclass(frozen=True, slots=True)
class FundLine:
    """Sums of one fund since the beginning."""

    fund: Fund
    raised: Money
    spent: Money

    @property
    def left(self) -> Money:
        """What came in and was not spent."""
        return self.raised - self.spent


@dataclass(frozen=True, slots=True)
class OpenBook:
    """One currency: `brought` is the balance before the first of `months`, everything else is since the beginning."""

    currency: str
    brought: Money
    months: list[Month]
    categories: list[tuple[str, Money]]  # largest first
    funds: list[FundLine]

    @property
    def raised(self) -> Money:
        """What came in, gross less what was sent back."""
        return _sum(self.currency, (line.raised for line in self.funds))

    @property
    def spent(self) -> Money:
        """What was spent."""
        return _sum(self.currency, (line.spent for line in self.funds))

    @property
    def left(self) -> Money:
        """What came in and was not spent."""
        return self.raised - self.spent


def entries() -> list[Entry]:
    """Return every published figure, oldest first, funds in their order, income before spending. Three queries."""
    funds = {fund.pk: fund for fund in Fund.objects.all()}
    found = []
    stood: dict[tuple[str, str], int] = {}
    for figure in PublicFigureMonth.objects.order_by("month"):
        key = (figure.fund_id, figure.currency)
        # a month's income is how far the figure moved in it
        amount = Money(figure.raised_minor - stood.get(key, 0), figure.currency)
        stood[key] = figure.raised_minor
        found.append(Entry(figure.month, funds[figure.fund_id], "", amount))
    for row in PublicSpendingMonth.objects.all():
        amount = Money(row.spent_minor, row.currency)
        found.append(Entry(row.month, funds[row.fund_id], row.category, amount))
    return sorted(found, key=_place)


def _place(one: Entry) -> tuple[date, int, str, str, str, str]:
    return one.month, one.fund.position, one.fund.name, one.fund.pk, one.amount.currency, one.category


def open_books(told: Sequence[Entry], *, months: int = 12) -> list[OpenBook]:
    """Return a book for each currency, those out of which something was spent first, over the last `months` told of.

    All books have the same months, none left out in between, so that they can be read beside each other.
    """
    if not told:
        return []
    last = max(one.month for one in told)
    first = max(min(one.month for one in told), _before(last, months - 1))
    spending = {one.amount.currency for one in told if one.category}
    currencies = sorted({one.amount.currency for one in told}, key=lambda code: (code not in spending, code))
    return [_book(code, [one for one in told if one.amount.currency == code], first, last) for code in currencies]


def _book(currency: str, told: Sequence[Entry], first: date, last: date) -> OpenBook:
    nothing = Money(0, currency)
    raised, spent, by_category, by_fund = (defaultdict[Any, Money](lambda: nothing) for _ in range(4))
    paid_by: defaultdict[str, Money] = defaultdict(lambda: nothing)
    funds: dict[str, Fund] = {}
    brought = nothing
    for one in told:
        funds[one.fund.pk] = one.fund
        if one.category:
            spent[one.month] += one.amount
            by_category[one.category] += one.amount
            paid_by[one.fund.pk] += one.amount
        else:
            raised[one.month] += one.amount
            by_fund[one.fund.pk] += one.amount
        if one.month < first:
            brought += -one.amount if one.category else one.amount
    in_order = sorted(funds.values(), key=lambda fund: (fund.position, fund.name))
    return OpenBook(
        currency=currency,
        brought=brought,
        months=[Month(month, raised[month], spent[month]) for month in _months(first, last)],
        categories=sorted(by_category.items(), key=lambda pair: (-pair[1].minor, pair[0])),
        funds=[FundLine(fund, by_fund[fund.pk], paid_by[fund.pk]) for fund in in_order],
    )


def spent_until(told: Sequence[Entry], month: date) -> dict[str, Money]:
    """Return what was spent from the beginning to the end of `month`, by currency."""
    found: dict[str, Money] = {}
    for one in told:
        if one.category and one.month <= month:
            code = one.amount.currency
            found[code] = found.get(code, Money(0, code)) + one.amount
    return found


def _sum(currency: str, amounts: Iterator[Money]) -> Money:
    return sum(amounts, Money(0, currency))


def _before(month: date, count: int) -> date:
    year, index = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(year, index + 1, 1)


def _months(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = _before(first, -1)
