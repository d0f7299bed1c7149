"""Home, and the console's index."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from donations.funds.public import PublicFund, public_funds
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.accounts.rules import may
from kernel.disclosure.alarms import dues
from kernel.money import Money
from kernel.shell import nav
from offers.matching.safety.models import Incident


@dataclass(frozen=True, slots=True)
class FundCard:
    """A fund on the first page: `sums` pairs what came in, by currency, with the goal where it is in that currency."""

    name: str
    summary: str
    slug: str
    sums: list[tuple[Money, Money | None]]
    spent: list[Money]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is, where the money goes, and the three ways to help."""
    return render(request, "front/home.html", {"funds": [_card(fund) for fund in public_funds()]})


@require_safe
@console()
def console_index(request: HttpRequest) -> HttpResponse:
    """Show a member every page of the console that fits the role, each with its sentence."""
    member = request.member  # type: ignore[attr-defined]  # the door adds it
    due = may(member, "disclosure.see_keys") and bool(dues(member.organisation, at=timezone.now()))
    context = {"entries": nav.CONSOLE.for_member(member), "keys_due": due, "incidents": _incidents(member)}
    return render(request, "front/console.html", context)


def _incidents(member: Member) -> int:
    """How many incidents that this member may see stand unlifted."""
    if not may(member, "offers.see_incidents"):
        return 0
    return Incident.objects.visible_to(member.organisation).standing().count()


def _card(fund: PublicFund) -> FundCard:
    goal = fund.goal
    sums: list[tuple[Money, Money | None]] = [
        (raised, goal if goal and goal.currency == raised.currency else None) for raised in fund.raised
    ]
    if goal and not any(target for _raised, target in sums):
        sums.insert(0, (Money(0, goal.currency), goal))
    sums.sort(key=lambda pair: pair[1] is None)
    spent: dict[str, Money] = {}
    for row in fund.spent:
        currency = row.amount.currency
        spent[currency] = spent.get(currency, Money(0, currency)) + row.amount
    return FundCard(fund.name, fund.summary, fund.slug, sums, list(spent.values()))
