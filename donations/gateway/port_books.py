"""What the rest of the house may ask of a payment provider about disputes, payouts and the balance."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol

from donations.gateway.facts import BalanceEntry
from donations.gateway.facts_books import BalanceFacts, DisputeFacts, PayoutFacts, UnreadFacts


class BooksGateway(Protocol):
    """Every call may raise a GatewayError; its `retry` says if the same again can help. Never call in a transaction.

    A list holds each row that it cannot read as UnreadFacts, and goes on behind it.
    """

    def dispute(self, dispute_id: str) -> DisputeFacts:
        """Return what is known about a dispute now. Raises NotFoundError."""
        ...

    def upload_evidence(self, content: bytes, *, ending: str) -> str:
        """Hand over a file about a dispute, `ending` pdf or jpg; return Stripe's id of it. Raises RequestRefusedError.

        Repeated, there are two files: only the one that an answer names goes to a bank.
        """
        ...

    def answer_dispute(
        self, dispute_id: str, *, evidence: Mapping[str, str], submit: bool, idempotency_key: str
    ) -> DisputeFacts:
        """Keep evidence at Stripe under its own field names, and with `submit` send it to the bank, which works once.

        Raises RequestRefusedError when it was sent already, or too late.
        """
        ...

    def accept_dispute(self, dispute_id: str, *, idempotency_key: str) -> DisputeFacts:
        """Concede: the dispute is lost. Raises RequestRefusedError when it is closed already."""
        ...

    def payout(self, payout_id: str) -> PayoutFacts:
        """Return what is known about a payout now. Raises NotFoundError."""
        ...

    def payouts_since(self, at: datetime) -> Iterator[PayoutFacts | UnreadFacts]:
        """Yield the payouts created at or after `at`, newest first, page by page."""
        ...

    def payout_entries(self, payout_id: str) -> Iterator[BalanceEntry | UnreadFacts]:
        """Yield what an automatic payout is made of, its own entry too, so that all nets together come to nothing.

        Raises RequestRefusedError for a payout by hand.
        """
        ...

    def entries_between(self, start: datetime, end: datetime) -> Iterator[BalanceEntry | UnreadFacts]:
        """Yield every entry created from `start` up to, not at, `end`, newest first, page by page."""
        ...

    def balance(self) -> BalanceFacts:
        """Return the balance now."""
        ...
