"""Refunds: full, partial, repeated, too much, slow, failing after all."""

import pytest

from donations.gateway import NotFoundError, RefundFacts, RequestRefusedError
from donations.gateway.stripe_gateway import StripeGateway
from kernel.ids import new_id
from kernel.money import Money
from tests.donations.gateway.scene import pay
from tests.sandbox_server import SandboxPeer


def _refund(desk: StripeGateway, session: str, amount: Money, **words: str) -> RefundFacts:
    intent = desk.checkout(session).payment_intent
    key = words.pop("idempotency_key", new_id("key"))
    return desk.refund(reference="rf_reference", payment_intent=intent, amount=amount, idempotency_key=key, **words)


def test_it_sends_everything_back_but_the_fee(desk: StripeGateway, peer: SandboxPeer) -> None:
    """The entry is negative and costs nothing."""
    opened = pay(desk, peer)
    facts = _refund(desk, opened.id, Money(2500, "EUR"), reason="requested_by_customer")
    assert (facts.status, facts.amount, facts.reference) == ("succeeded", Money(2500, "EUR"), "rf_reference")
    assert (facts.charge, facts.reason) == (desk.checkout(opened.id).charge, "requested_by_customer")
    assert facts.entry is not None
    assert (facts.entry.kind, facts.entry.net, facts.entry.fee) == ("refund", Money(-2500, "EUR"), Money(0, "EUR"))
    assert desk.refund_facts(facts.id) == facts


def test_it_sends_parts_back_until_nothing_is_left(desk: StripeGateway, peer: SandboxPeer) -> None:
    """The part that is too much is refused, and so is any after the last."""
    opened = pay(desk, peer)
    _refund(desk, opened.id, Money(1000, "EUR"))
    with pytest.raises(RequestRefusedError) as too_much:
        _refund(desk, opened.id, Money(1501, "EUR"))
    assert too_much.value.param == "amount"
    _refund(desk, opened.id, Money(1500, "EUR"))
    with pytest.raises(RequestRefusedError) as nothing_left:
        _refund(desk, opened.id, Money(1, "EUR"))
    assert nothing_left.value.code == "charge_already_refunded"


def test_it_is_made_once_for_one_key(desk: StripeGateway, peer: SandboxPeer) -> None:
    """A retry finds the refund that was made."""
    opened = pay(desk, peer)
    first = _refund(desk, opened.id, Money(1000, "EUR"), idempotency_key="key_refund")
    assert _refund(desk, opened.id, Money(1000, "EUR"), idempotency_key="key_refund") == first


def test_it_takes_away_no_more_than_came_in(desk: StripeGateway, peer: SandboxPeer) -> None:
    """Three thirds of a converted gift sum to its gross, however each is rounded."""
    opened = pay(desk, peer, amount=Money(1000, "JPY"))
    parts = [_refund(desk, opened.id, Money(minor, "JPY")) for minor in (333, 333, 334)]
    gross = desk.checkout(opened.id).entries[0].gross
    assert sum((part.entry.gross.minor for part in parts if part.entry), 0) == -gross.minor


def test_it_may_take_a_while(desk: StripeGateway, peer: SandboxPeer) -> None:
    """Pending, then succeeded."""
    opened = pay(desk, peer, "4000000000007726")
    facts = _refund(desk, opened.id, Money(500, "EUR"))
    assert facts.status == "pending"
    peer.control("POST", "settle")
    assert desk.refund_facts(facts.id).status == "succeeded"


def test_it_may_fail_after_it_succeeded(desk: StripeGateway, peer: SandboxPeer) -> None:
    """The money comes back as an entry of its own, and can be sent again."""
    opened = pay(desk, peer, "4000000000005126")
    facts = _refund(desk, opened.id, Money(2500, "EUR"))
    assert (facts.status, facts.failure_entry) == ("succeeded", None)
    peer.control("POST", "settle")
    failed = desk.refund_facts(facts.id)
    assert (failed.status, failed.failure_reason) == ("failed", "unknown")
    assert failed.entry == facts.entry
    assert failed.failure_entry is not None
    assert (failed.failure_entry.kind, failed.failure_entry.net) == ("refund_failure", Money(2500, "EUR"))
    assert _refund(desk, opened.id, Money(2500, "EUR")).status == "succeeded"


def test_it_needs_a_payment(desk: StripeGateway) -> None:
    """What was never paid cannot be sent back."""
    with pytest.raises(RequestRefusedError) as refused:
        desk.refund(reference="rf_x", payment_intent="pi_none", amount=Money(1, "EUR"), idempotency_key=new_id("key"))
    assert refused.value.code == "resource_missing"


def test_it_is_not_found_under_a_made_up_id(desk: StripeGateway) -> None:
    """404, and no retry helps."""
    with pytest.raises(NotFoundError) as missing:
        desk.refund_facts("re_none")
    assert not missing.value.retry
