"""Disputes, payouts and the balance, through the real SDK."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import stripe

from donations.gateway import (
    AmountRefusedError,
    BalanceEntry,
    NotFoundError,
    RequestRefusedError,
    UnreadFacts,
    reading_books,
)
from donations.gateway.stripe_gateway import StripeGateway
from kernel.money import Money
from tests.donations.gateway.scene import pay
from tests.donations.gateway.shapes import faults
from tests.sandbox_server import API_KEY, SandboxPeer, running_sandbox

ZERO, DISPUTED, NOT_RECEIVED, INQUIRY = Money(0, "EUR"), "4000000000000259", "4000000000002685", "4000000000001976"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxPeer]:
    """A sandbox whose books are this file's alone; what a bank decides waits until it is told to."""
    with running_sandbox("", "", tmp_path_factory.mktemp("books"), "--settle-after", "3600") as running:
        yield running


@pytest.fixture
def books(bank: SandboxPeer) -> StripeGateway:
    """The gateway at that sandbox."""
    return StripeGateway(api_key=API_KEY, api_base=bank.url)


def _sum(entries: Sequence[BalanceEntry | UnreadFacts], currency: str = "EUR") -> Money:
    nets = (one.net for one in entries if isinstance(one, BalanceEntry))
    return sum((net for net in nets if net.currency == currency), Money(0, currency))


def _dispute_of(books: StripeGateway, charge: str) -> str:
    (found,) = books._client.v1.disputes.list({"charge": charge}).data
    return found.id


def test_it_is_taken_with_a_fee_as_soon_as_it_is_disputed(books: StripeGateway, bank: SandboxPeer) -> None:
    """The test card's dispute: the whole payment, 20 euros on top, a deadline, no refund meanwhile."""
    facts = books.checkout(pay(books, bank, DISPUTED).id)
    bank.control("POST", "settle")
    dispute = books.dispute(_dispute_of(books, facts.charge))
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "fraudulent", Money(2500, "EUR"))
    assert (dispute.charge, dispute.payment_intent) == (facts.charge, facts.payment_intent)
    (taken,) = dispute.entries
    assert (taken.kind, taken.category, taken.source) == ("adjustment", "dispute", dispute.id)
    assert (taken.gross, taken.fee, taken.net) == (Money(-2500, "EUR"), Money(2000, "EUR"), Money(-4500, "EUR"))
    assert dispute.evidence_due is not None
    assert dispute.evidence_due > dispute.created + timedelta(days=7)
    with pytest.raises(RequestRefusedError) as refused:
        books.refund(
            reference="rf", payment_intent=facts.payment_intent, amount=Money(100, "EUR"), idempotency_key="disputed"
        )
    assert refused.value.code == "charge_disputed"


@pytest.mark.parametrize(("word", "outcome"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_it_is_decided_by_the_evidence(books: StripeGateway, bank: SandboxPeer, word: str, outcome: str) -> None:
    """Staged, then submitted once; what is won comes back."""
    facts = books.checkout(pay(books, bank, NOT_RECEIVED).id)
    bank.control("POST", "settle")
    dispute = _dispute_of(books, facts.charge)
    staged = books.answer_dispute(dispute, evidence={"uncategorized_text": "x"}, submit=False, idempotency_key=word)
    assert (staged.status, staged.has_evidence, staged.submissions) == ("needs_response", True, 0)
    sent = books.answer_dispute(
        dispute, evidence={"uncategorized_text": word}, submit=True, idempotency_key=f"{word}_sent"
    )
    assert (sent.status, sent.submissions) == ("under_review", 1)
    with pytest.raises(RequestRefusedError):
        books.answer_dispute(dispute, evidence={"receipt": "x"}, submit=True, idempotency_key=f"{word}_again")
    bank.control("POST", "settle")
    closed = books.dispute(dispute)
    assert (closed.status, closed.refundable) == (outcome, False)
    assert _sum(list(closed.entries)) == (Money(-2000, "EUR") if outcome == "won" else Money(-4500, "EUR"))


def test_it_may_be_about_a_part_and_won_in_part(books: StripeGateway, bank: SandboxPeer) -> None:
    """Both amounts are the bank's; the fee comes back where it says so."""
    facts = books.checkout(pay(books, bank, amount=Money(5000, "JPY")).id)
    opened = bank.control("POST", f"dispute/{facts.payment_intent}", amount=3000, reason="duplicate")
    dispute = books.dispute(opened["id"])
    assert (dispute.amount, dispute.reason) == (Money(3000, "JPY"), "duplicate")
    assert dispute.entries[0].gross == Money(-1676, "EUR")
    bank.control("POST", f"close/{dispute.id}", outcome="won", amount=1000, fee="returned")
    won = books.dispute(dispute.id)
    assert (won.status, [one.category for one in won.entries]) == ("won", ["dispute", "dispute_reversal"])
    assert (won.entries[1].gross, won.entries[1].fee) == (Money(559, "EUR"), Money(-2000, "EUR"))


def test_it_is_conceded(books: StripeGateway, bank: SandboxPeer) -> None:
    """Lost at once; a second time is refused."""
    facts = books.checkout(pay(books, bank).id)
    dispute = bank.control("POST", f"dispute/{facts.charge}")["id"]
    assert books.accept_dispute(dispute, idempotency_key=dispute).status == "lost"
    with pytest.raises(RequestRefusedError):
        books.accept_dispute(dispute, idempotency_key=f"{dispute}_again")
    with pytest.raises(NotFoundError):
        books.dispute("dp_none")


def test_it_takes_nothing_for_an_inquiry(books: StripeGateway, bank: SandboxPeer) -> None:
    """Until the bank makes a dispute of it."""
    facts = books.checkout(pay(books, bank, INQUIRY).id)
    bank.control("POST", "settle")
    inquiry = books.dispute(_dispute_of(books, facts.charge))
    assert (inquiry.status, inquiry.entries, inquiry.refundable) == ("warning_needs_response", (), True)
    bank.control("POST", f"close/{inquiry.id}", outcome="escalated")
    assert len(books.dispute(inquiry.id).entries) == 1


def test_it_pays_out_what_is_available(books: StripeGateway, bank: SandboxPeer) -> None:
    """Made of what had not left before, itself included, so that it comes to nothing; then it arrives."""
    pay(books, bank, "4000000000000077", amount=Money(90000, "EUR"))
    pay(books, bank, amount=Money(1000, "EUR"))
    before = {one.currency: one for one in books.balance().available}["EUR"]
    payout = books.payout(bank.control("POST", "payout")["id"])
    assert (payout.status, payout.automatic, payout.reconciled, payout.amount) == ("in_transit", True, False, before)
    assert payout.entry is not None
    assert (payout.entry.net, payout.entry.category) == (Money(-before.minor, "EUR"), "payout")
    entries = list(books.payout_entries(payout.id))
    assert payout.entry in entries
    assert _sum(entries) == ZERO
    assert {one.currency: one for one in books.balance().available}["EUR"] == ZERO
    bank.control("POST", "settle")
    arrived = books.payout(payout.id)
    assert (arrived.status, arrived.reconciled) == ("paid", True)
    assert payout.id in {one.id for one in books.payouts_since(payout.created)}


def test_it_comes_back_and_leaves_with_the_next(books: StripeGateway, bank: SandboxPeer) -> None:
    """A payout the bank refuses, even after it was paid."""
    pay(books, bank, amount=Money(40000, "EUR"))
    first = bank.control("POST", "payout", pending=1)["id"]
    bank.control("POST", "settle")
    bank.control("POST", f"return/{first}")
    failed = books.payout(first)
    assert (failed.status, failed.failure) == ("failed", "account_closed")
    assert failed.failure_entry is not None
    assert failed.failure_entry.net == failed.amount
    second = books.payout(bank.control("POST", "payout", pending=1)["id"])
    assert second.amount == failed.amount
    assert failed.failure_entry in list(books.payout_entries(second.id))


def test_it_says_nothing_of_a_payout_by_hand(books: StripeGateway, bank: SandboxPeer) -> None:
    """As Stripe, which cannot tell what it is made of; more than there is is refused."""
    pay(books, bank, "4000000000000077", amount=Money(900000, "EUR"))
    made = books._client.v1.payouts.create({"amount": 100, "currency": "eur"})
    assert not books.payout(made.id).automatic
    with pytest.raises(RequestRefusedError):
        list(books.payout_entries(made.id))
    with pytest.raises(stripe.InvalidRequestError) as refused:
        books._client.v1.payouts.create({"amount": 99_999_900, "currency": "eur"})
    assert refused.value.code == "balance_insufficient"


def test_it_lists_every_entry_of_a_time(books: StripeGateway, bank: SandboxPeer) -> None:
    """In each settlement currency what is listed comes to what the balance holds, and to the sandbox's own books."""
    pay(books, bank, amount=Money(1230, "KWD"))
    pay(books, bank, amount=Money(700, "ISK"))
    pay(books, bank, amount=Money(1500, "GBP"))
    now = datetime.now(UTC)
    entries = list(books.entries_between(now - timedelta(days=1), now + timedelta(days=1)))
    held = books.balance()
    told = bank.control("GET", "books")["balances"]
    for currency in ("EUR", "GBP"):
        both = [one for one in (*held.available, *held.pending) if one.currency == currency]
        assert _sum(entries, currency) == sum(both, Money(0, currency))
        assert _sum(entries, currency).minor == told[currency.lower()]["net"]
    assert list(books.entries_between(now - timedelta(days=3), now - timedelta(days=2))) == []
    assert any(one.exchange_rate for one in entries)


def test_it_answers_as_the_annotations_say(books: StripeGateway, bank: SandboxPeer) -> None:
    """Disputes, payouts, balance transactions with their sources, the balance, and what the events hold."""
    v1 = books._client.v1
    for service in (v1.disputes, v1.payouts, v1.balance_transactions):
        page = service.list({"limit": 100}).data
        assert page
        for one in page:
            assert faults(one.to_dict()) == []
            assert service.retrieve(one.id).to_dict() == one.to_dict()
    for one in v1.balance_transactions.list({"limit": 100, "expand": ["data.source"]}).data:
        assert faults(one.to_dict()) == []
    assert faults(v1.balance.retrieve().to_dict()) == []
    for event in v1.events.list({"limit": 100}).data:
        assert faults(event.to_dict()) == []
        assert faults(event.to_dict()["data"]["object"]) == []


def test_it_loses_what_nobody_answers(tmp_path: Path) -> None:
    """When its last day is over."""
    with running_sandbox("", "", tmp_path) as peer:
        desk = StripeGateway(api_key=API_KEY, api_base=peer.url)
        charge = desk.checkout(pay(desk, peer).id).charge
        dispute = peer.control("POST", f"dispute/{charge}")["id"]
        peer.control("POST", "advance", days=20)
        lost = desk.dispute(dispute)
        assert (lost.status, lost.past_due) == ("lost", True)


def test_a_list_goes_on_behind_what_it_cannot_read(books: StripeGateway, bank: SandboxPeer) -> None:
    """Unknown, empty and capital currencies, half a króna, more than anybody holds: each a fact of its own."""
    before = datetime.now(UTC)
    bank.control("POST", "stray", currency="eur", amount=1)
    odd = [("xts", 7), ("XTS", 8), ("", 9), ("isk", 550), ("eur", 10**29), ("usdc_on_chain", 10)]
    ids = {bank.control("POST", "stray", currency=code, amount=amount, below=1)["ids"][0] for code, amount in odd}
    bank.control("POST", "stray", currency="xts", amount=3, fee=1, times=250)
    bank.control("POST", "stray", currency="CHF", amount=1)
    listed = list(books.entries_between(before - timedelta(seconds=1), before + timedelta(minutes=5)))
    unread = {one.id: one for one in listed if isinstance(one, UnreadFacts)}
    assert (len(unread), len(listed) - len(unread) >= 2) == (256, True)
    assert Money(1, "CHF") in {one.net for one in listed if isinstance(one, BalanceEntry)}
    found = [unread[one] for one in ids]
    assert {(one.currency, one.net, one.why) for one in found} == {
        ("xts", -7, "unknown_currency"),
        ("XTS", -8, "unknown_currency"),
        ("", -9, "unknown_currency"),
        ("isk", -550, "not_whole"),
        ("eur", -(10**29), "out_of_range"),
        ("usdc_on_chain", -10, "unknown_currency"),
    }
    assert {(one.amount, one.fee, one.net) for one in unread.values() if one.id not in ids} == {(3, 1, 2)}
    held = books.balance()
    assert ("xts", 250 * 2 - 7) in held.unread
    assert "CHF" in {one.currency for one in held.available}


def test_a_payout_it_cannot_read_is_one_of_the_list_and_refused_by_itself(
    books: StripeGateway, bank: SandboxPeer
) -> None:
    """The list goes on; asked for alone, its currency is the reason."""
    before = datetime.now(UTC) - timedelta(seconds=1)
    bank.control("POST", "stray", currency="xua", amount=1234)
    odd = bank.control("POST", "payout", currency="xua")["id"]
    (found,) = [one for one in books.payouts_since(before) if isinstance(one, UnreadFacts)]
    assert (found.id, found.what, found.net, found.why) == (odd, "payout", 1234, "unknown_currency")
    assert {type(one) for one in books.payout_entries(odd)} == {UnreadFacts}
    with pytest.raises(AmountRefusedError) as refused:
        books.payout(odd)
    assert refused.value.code == "unknown_currency"


def test_a_net_that_is_not_gross_less_fee_is_not_believed() -> None:
    """No sandbox says so: what the spec promises is looked at all the same."""
    body = {
        "id": "txn_1",
        "type": "charge",
        "amount": 100,
        "fee": 3,
        "net": 98,
        "currency": "eur",
        "source": None,
        "created": 0,
        "available_on": 0,
    }
    found = reading_books.listed_entry(body)
    assert isinstance(found, UnreadFacts)
    assert found.why == "net_differs"
    assert isinstance(reading_books.listed_entry({**body, "net": 97}), BalanceEntry)
    nameless = reading_books.listed_entry({**body, "currency": None})
    assert isinstance(nameless, UnreadFacts)
    assert (nameless.currency, nameless.why) == ("", "unknown_currency")
