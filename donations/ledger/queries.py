"""What the books say. Every figure is a sum over posted transactions; nothing is kept beside them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypedDict

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from donations.funds.models import Fund
from donations.ledger.models import INCOME, TAKEN, Posting, Purpose, TransactionKind
from kernel.money import Money


class Booked(TypedDict):
    """The exact figures of a fund in one currency, minor units. `net = gross - fees - refunded - disputed`.

    `gross` holds what came past Stripe too, `fees` those of disputes, `disputed` what is held back and what is lost.
    """

    currency: str
    gross: int
    fees: int
    refunded: int
    disputed: int
    net: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What the books say of one donation.

    `gross`, `refunded`, `contested` (held back by the donor's bank) and `lost` are in the currency it was given in;
    `fee` and `net` (gross less fee, before anything was taken back) in the one Stripe settled in. `gross`, `fee` and
    `net` are None while nothing is booked, the others zero.
    """

    gross: Money | None
    fee: Money | None
    net: Money | None
    refunded: Money
    contested: Money
    lost: Money


def posted() -> QuerySet[Posting]:
    """Return the postings that count."""
    return Posting.objects.filter(transaction__posted=True)


def booked(funds: Iterable[Fund]) -> dict[str, list[Booked]]:
    """Return, by fund id, the exact live figures per currency, sorted by code. One query."""
    columns: dict[str, tuple[Purpose, ...]] = {
        "gross": INCOME,
        "fees": (Purpose.FEES, Purpose.DISPUTE_FEES),
        "refunded": (Purpose.REFUNDS,),
        "disputed": (Purpose.DISPUTES, Purpose.LOSSES),
    }
    ids = [fund.pk for fund in funds]
    rows = (
        posted()
        .filter(account__fund__in=ids, account__purpose__in=[one for group in columns.values() for one in group])
        .values("account__fund", "currency")
        .annotate(
            **{name: Sum("minor", filter=Q(account__purpose__in=group), default=0) for name, group in columns.items()}
        )
        .order_by("account__fund", "currency")
    )
    found: dict[str, list[Booked]] = {pk: [] for pk in ids}
    for row in rows:
        gross, fees, refunded, disputed = -row["gross"], row["fees"], row["refunded"], row["disputed"]
        found[row["account__fund"]].append(
            Booked(
                currency=row["currency"],
                gross=gross,
                fees=fees,
                refunded=refunded,
                disputed=disputed,
                net=gross - fees - refunded - disputed,
            )
        )
    return found


def spent(funds: Iterable[Fund]) -> dict[str, list[tuple[str, Money]]]:
    """Return, by fund id, (category, amount) as booked, sorted. One query."""
    ids = [fund.pk for fund in funds]
    rows = (
        posted()
        .filter(account__fund__in=ids, account__purpose=Purpose.EXPENSES)
        .values("account__fund", "account__category", "currency")
        .annotate(total=Sum("minor"))
        .order_by("account__fund", "account__category", "currency")
    )
    found: dict[str, list[tuple[str, Money]]] = {pk: [] for pk in ids}
    for row in rows:
        found[row["account__fund"]].append((row["account__category"], Money(row["total"], row["currency"])))
    return found


def spent_by_month(funds: Iterable[Fund]) -> dict[tuple[str, str, str], dict[date, int]]:
    """Return, by (fund id, category, currency), minor units spent in each month, by its first day. One query."""
    rows = (
        posted()
        .filter(account__fund__in=[fund.pk for fund in funds], account__purpose=Purpose.EXPENSES)
        .annotate(month=TruncMonth("transaction__occurred_at", tzinfo=UTC))
        .values("account__fund", "account__category", "currency", "month")
        .annotate(total=Sum("minor"))
        .order_by("account__fund", "account__category", "currency", "month")
    )
    found: dict[tuple[str, str, str], dict[date, int]] = defaultdict(dict)
    for row in rows:
        key = (row["account__fund"], row["account__category"], row["currency"])
        found[key][row["month"].date()] = row["total"]
    return found


def settled(subjects: Iterable[tuple[str, str]]) -> dict[str, Settled]:
    """Return what is booked for each (donation id, currency it was given in). One query."""
    wanted = dict(subjects)
    rows = (
        posted()
        .filter(transaction__subject__in=list(wanted))
        .values("transaction__subject", "transaction__kind", "account__purpose", "currency")
        .annotate(total=Sum("minor"))
    )
    sums: dict[str, dict[str, Money]] = defaultdict(dict)
    for row in rows:
        amount, purpose = Money(row["total"], row["currency"]), row["account__purpose"]
        mine = sums[row["transaction__subject"]]
        if purpose in TAKEN:
            mine[purpose] = mine[purpose] + amount if purpose in mine else amount
        elif row["transaction__kind"] == TransactionKind.GIFT:
            mine[purpose] = amount
    return {subject: _settled(sums.get(subject, {}), currency) for subject, currency in wanted.items()}


def _settled(sums: dict[str, Money], currency: str) -> Settled:
    gross = sums.get(Purpose.GIFTS)
    fee = net = None
    if gross:
        known = sums.get(Purpose.STRIPE) or sums.get(Purpose.FEES) or Money(0, currency)
        nothing = Money(0, known.currency)
        fee, net = sums.get(Purpose.FEES, nothing), sums.get(Purpose.STRIPE, nothing)
    refunded, lost, contested = (sums.get(purpose, Money(0, currency)) for purpose in TAKEN)
    return Settled(gross=-gross if gross else None, fee=fee, net=net, refunded=refunded, contested=contested, lost=lost)


def balances(*, before: datetime | None = None, fund: str = "") -> list[tuple[str, str, str, str, Money]]:
    """Return (purpose, fund id, fund name, category, balance) of every account, a row per currency. One query.

    `before`: as they stood at that moment, by when things happened; `fund`: the accounts of one fund alone.
    """
    counted = posted()
    if before:
        counted = counted.filter(transaction__occurred_at__lt=before)
    if fund:
        counted = counted.filter(account__fund=fund)
    rows = (
        counted.values("account__purpose", "account__fund", "account__fund__name", "account__category", "currency")
        .annotate(total=Sum("minor"))
        .order_by("account__purpose", "account__fund__name", "account__category", "currency")
    )
    return [
        (
            row["account__purpose"],
            row["account__fund"] or "",
            row["account__fund__name"] or "",
            row["account__category"],
            Money(row["total"], row["currency"]),
        )
        for row in rows
    ]
