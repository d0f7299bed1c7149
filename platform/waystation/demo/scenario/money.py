"""Funds, the gifts that came in through the website, and what they were spent on."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from donations.expenses.deeds import book_expense
from donations.funds.models import Fund
from donations.gateway import BalanceEntry, CheckoutFacts
from donations.giving.begin import begin
from donations.giving.models import Donation
from donations.giving.settle import settle
from donations.ledger.publishing import publish_totals
from kernel.accounts.models import Role
from kernel.money import Money
from waystation.demo.scenario.figures import RAISED_THROUGH_WEBSITE, SPENDING_SHARES, SPENT_PER_MILLE
from waystation.demo.scenario.people import Team
from waystation.demo.scenario.receipts import name_issuer, receipt_for

OPERATION_DAYS = 270
EURO_GIFTS = 320
# gifts in other currencies: how many, and the amounts people choose, in whole units of the currency
OTHER_GIFTS = {
    "USD": (40, (10, 25, 50, 100, 200)),
    "GBP": (18, (10, 20, 50, 100)),
    "SEK": (16, (100, 250, 500, 1000)),
    "CHF": (10, (20, 50, 100)),
    "PLN": (10, (50, 100, 200)),
    "JPY": (6, (3000, 5000, 10000)),
}
# decimals of those currencies that have none, as a factor from whole to minor units
WHOLE = {"JPY": 1}
# currencies in which no balance is kept: euros for one unit
CONVERTED = {"JPY": Decimal("0.0061")}
EURO_CHOICES = (10, 10, 20, 20, 25, 25, 30, 50, 50, 50, 75, 100, 100, 150, 200, 250, 500)
LARGE_GIFTS = 12
EXPIRED_GIFTS = 24
MONTHS = 9


@dataclass(frozen=True)
class FundPlan:
    """A fund as the scenario opens it. `weight`: how often it is given to; `categories`: what it pays for."""

    slug: str
    name: str
    name_ru: str
    summary: str
    summary_ru: str
    goal: Money
    weight: int
    categories: tuple[str, ...]


FUNDS = (
    FundPlan(
        "emergency-relocation",
        "Emergency relocation",
        "Срочный отъезд",
        "A ticket, a driver and someone who answers the phone at night: the first days of getting out.",
        "Билет, водитель и человек, который берёт трубку ночью: первые дни пути в безопасность.",
        Money(40_000_00, "EUR"),
        40,
        ("social_work", "travel", "staff", "other"),
    ),
    FundPlan(
        "housing-and-food",
        "Housing and food",
        "Жильё и еда",
        "Rent, groceries and warm clothes for three to four months, until people stand on their own feet.",
        "Аренда, продукты и тёплая одежда на три-четыре месяца, пока люди не встанут на ноги.",
        Money(25_000_00, "EUR"),
        25,
        ("housing", "food"),
    ),
    FundPlan(
        "visas-and-papers",
        "Visas and papers",
        "Визы и документы",
        "Passports, visa fees and the journey to a country that is willing to accept someone.",
        "Паспорта, визовые сборы и дорога в страну, которая готова принять.",
        Money(20_000_00, "USD"),
        15,
        ("departure", "documents"),
    ),
    FundPlan(
        "medical-and-psychological-care",
        "Medical and psychological care",
        "Медицинская и психологическая помощь",
        "Doctors, medicine and hours with a psychologist, paid directly and without a name on the bill.",
        "Врачи, лекарства и часы с психологом: напрямую и без имени в счёте.",
        Money(150_000_00, "SEK"),
        12,
        ("medical",),
    ),
    FundPlan(
        "legal-help-and-advocacy",
        "Legal help and advocacy",
        "Юридическая помощь",
        "Lawyers for asylum cases, and the talks with states that open a door.",
        "Юристы для дел об убежище и переговоры с государствами, которые открывают двери.",
        Money(10_000_00, "GBP"),
        8,
        ("advocacy",),
    ),
)


def tell_money(operator: Team, *, seed: int, at: datetime, say: Callable[[str], None]) -> None:
    """Open the funds, let the gifts of nine months arrive, book what was spent, and publish month by month."""
    dice = random.Random(seed)  # noqa: S311 - a story, not a secret
    opened = at - timedelta(days=OPERATION_DAYS)
    funds = [_open(plan, position, at=opened) for position, plan in enumerate(FUNDS)]
    amounts = [*_euro_amounts(dice), *_other_amounts(dice)]
    moments = sorted(opened + timedelta(minutes=dice.randrange(60, OPERATION_DAYS * 1440 - 2880)) for _ in amounts)
    dice.shuffle(amounts)
    issuer, receipts = name_issuer(by=operator.actor(Role.FINANCE), at=opened), 0
    for number, (amount, moment) in enumerate(zip(amounts, moments, strict=True)):
        if number and moment.month != moments[number - 1].month:
            publish_totals(at=moments[number - 1])
        gift = _give(_chosen(dice, funds), amount, number, paid=True, at=moment)
        receipts += receipt_for(gift, number, issuer, at=moment + timedelta(minutes=3))
    for number in range(EXPIRED_GIFTS):
        moment = opened + timedelta(minutes=dice.randrange(60, OPERATION_DAYS * 1440 - 2880))
        _give(_chosen(dice, funds), Money(50_00, "EUR"), len(amounts) + number, paid=False, at=moment)
    say(f"  {receipts} receipts for donors who asked for one")
    say(f"  {len(funds)} funds, {len(amounts)} gifts in {1 + len(OTHER_GIFTS)} currencies")
    expenses = _spend(dict(zip(FUNDS, funds, strict=True)), operator.actor(Role.FINANCE), opened=opened)
    say(f"  {expenses} expenses in {len(SPENDING_SHARES)} categories")
    publish_totals(at=at - timedelta(days=1))


def _open(plan: FundPlan, position: int, *, at: datetime) -> Fund:
    return Fund.objects.create(
        slug=plan.slug,
        name=plan.name,
        name_ru=plan.name_ru,
        summary=plan.summary,
        summary_ru=plan.summary_ru,
        goal_minor=plan.goal.minor,
        goal_currency=plan.goal.currency,
        position=10 * (position + 1),
        created_at=at,
        updated_at=at,
    )


def _euro_amounts(dice: random.Random) -> list[Money]:
    """Gifts as people choose them, which together are exactly what the website brought in."""
    chosen = [Money(100 * dice.choice(EURO_CHOICES), "EUR") for _ in range(EURO_GIFTS)]
    missing = RAISED_THROUGH_WEBSITE.minor - sum(amount.minor for amount in chosen)
    # a few large givers make up the rest, as they do
    large = Money(missing, "EUR").allocate(list(range(1, LARGE_GIFTS + 1)))
    return [*chosen, *large]


def _other_amounts(dice: random.Random) -> list[Money]:
    return [
        Money(dice.choice(choices) * WHOLE.get(currency, 100), currency)
        for currency, (count, choices) in OTHER_GIFTS.items()
        for _ in range(count)
    ]


def _chosen(dice: random.Random, funds: list[Fund]) -> Fund:
    return dice.choices(funds, [plan.weight for plan in FUNDS])[0]


def _give(fund: Fund, amount: Money, number: int, *, paid: bool, at: datetime) -> Donation:
    """Let one gift happen as it does on the page, with what a payment provider would have said."""
    donation = begin(split=[(fund, 1)], amount=amount, return_url="https://waystation.example/thanks/", at=at)
    name = f"demo_{number:05d}"
    paid_at = at + timedelta(minutes=2)
    gross, rate = _settled(donation.total)
    # a European card: 1.5 % and 25 cents or what comes near it
    fee = Money(gross.minor * 15 // 1000 + min(25, gross.minor // 20), gross.currency)
    entry = BalanceEntry(
        id=f"txn_{name}",
        kind="charge",
        gross=gross,
        fee=fee,
        net=gross - fee,
        created=paid_at,
        available_on=paid_at + timedelta(days=3),
        exchange_rate=rate,
    )
    facts = CheckoutFacts(
        id=f"cs_test_{name}",
        status="complete" if paid else "expired",
        payment_status="paid" if paid else "unpaid",
        amount_total=donation.total,
        livemode=donation.livemode,
        client_reference_id=donation.pk,
        payment_intent=f"pi_{name}" if paid else "",
        charge=f"ch_{name}" if paid else "",
        entries=(entry,) if paid else (),
        failure="",
        expires_at=at + timedelta(days=1),
    )
    return settle(donation, facts=facts, at=paid_at if paid else facts.expires_at)


def _settled(total: Money) -> tuple[Money, Decimal | None]:
    """Return what reaches the balance of a payment, and at which rate if it was converted."""
    rate = CONVERTED.get(total.currency)
    if rate is None:
        return total, None
    factor = 100 // WHOLE.get(total.currency, 100)
    return Money(int(total.minor * factor * rate), "EUR"), rate


def _spend(funds: dict[FundPlan, Fund], by: str, *, opened: datetime) -> int:
    """Book each category month by month out of the fund that pays for it; return how many expenses that is."""
    total = Money(RAISED_THROUGH_WEBSITE.minor * SPENT_PER_MILLE // 1000, "EUR")
    parts = dict(zip(SPENDING_SHARES, total.allocate(list(SPENDING_SHARES.values())), strict=True))
    booked = 0
    for plan, fund in funds.items():
        for category in plan.categories:
            # the work grew from month to month
            for month, amount in enumerate(parts[category].allocate(list(range(1, MONTHS + 1)))):
                day = opened + timedelta(days=30 * (month + 1) - 2)
                book_expense(fund=fund, category=category, amount=amount, spent_on=day.date(), by=by, at=day)
                booked += 1
    return booked
