"""`manage.py outbox_status`: what waits, what was set aside, and a second chance for it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, Min
from django.utils import timezone

from kernel.outbox.models import OutboxRow, OutboxState
from kernel.outbox.queue import DRAIN, wake


class Command(BaseCommand):
    """Shows counts by state, the oldest row that waits, and each row that was set aside."""

    help = "Show what the outbox holds; --retry ID gives a row that was set aside another chance."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        parser.add_argument("--retry", type=int, action="append", default=[], metavar="ID", help="try this row again")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["retry"]:
            again = OutboxRow.objects.filter(pk__in=options["retry"], state=OutboxState.FAILED)
            again.update(state=OutboxState.WAITING, attempts=0, error="", due_at=timezone.now(), done_at=None)
            wake(DRAIN)
        counts = dict(OutboxRow.objects.values_list("state").annotate(n=Count("pk")).order_by())
        waiting = OutboxRow.objects.filter(state=OutboxState.WAITING)
        oldest = waiting.aggregate(at=Min("created_at"))["at"]
        failed = list(
            OutboxRow.objects.filter(state=OutboxState.FAILED)
            .order_by("pk")
            .values("id", "kind", "object_id", "attempts", "error", "done_at")
        )
        if options["json"]:
            answer = {"counts": counts, "oldest_waiting": oldest, "failed": failed}
            self.stdout.write(json.dumps(answer, cls=DjangoJSONEncoder))
            return
        for state in OutboxState.values:
            self.stdout.write(f"{state}: {counts.get(state, 0)}")
        if oldest:
            self.stdout.write(f"oldest waiting since {oldest.isoformat()}")
        for row in failed:
            self.stdout.write(f"{row['id']} {row['kind']} {row['object_id']}: {row['error']} ({row['attempts']} tries)")
