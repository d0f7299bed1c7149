"""Checking the books from outside: everything the triggers promise, looked at once more, row by row."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Sum

from donations.ledger.models import Account, Posting, Transaction
from kernel.audit.append_only import postgresql_triggers, sqlite_triggers


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `what` is a code; `ref` the transaction's external ref, or a trigger's name."""

    what: str
    ref: str


TRIGGERS = (
    "donations_tx_opens_unposted",
    "donations_tx_posts_balanced",
    "donations_tx_is_kept",
    "donations_posting_only_while_open",
    "donations_posting_is_kept",
    "donations_tx_is_kept_whole",
    "donations_posting_is_kept_whole",
)
ACCOUNTS = ("donations_account", "donations_account_append_only")  # the table, and how its triggers begin


def verify() -> tuple[int, list[Finding]]:
    """Return how many transactions were read, and what is wrong: unbalanced, unposted, empty, a missing trigger."""
    findings = [
        Finding("unbalanced", row["transaction__external_ref"])
        for row in Posting.objects.values("transaction__external_ref", "currency")
        .annotate(total=Sum("minor"))
        .exclude(total=0)
        .order_by("transaction__external_ref")
    ]
    findings += [
        Finding("unposted", ref)
        for ref in Transaction.objects.filter(posted=False).order_by("pk").values_list("external_ref", flat=True)
    ]
    thin = Transaction.objects.annotate(sides=Count("postings")).filter(sides__lt=2).order_by("pk")
    findings += [Finding("too_few_postings", ref) for ref in thin.values_list("external_ref", flat=True)]
    total = Account.objects.values("postings__currency").annotate(total=Sum("postings__minor")).exclude(total=0)
    findings += [Finding("books_do_not_sum_to_zero", row["postings__currency"] or "") for row in total if row["total"]]
    findings += [Finding("missing_trigger", name) for name in _expected() if name not in _triggers()]
    return Transaction.objects.count(), findings


def _expected() -> list[str]:
    """Return the names of the triggers that keep the books on this database."""
    named = {"sqlite": sqlite_triggers, "postgresql": postgresql_triggers}[connection.vendor]
    return [*TRIGGERS, *named(*ACCOUNTS)]


def _triggers() -> set[str]:
    """Return the names of the triggers that are up."""
    read = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(read)
        return {row[0] for row in cursor.fetchall()}
