"""Hold our books against Stripe's; exits with 1 when they differ."""

import json
import sys
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from donations.gateway import BalanceFacts, GatewayError, gateway
from donations.payouts.comparing import (
    Compared,
    PayoutCompared,
    Row,
    compare,
    compare_payouts,
    listed_until,
    month_bounds,
    unread,
)
from donations.payouts.listing import DAYS, list_stripe
from donations.payouts.models import Payout, UnreadRow
from kernel.money import Money


class Command(BaseCommand):
    help = "List what Stripe's balance did, and compare it with the ledger, by month and by payout, to the cent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --days, --month, --offline and --json."""
        parser.add_argument("--days", type=int, default=DAYS, help="how far back Stripe is asked")
        parser.add_argument("--month", default="", help="YYYY-MM; without it, the month that runs")
        parser.add_argument("--offline", action="store_true", help="compare what is here already, and ask nobody")
        parser.add_argument("--json", action="store_true", help="answer for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, compare, say; one line a difference."""
        at = timezone.now()
        start, end = self._month(options["month"], at)
        say = (lambda _line: None) if options["json"] else self.stdout.write
        balance = None
        if not options["offline"]:
            try:
                list_stripe(since=at - timedelta(days=options["days"]), at=at, say=say)
                balance = gateway().balance()
            except GatewayError as error:
                raise CommandError(error.sentence) from error
        until = min(end, listed_until() or start)
        months, missed = compare(start, until), list(unread(start, until))
        payouts = compare_payouts(
            Payout.objects.filter(created_at__gte=start, created_at__lt=end).order_by("created_at")
        )
        differ = any(not one.agrees for one in months) or any(one.why for one in payouts) or bool(missed)
        if options["json"]:
            held = None if balance is None else [one.as_json() for one in totals(balance)]
            answer = {
                "from": start.isoformat(),
                "until": until.isoformat(),
                "agrees": not differ,
                "currencies": [_month(one) for one in months],
                "payouts": [_payout(one) for one in payouts],
                "unread": [_unread(row) for row in missed],
                "stripe_holds": held,
                "stripe_holds_unread": None if balance is None else [list(one) for one in balance.unread],
            }
            self.stdout.write(json.dumps(answer))
        else:
            self._tell(months, payouts, missed, balance, start, until)
        if differ:
            sys.exit(1)

    def _month(self, word: str, at: datetime) -> tuple[datetime, datetime]:
        try:
            day = datetime.strptime(word, "%Y-%m") if word else at  # noqa: DTZ007 - a month has no zone
        except ValueError as error:
            raise CommandError("--month is a year and a month, such as 2026-03.") from error
        return month_bounds(day.year, day.month)

    def _tell(
        self,
        months: list[Compared],
        payouts: list[PayoutCompared],
        missed: list[UnreadRow],
        balance: BalanceFacts | None,
        start: datetime,
        until: datetime,
    ) -> None:
        self.stdout.write(f"From {start:%Y-%m-%d} to {until:%Y-%m-%d %H:%M} UTC:")
        for one in months:
            self.stdout.write(f"{one.currency}: ours {one.ours}, Stripe's {one.theirs}, difference {one.difference}")
            self.stdout.write(f"  at the end: ours {one.ours_at_end}, Stripe's {one.theirs_at_end}")
            for row in one.rows:
                self.stdout.write(f"  {row.why}: {row.ref} ({row.kind}, {row.about or '-'}): {row.ours} / {row.theirs}")
        if missed:
            self.stdout.write(f"NOT compared in full: {len(missed)} rows of Stripe's could not be read.")
        for left in missed:
            code = left.currency or "no currency"
            self.stdout.write(
                f"  {left.why}: {left.pk} ({left.kind}, {left.source or '-'}): {left.net} of Stripe's units of {code}"
            )
        for found in payouts:
            verdict = found.why or ("agrees" if found.inside is not None else "nothing to compare")
            count = f" ({found.unread})" if found.unread else ""
            self.stdout.write(f"payout {found.payout.stripe_payout} {found.payout.amount}: {verdict}{count}")
            for row in found.rows:
                self.stdout.write(f"  {row.why}: {row.ref}: {row.ours} / {row.theirs}")
        if balance:
            self.stdout.write("Stripe holds now: " + ", ".join(str(one) for one in totals(balance)))
            for code, amount in balance.unread:
                self.stdout.write(f"  and {amount} of its units of {code or 'no currency'}, which cannot be read here")


def totals(balance: BalanceFacts) -> list[Money]:
    """Return what Stripe holds, available and pending together, an amount a currency."""
    sums: dict[str, Money] = {}
    for amount in (*balance.available, *balance.pending):
        sums[amount.currency] = sums.get(amount.currency, Money(0, amount.currency)) + amount
    return [sums[currency] for currency in sorted(sums)]


def _row(row: Row) -> dict[str, object]:
    sides = {"ours": row.ours, "theirs": row.theirs}
    told = {"ref": row.ref, "why": row.why, "kind": row.kind, "about": row.about, "at": row.at.isoformat()}
    return {**told, **{name: amount.as_json() if amount else None for name, amount in sides.items()}}


def _month(one: Compared) -> dict[str, object]:
    names = ("ours", "theirs", "difference", "ours_at_end", "theirs_at_end")
    return {
        "currency": one.currency,
        **{name: getattr(one, name).minor for name in names},
        "agrees": one.agrees,
        "unread": one.unread,
        "rows": [_row(row) for row in one.rows],
    }


def _unread(row: UnreadRow) -> dict[str, object]:
    names = ("what", "why", "kind", "category", "source", "currency")
    return {
        "ref": row.pk,
        **{name: getattr(row, name) for name in names},
        **{name: int(getattr(row, name)) for name in ("amount", "fee", "net")},
        "at": row.happened_at.isoformat(),
    }


def _payout(one: PayoutCompared) -> dict[str, object]:
    return {
        "payout": one.payout.stripe_payout,
        "status": one.payout.status,
        "amount": one.payout.amount.as_json(),
        "variance": None if one.variance is None else one.variance.minor,
        "why": one.why,
        "unread": one.unread,
        "rows": [_row(row) for row in one.rows],
    }
