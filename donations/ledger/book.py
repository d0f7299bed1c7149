"""The one deed of the ledger: write transactions, whole and balanced, once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from donations.funds.models import Fund
from donations.ledger.models import Account, Posting, Purpose, Transaction, TransactionKind
from kernel.money import Money

Key = tuple[str, str | None, str]  # what an account is for, whose fund's it is, of which category


@dataclass(frozen=True, slots=True)
class Line:
    """A posting to be: a debit above zero, a credit below. Accounts of a fund name it, expenses their category."""

    purpose: Purpose
    amount: Money
    fund: Fund | None = None
    category: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A transaction to be: what happened, by which reference it is known, to what, when, and for which cause."""

    kind: TransactionKind
    external_ref: str
    subject: str
    lines: Sequence[Line]
    occurred_at: datetime
    cause: str = ""


class UnbalancedError(ValueError):
    """The lines of a transaction do not sum to zero in every currency, or there are none."""


class ReferenceTakenError(Exception):
    """A fact of this reference is in the books already, of something else: two payments cannot have brought one sum."""

    code = "reference_taken"


def check_balance(lines: Sequence[Line]) -> None:
    """Raise UnbalancedError unless `lines` sum to zero in each currency and at least two move something."""
    sums: Counter[str] = Counter()
    for line in lines:
        sums[line.amount.currency] += line.amount.minor
    wrong = {currency: total for currency, total in sums.items() if total}
    if wrong or sum(1 for line in lines if line.amount) < 2:
        raise UnbalancedError(f"These postings do not balance: {wrong or 'nothing moves'}.")


def is_booked(external_ref: str, *, subject: str) -> bool:
    """Whether this fact is in the books already. Raises ReferenceTakenError if it is there of something else."""
    found = Transaction.objects.filter(external_ref=external_ref, posted=True).first()
    if found:
        _check_same(found.subject, subject)
    return found is not None


def _check_same(known: str, subject: str) -> None:
    if known != subject:
        raise ReferenceTakenError("This reference is in the books already, of something else.")


def book(
    *,
    kind: TransactionKind,
    external_ref: str,
    subject: str,
    lines: Sequence[Line],
    occurred_at: datetime,
    at: datetime,
    cause: str = "",
) -> tuple[Transaction, bool]:
    """Write and post one transaction; return it, and whether it is new. See book_each."""
    return book_each([Draft(kind, external_ref, subject, lines, occurred_at, cause)], at=at)[0]


@transaction.atomic
def book_each(drafts: Sequence[Draft], *, at: datetime) -> list[tuple[Transaction, bool]]:
    """Write and post transactions, all or none; return each, and whether it is new. A known `external_ref` changes
    nothing.

    Lines of zero are left out. Raises UnbalancedError, ReferenceTakenError, and IntegrityError if two callers race for
    one `external_ref`: hold the lock of each `subject`.
    """
    refs = [draft.external_ref for draft in drafts]
    known = {one.external_ref: one for one in Transaction.objects.filter(external_ref__in=refs)}
    for draft in drafts:
        if draft.external_ref in known:
            _check_same(known[draft.external_ref].subject, draft.subject)
    written = _write([draft for draft in drafts if draft.external_ref not in known], at)
    return [(known[ref], False) if ref in known else (written[ref], True) for ref in refs]


def _write(drafts: Sequence[Draft], at: datetime) -> dict[str, Transaction]:
    """Write what is new: open, with its postings, then posted, which the database does only if it balances."""
    if not drafts:
        return {}
    for draft in drafts:
        check_balance(draft.lines)
    entries = Transaction.objects.bulk_create(
        Transaction(
            kind=draft.kind,
            external_ref=draft.external_ref,
            subject=draft.subject,
            cause=draft.cause,
            occurred_at=draft.occurred_at,
            booked_at=at,
        )
        for draft in drafts
    )
    moving = [
        (entry, line) for entry, draft in zip(entries, drafts, strict=True) for line in draft.lines if line.amount
    ]
    accounts = _accounts([line for _entry, line in moving])
    Posting.objects.bulk_create(
        Posting(
            transaction_id=entry.pk,
            account_id=accounts[_key(line)].pk,
            minor=line.amount.minor,
            currency=line.amount.currency,
        )
        for entry, line in moving
    )
    Transaction.objects.filter(pk__in=[entry.pk for entry in entries]).update(posted=True)
    for entry in entries:
        entry.posted = True
    return {entry.external_ref: entry for entry in entries}


def _key(line: Line) -> Key:
    return str(line.purpose), line.fund.pk if line.fund else None, line.category


def _accounts(lines: Sequence[Line]) -> dict[Key, Account]:
    """Return the account of each line, all in one query, opening those that are not there yet."""
    purposes, funds = {line.purpose for line in lines}, {line.fund for line in lines if line.fund}
    there = Account.objects.filter(Q(fund=None) | Q(fund__in=funds), purpose__in=purposes)
    accounts: dict[Key, Account] = {(account.purpose, account.fund_id, account.category): account for account in there}
    missing = {_key(line): line for line in lines if _key(line) not in accounts}
    # in one order for all: of two who open the same accounts, none holds what the other waits for
    for key in sorted(missing, key=lambda one: [part or "" for part in one]):
        line = missing[key]
        accounts[key], _new = Account.objects.get_or_create(
            purpose=line.purpose, fund=line.fund, category=line.category
        )
    return accounts
