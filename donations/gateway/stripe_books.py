"""Disputes, payouts and the balance, at Stripe."""

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, cast

import stripe

from donations.gateway import reading_books
from donations.gateway.facts import BalanceEntry
from donations.gateway.facts_books import BalanceFacts, DisputeFacts, PayoutFacts, UnreadFacts
from donations.gateway.stripe_errors import in_our_words

if TYPE_CHECKING:
    from stripe.params import BalanceTransactionListParams, DisputeUpdateParamsEvidence

_PAYOUT_EXPAND = ["balance_transaction", "failure_balance_transaction"]
_A_PAGE = 100


class BooksAtStripe:
    """The part of StripeGateway that BooksGateway describes."""

    _client: stripe.StripeClient

    def dispute(self, dispute_id: str) -> DisputeFacts:
        """Fetch a dispute, which holds its balance transactions."""
        with in_our_words():
            found = self._client.v1.disputes.retrieve(dispute_id)
        return reading_books.dispute(found.to_dict())

    def upload_evidence(self, content: bytes, *, ending: str) -> str:
        """Upload a file under a name that says nothing."""
        file = io.BytesIO(content)
        file.name = f"evidence.{ending}"
        with in_our_words():
            return self._client.v1.files.create({"purpose": "dispute_evidence", "file": file}).id

    def answer_dispute(
        self, dispute_id: str, *, evidence: Mapping[str, str], submit: bool, idempotency_key: str
    ) -> DisputeFacts:
        """Stage or submit evidence."""
        given = cast("DisputeUpdateParamsEvidence", dict(evidence))
        with in_our_words():
            changed = self._client.v1.disputes.update(
                dispute_id, {"evidence": given, "submit": submit}, {"idempotency_key": idempotency_key}
            )
        return reading_books.dispute(changed.to_dict())

    def accept_dispute(self, dispute_id: str, *, idempotency_key: str) -> DisputeFacts:
        """Close it as lost."""
        with in_our_words():
            closed = self._client.v1.disputes.close(dispute_id, None, {"idempotency_key": idempotency_key})
        return reading_books.dispute(closed.to_dict())

    def payout(self, payout_id: str) -> PayoutFacts:
        """Fetch a payout with its balance transactions."""
        with in_our_words():
            found = self._client.v1.payouts.retrieve(payout_id, {"expand": _PAYOUT_EXPAND})
        return reading_books.payout(found.to_dict())

    def payouts_since(self, at: datetime) -> Iterator[PayoutFacts | UnreadFacts]:
        """Page through the payouts."""
        expand = [f"data.{one}" for one in _PAYOUT_EXPAND]
        with in_our_words():
            page = self._client.v1.payouts.list(
                {"created": {"gte": int(at.timestamp())}, "limit": _A_PAGE, "expand": expand}
            )
            for one in page.auto_paging_iter():
                yield reading_books.listed_payout(one.to_dict())

    def payout_entries(self, payout_id: str) -> Iterator[BalanceEntry | UnreadFacts]:
        """Page through the balance transactions of a payout."""
        return self._entries({"payout": payout_id, "limit": _A_PAGE})

    def entries_between(self, start: datetime, end: datetime) -> Iterator[BalanceEntry | UnreadFacts]:
        """Page through the balance transactions of a time."""
        bounds = {"gte": int(start.timestamp()), "lt": int(end.timestamp())}
        return self._entries({"created": bounds, "limit": _A_PAGE})  # type: ignore[typeddict-item]

    def balance(self) -> BalanceFacts:
        """Fetch the balance."""
        with in_our_words():
            found = self._client.v1.balance.retrieve()
        return reading_books.balance(found.to_dict())

    def _entries(self, params: "BalanceTransactionListParams") -> Iterator[BalanceEntry | UnreadFacts]:
        with in_our_words():
            for one in self._client.v1.balance_transactions.list(params).auto_paging_iter():
                yield reading_books.listed_entry(one.to_dict())
