"""What about money needs a person, for the monitoring; exits with 1 while anything does."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count, Max
from django.utils import timezone

from donations.alarms.finding import found
from donations.alarms.models import AlarmCode
from donations.giving.breaker.pressure import pressure
from donations.giving.breaker.stopping import standing_stop
from donations.webhooks.models import EventState, InboxEvent


class Command(BaseCommand):
    help = "Say what about money needs a person: alarms, the inbox of events, how hard the page is pressed. Reads only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --json."""
        parser.add_argument("--json", action="store_true", help="answer for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say it, and end with 1 while an alarm should stand or giving is stopped."""
        at = timezone.now()
        codes, stopped, hour = sorted(found(at=at)), standing_stop() is not None, pressure(None, at=at)
        counts = dict(InboxEvent.objects.values_list("state").annotate(number=Count("pk")).order_by())
        heard = InboxEvent.objects.filter(swept=False).aggregate(last=Max("received_at"))["last"]
        events = {state: counts.get(state, 0) for state in EventState.values}
        facts = {
            "alarms": codes,
            "giving_stopped": stopped,
            "events": events,
            "last_delivery": heard.isoformat() if heard else None,
            "last_hour": {"unpaid": hour.unpaid, "paid": hour.paid, "declined": hour.declined},
        }
        if options["json"]:
            self.stdout.write(json.dumps(facts))
        else:
            for code in codes:
                self.stdout.write(f"{code}: {AlarmCode(code).label}")
            self.stdout.write("Giving is stopped." if stopped else "Gifts are taken.")
            told = ", ".join(f"{number} {state}" for state, number in events.items())
            self.stdout.write(f"Events: {told}; the last one was delivered {heard or 'never'}.")
            self.stdout.write(
                f"Within the last hour: {hour.paid} paid, {hour.unpaid} unpaid pages, {hour.declined} cards declined."
            )
        if codes or stopped:
            sys.exit(1)
