"""The journal: every posting as a line of double entry, for the books of an accountant."""

import csv
from collections.abc import Iterator
from datetime import datetime

from donations.ledger.queries import posted

COLUMNS = (
    "occurred_at", "transaction", "kind", "reference", "subject", "cause", "account", "fund", "category", "debit",
    "credit", "currency", "booked_at",
)  # fmt: skip


class _Line:
    """What the csv module writes to: it hands back each line."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def lines(*, start: datetime | None = None, end: datetime | None = None) -> Iterator[str]:
    """Yield CSV, a header first: a line a posting, in the order it happened, from `start` up to, not at, `end`.

    Amounts are plain decimals in the unit of the currency; each transaction's debits and credits are equal in each.
    """
    rows = (
        posted()
        .select_related("transaction", "account__fund")
        .order_by("transaction__occurred_at", "transaction", "pk")
    )
    if start:
        rows = rows.filter(transaction__occurred_at__gte=start)
    if end:
        rows = rows.filter(transaction__occurred_at__lt=end)
    write = csv.writer(_Line()).writerow
    yield write(COLUMNS)
    for posting in rows.iterator(chunk_size=500):
        entry, account, amount = posting.transaction, posting.account, posting.amount
        yield write(
            [
                entry.occurred_at.isoformat(),
                entry.pk,
                entry.kind,
                entry.external_ref,
                entry.subject,
                entry.cause,
                account.purpose,
                account.fund.slug if account.fund else "",
                account.category,
                amount.decimal_text() if amount.minor > 0 else "",
                (-amount).decimal_text() if amount.minor < 0 else "",
                amount.currency,
                entry.booked_at.isoformat(),
            ]
        )
