"""Gifts that come again, through the real SDK: begun, renewed, refused, paused, changed, ended."""

from datetime import UTC, datetime, timedelta

import pytest
import requests

from donations.gateway import InvoiceFacts, NotFoundError, RequestRefusedError, SubscriptionFacts
from donations.gateway.stripe_gateway import StripeGateway
from kernel.money import Money
from tests.donations.gateway.scene import begin_monthly, open_checkout
from tests.sandbox_server import SandboxPeer

DECLINED, ASKS_ALWAYS = "4000000000000341", "4000002760003184"


def _latest(desk: StripeGateway, gift: SubscriptionFacts | str) -> InvoiceFacts:
    gift = desk.subscription(gift) if isinstance(gift, str) else gift
    return desk.invoice(gift.latest_invoice)


def _renew(desk: StripeGateway, peer: SandboxPeer, gift: str) -> None:
    """Move a period on, and the two hours in which its invoice is collected."""
    facts = desk.subscription(gift)
    peer.control("POST", "advance", days=(facts.period_end - facts.period_start).days, seconds=7200)


def test_it_begins_on_the_hosted_page(later: StripeGateway, later_peer: SandboxPeer) -> None:
    """The reference goes with subscription and invoice; the first instalment is paid and in the books."""
    gift = later.subscription(begin_monthly(later, later_peer, reference="rg_one", amount=Money(1500, "GBP")))
    assert (gift.status, gift.reference, gift.amount, gift.every) == ("active", "rg_one", Money(1500, "GBP"), "month")
    assert (gift.paused, gift.ends_at, gift.ended_at, gift.why_ended) == (False, None, None, "")
    assert timedelta(days=28) <= gift.period_end - gift.period_start <= timedelta(days=31)
    assert gift.card_expires_on is not None
    first = _latest(later, gift)
    assert (first.status, first.reason, first.reference) == ("paid", "subscription_create", "rg_one")
    assert (first.amount, first.paid, first.subscription) == (gift.amount, gift.amount, gift.id)
    assert (first.entries[0].gross, first.entries[0].source) == (gift.amount, first.charge)
    assert first.period_end == gift.period_end
    assert (first.failure, first.needs_action, first.attempts, first.next_attempt) == ("", False, 1, None)


def test_it_begins_nothing_while_the_card_is_declined(later: StripeGateway, later_peer: SandboxPeer) -> None:
    """The page stays open, says what it asks for, and can still be paid; whose card was declined is known."""
    began = datetime.now(UTC)
    opened = later.open_recurring_checkout(
        reference="rg_no",
        amount=Money(1000, "EUR"),
        every="year",
        product="Gift",
        success_url="http://127.0.0.1:9/thanks/",
        cancel_url="http://127.0.0.1:9/give/",
        idempotency_key="key_no",
    )
    assert "€10.00 a year" in requests.get(opened.url, timeout=10).text
    assert later_peer.pay(opened.url, DECLINED).endswith("declined=card_declined")
    facts = later.checkout(opened.id)
    assert (facts.status, facts.subscription, facts.invoice) == ("open", "", "")
    tried = [later.charge(one.object_id) for one in later.events_since(began, types=("charge.failed",))]
    assert [(one.failed, one.by_card) for one in tried if one.reference == "rg_no"] == [(True, True)]
    later_peer.pay(opened.url, email="one@example.org")
    facts = later.checkout(opened.id)
    assert (facts.payment_status, later.subscription(facts.subscription).every) == ("paid", "year")
    assert later.invoice(facts.invoice).customer == facts.customer != ""


def test_it_renews_each_month(later: StripeGateway, later_peer: SandboxPeer) -> None:
    """Two months later there are two more invoices, each for its own month, each paid."""
    gift = begin_monthly(later, later_peer)
    seen = [_latest(later, gift)]
    for _ in range(2):
        _renew(later, later_peer, gift)
        seen.append(_latest(later, gift))
    assert [one.reason for one in seen] == ["subscription_create", "subscription_cycle", "subscription_cycle"]
    assert {one.status for one in seen} == {"paid"}
    assert seen[0].period_end == seen[1].period_start
    assert len({one.charge for one in seen}) == 3


def test_it_is_past_due_until_another_card_pays(later: StripeGateway, later_peer: SandboxPeer) -> None:
    """Tried again after three days; the new card pays then."""
    gift = begin_monthly(later, later_peer)
    later_peer.control("POST", f"card/{gift}", number=DECLINED)
    _renew(later, later_peer, gift)
    failed = _latest(later, gift)
    assert (later.subscription(gift).status, failed.status, failed.failure) == ("past_due", "open", "card_declined")
    assert failed.next_attempt is not None
    later_peer.control("POST", f"card/{gift}", number="4242424242424242")
    later_peer.control("POST", "advance", days=3)
    paid = later.invoice(failed.id)
    assert (later.subscription(gift).status, paid.status, paid.failure) == ("active", "paid", "")
    assert paid.attempts > failed.attempts


def test_it_ends_when_no_attempt_succeeds(later: StripeGateway, later_peer: SandboxPeer) -> None:
    """After three more attempts, with the reason."""
    gift = begin_monthly(later, later_peer)
    later_peer.control("POST", f"card/{gift}", number=DECLINED)
    _renew(later, later_peer, gift)
    later_peer.control("POST", "advance", days=16)
    ended = later.subscription(gift)
    assert (ended.status, ended.why_ended) == ("canceled", "payment_failed")
    last = _latest(later, ended)
    assert (last.status, last.attempts, last.next_attempt) == ("open", 4, None)


def test_it_asks_the_donor_when_the_bank_wants_them(later: StripeGateway, later_peer: SandboxPeer) -> None:
    """The renewal waits for its answer on Stripe's page of the invoice, which then is paid."""
    gift = begin_monthly(later, later_peer, ASKS_ALWAYS)
    _renew(later, later_peer, gift)
    asked = _latest(later, gift)
    assert (later.subscription(gift).status, asked.status, asked.needs_action) == ("past_due", "open", True)
    assert "Complete authentication" in requests.get(asked.url, timeout=10).text
    answer = requests.post(asked.url, data={"action": "complete"}, allow_redirects=False, timeout=10)
    assert answer.status_code == 303
    paid = later.invoice(asked.id)
    assert (later.subscription(gift).status, paid.status, paid.needs_action) == ("active", "paid", False)
    assert "is paid" in requests.get(asked.url, timeout=10).text


def test_it_collects_nothing_while_it_is_paused(later: StripeGateway, later_peer: SandboxPeer) -> None:
    """The instalment in between is void; after the pause it goes on."""
    gift = begin_monthly(later, later_peer)
    paused = later.pause(gift, idempotency_key=f"pause_{gift}")
    assert (paused.paused, paused.status, paused.resumes_at) == (True, "active", None)
    _renew(later, later_peer, gift)
    assert _latest(later, gift).status == "void"
    assert not later.resume(gift, idempotency_key=f"resume_{gift}").paused
    _renew(later, later_peer, gift)
    assert _latest(later, gift).status == "paid"


def test_it_resumes_by_itself(later: StripeGateway, later_peer: SandboxPeer) -> None:
    """On the day that was named."""
    gift = begin_monthly(later, later_peer)
    until = later.subscription(gift).period_end + timedelta(days=10)
    assert later.pause(gift, idempotency_key=f"until_{gift}", resumes_at=until).resumes_at == until
    later_peer.control("POST", "advance", days=45)
    assert not later.subscription(gift).paused


def test_it_takes_another_amount_from_the_next_time_on(later: StripeGateway, later_peer: SandboxPeer) -> None:
    """Nothing is charged now; another currency is refused."""
    gift = begin_monthly(later, later_peer)
    before = _latest(later, gift)
    changed = later.change_amount(gift, amount=Money(2500, "EUR"), idempotency_key=f"more_{gift}")
    assert (changed.amount, changed.latest_invoice) == (Money(2500, "EUR"), before.id)
    _renew(later, later_peer, gift)
    assert _latest(later, gift).paid == Money(2500, "EUR")
    with pytest.raises(RequestRefusedError):
        later.change_amount(gift, amount=Money(2500, "USD"), idempotency_key=f"other_{gift}")


def test_it_ends_now_or_with_its_month(later: StripeGateway, later_peer: SandboxPeer) -> None:
    """Once it is over nothing renews, and ending it again finds nothing."""
    now, then = begin_monthly(later, later_peer), begin_monthly(later, later_peer)
    ended = later.cancel(now, idempotency_key=f"end_{now}")
    assert (ended.status, ended.why_ended) == ("canceled", "cancellation_requested")
    ending = later.cancel(then, idempotency_key=f"end_{then}", at_period_end=True)
    assert (ending.status, ending.ends_at, ending.ended_at) == ("active", ending.period_end, None)
    _renew(later, later_peer, then)
    over = later.subscription(then)
    assert (over.status, over.latest_invoice) == ("canceled", ending.latest_invoice)
    with pytest.raises(NotFoundError):
        later.cancel(now, idempotency_key=f"again_{now}")


def test_it_is_changed_in_the_portal(later: StripeGateway, later_peer: SandboxPeer) -> None:
    """The end, going on after all, another card: on a page that says SANDBOX, needs no script, and is one person's."""
    gift = later.subscription(begin_monthly(later, later_peer))
    portal = later.open_portal(customer=gift.customer, return_url="http://127.0.0.1:9/mine/")
    assert portal.url not in repr(portal)
    shown = requests.get(portal.url, timeout=10).text
    assert "SANDBOX" in shown
    assert "€10.00 a month" in shown
    assert "<script" not in shown
    for action, ends in (("cancel", gift.period_end), ("keep", None)):
        words = {"action": action, "subscription": gift.id}
        assert requests.post(portal.url, data=words, allow_redirects=False, timeout=10).status_code == 303
        assert later.subscription(gift.id).ends_at == ends
    refused = requests.post(portal.url, data={"action": "card", "card": "4000000000000002"}, timeout=10)
    assert "Declined" in refused.text
    other = begin_monthly(later, later_peer)
    words = {"action": "cancel", "subscription": other}
    assert requests.post(portal.url, data=words, timeout=10).status_code == 404
    card = later.open_portal(customer=gift.customer, return_url="http://127.0.0.1:9/mine/", for_card=True)
    words = {"action": "card", "card": "5555555555554444"}
    changed = requests.post(card.url, data=words, allow_redirects=False, timeout=10)
    assert changed.headers["Location"] == "http://127.0.0.1:9/mine/"
    assert "4444" in requests.get(portal.url, timeout=10).text


def test_it_is_gone_with_its_customer(later: StripeGateway, later_peer: SandboxPeer) -> None:
    """Forgotten once or twice; the gift has ended, and no portal opens."""
    gift = later.subscription(begin_monthly(later, later_peer))
    later.forget_customer(gift.customer)
    later.forget_customer(gift.customer)
    assert later.subscription(gift.id).status == "canceled"
    with pytest.raises(RequestRefusedError):
        later.open_portal(customer=gift.customer, return_url="http://127.0.0.1:9/mine/")


def test_it_waits_for_a_bank_debit(later: StripeGateway, later_peer: SandboxPeer) -> None:
    """Begun while the first debit is under way; one that fails leaves it past due."""
    fine = begin_monthly(later, later_peer, "AT611904300234573201")
    refused = begin_monthly(later, later_peer, "AT861904300235473202")
    assert [_latest(later, gift).status for gift in (fine, refused)] == ["open", "open"]
    later_peer.control("POST", "settle")
    assert (later.subscription(fine).status, _latest(later, fine).status) == ("active", "paid")
    failed = _latest(later, refused)
    assert (later.subscription(refused).status, failed.failure) == ("past_due", "debit_not_authorized")


def test_it_is_a_page_of_its_own_kind(later: StripeGateway) -> None:
    """A single gift begins no subscription."""
    facts = later.checkout(open_checkout(later).id)
    assert (facts.subscription, facts.invoice, facts.customer) == ("", "", "")
