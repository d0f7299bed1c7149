"""Health: `/healthz` says the process answers, `/readyz` that database, tables, worker and trail are fit to serve."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kernel.audit.models import AuditUnsealed
from kernel.outbox.models import OutboxRow, OutboxState

# a promise this long overdue, or an entry this long unsealed, was missed by the minute sweep several times over
LAG = timedelta(minutes=5)
# a database once found complete stays so for this process: reading every migration file costs a tenth of a second
_complete: set[str] = set()


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer 200: this process serves."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every check holds, 503 when one does not; each check is `ok` or one word for what is wrong."""
    checks = {"database": "ok", "migrations": "unknown", "worker": "unknown", "audit": "unknown"}
    try:
        checks["migrations"] = _migrations()
        if checks["migrations"] == "ok":
            checks["worker"] = _worker()
            checks["audit"] = _audit()
    except DatabaseError:
        checks["database"] = "unreachable"
    fit = all(check == "ok" for check in checks.values())
    return JsonResponse({"status": "ok" if fit else "unfit", "checks": checks}, status=200 if fit else 503)


def _migrations() -> str:
    if connection.alias not in _complete:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "pending"
        _complete.add(connection.alias)
    return "ok"


def _worker() -> str:
    overdue = OutboxRow.objects.filter(state=OutboxState.WAITING, due_at__lt=timezone.now() - LAG)
    return "late" if overdue.exists() else "ok"


def _audit() -> str:
    """What is not sealed can vanish unseen: it must not stay so."""
    waiting = AuditUnsealed.objects.filter(entry__at__lt=timezone.now() - LAG, entry__seal=None)
    return "late" if waiting.exists() else "ok"
