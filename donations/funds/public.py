"""What anyone may know of the funds: the last public figures, never the live ones."""

from dataclasses import dataclass

from donations.funds.models import Fund
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class Spent:
    """What went to one category of expense, in one currency. `category` is a value of ExpenseCategory."""

    category: str
    amount: Money


@dataclass(frozen=True, slots=True)
class PublicFund:
    """A fund as the public sees it. `raised` holds one amount a currency (gross less refunds), largest code last."""

    id: str
    slug: str
    name: str
    summary: str
    goal: Money | None
    open: bool
    raised: list[Money]
    spent: list[Spent]


def public_funds(*, include_closed: bool = False, fund_id: str = "") -> list[PublicFund]:
    """Return the open funds (or all) in their order, or only the one with `fund_id` (open or not), in three queries.

    Names and summaries are in the active language. The figures move at most daily and only after at least five gifts.
    """
    chosen = Fund.objects.order_by("position", "name")
    if fund_id:
        chosen = chosen.filter(pk=fund_id)
    elif not include_closed:
        chosen = chosen.open()
    return [public_fund(fund) for fund in chosen.prefetch_related("figures", "spending")]


def public_fund(fund: Fund) -> PublicFund:
    """Return one fund as the public sees it; prefetch `figures` and `spending` for many."""
    figures = sorted(fund.figures.all(), key=lambda figure: figure.currency)
    spending = sorted(fund.spending.all(), key=lambda row: (row.category, row.currency))
    return PublicFund(
        id=fund.id,
        slug=fund.slug,
        name=fund.shown_name,
        summary=fund.shown_summary,
        goal=fund.goal,
        open=fund.is_open,
        raised=[Money(figure.raised_minor, figure.currency) for figure in figures],
        spent=[Spent(row.category, Money(row.spent_minor, row.currency)) for row in spending],
    )
