"""The classes of the kernel's own rooms and of the libraries it stands on."""

from django_q.models import OrmQ, Task

from kernel.outbox.models import OutboxRow, OutboxState
from kernel.retention import Kept, Passing, Rows, keep, let_go
from kernel.retention.models import CachedValue, ErasureRequest

let_go(
    Passing(
        "outbox.done",
        what="promises that were carried out: a kind and an id",
        days=30,
        shortest=1,
        remains="nothing",
        source=Rows(lambda before: OutboxRow.objects.filter(state=OutboxState.DONE, done_at__lt=before), "done_at"),
        tables=("outbox_outboxrow",),
    ),
    Passing(
        "outbox.failed",
        what="promises that were set aside, for a person to look at",
        days=180,
        shortest=7,
        remains="nothing",
        source=Rows(lambda before: OutboxRow.objects.filter(state=OutboxState.FAILED, done_at__lt=before), "done_at"),
        tables=("outbox_outboxrow",),
    ),
    Passing(
        "worker.results",
        what="what the job library noted of tasks that ended",
        days=7,
        remains="nothing",
        source=Rows(lambda before: Task.objects.filter(stopped__lt=before), "stopped"),
        tables=("django_q_task",),
    ),
    Passing(
        "worker.queue",
        what="wake-ups that no worker ever took up",
        days=7,
        remains="nothing",
        source=Rows(lambda before: OrmQ.objects.filter(lock__lt=before), "lock"),
        tables=("django_q_ormq",),
    ),
    Passing(
        "cache",
        what="what the sign-in remembers: codes used, wrong passwords counted",
        days=0,
        shortest=0,
        remains="nothing",
        source=Rows(lambda before: CachedValue.objects.filter(expires__lt=before), "expires"),
        tables=("shared_cache",),
    ),
    Passing(
        "erasure.requests",
        what="who asked for an erasure, who approved it, and its certificate: ids alone",
        days=6 * 365,
        shortest=30,
        remains="the list of erased ids, and the audit entries",
        source=Rows(lambda before: ErasureRequest.objects.decided().filter(decided_at__lt=before), "decided_at"),
        tables=("retention_erasurerequest",),
    ),
)

keep(
    Kept(
        "audit",
        what="who did what to which id, and the chain that proves it: ids and codes, never a value",
        why="append-only: an entry that may go can be made to go. Kept for good, and at least six years in any case",
        tables=("audit_auditentry", "audit_auditunsealed", "audit_auditseal", "audit_auditcheckpoint"),
    ),
    Kept(
        "erasures",
        what="the ids of what was erased early",
        why="a restored backup has to forget the same again",
        tables=("retention_erasure",),
    ),
    Kept(
        "vault.keys",
        what="public halves of group keys",
        why="they say what sealed what; nobody is in them",
        tables=("vault_groupkey",),
    ),
    Kept(
        "vault.records",
        what="sealed records, their key shares, notification addresses",
        why="each goes with what it belongs to, in the same transaction",
        tables=("vault_sealedrecord", "vault_keyshare", "vault_notificationaddress"),
    ),
    Kept(
        "worker.schedule",
        what="what runs when, and which wake-up is on its way",
        why="names of functions; written anew at every deploy",
        tables=("django_q_schedule", "outbox_wakeup"),
    ),
    Kept(
        "framework",
        what="tables of the framework itself",
        why="names of tables and migrations",
        tables=("django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"),
    ),
    Kept(
        "limits",
        what="counts under a salt that is gone the next day, and stamps of forms that have served",
        why="the rooms of limits and of open forms clear them themselves within days",
        tables=("limits_dailysalt", "limits_tally", "guard_spentstamp"),
    ),
)
