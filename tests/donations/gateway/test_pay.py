"""The hosted page: paid, declined, authenticated, closed, pressed twice; a bank debit that ends later."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from donations.gateway.stripe_gateway import StripeGateway
from kernel.money import Money
from tests.donations.gateway.scene import open_checkout, pay
from tests.sandbox_server import SandboxPeer, running_sandbox


def test_it_is_paid_and_leads_to_thanks(desk: StripeGateway, peer: SandboxPeer) -> None:
    """The success address gets the session's id; the fee is 1.5 % and 25 cents."""
    opened = open_checkout(desk, amount=Money(2500, "EUR"))
    assert peer.pay(opened.url) == f"http://127.0.0.1:9/thanks/?session={opened.id}"
    facts = desk.checkout(opened.id)
    assert (facts.status, facts.payment_status) == ("complete", "paid")
    assert facts.payment_intent.startswith("pi_")
    assert facts.charge.startswith("ch_")
    (entry,) = facts.entries
    assert (entry.kind, entry.exchange_rate) == ("charge", None)
    assert (entry.gross, entry.fee, entry.net) == (Money(2500, "EUR"), Money(63, "EUR"), Money(2437, "EUR"))
    assert entry.available_on > entry.created


def test_it_settles_in_euros_what_is_paid_in_yen(desk: StripeGateway, peer: SandboxPeer) -> None:
    """The donor's amount stays in yen, the entry is in euros, with the rate."""
    facts = desk.checkout(pay(desk, peer, amount=Money(5000, "JPY")).id)
    (entry,) = facts.entries
    assert facts.amount_total == Money(5000, "JPY")
    assert (entry.gross, entry.exchange_rate) == (Money(2793, "EUR"), Decimal("0.005586"))
    assert entry.net == entry.gross - entry.fee


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("4000000000000002", "card_declined"),
        ("4000 0000 0000 9995", "card_declined"),
        ("4000000000000069", "expired_card"),
        ("4000000000000127", "incorrect_cvc"),
        ("4242424242424241", "incorrect_number"),
        ("4111111111111111", "card_declined"),
        ("", "incorrect_number"),
    ],
)
def test_it_stays_open_after_a_declined_card(desk: StripeGateway, peer: SandboxPeer, card: str, code: str) -> None:
    """Nothing is charged, the page says so, and another card still pays it."""
    opened = open_checkout(desk)
    back = peer.pay(opened.url, card)
    assert back.endswith(f"?declined={code}")
    page = requests.get(f"{peer.url}{back}", timeout=10)
    assert "Nothing was charged" in page.text
    facts = desk.checkout(opened.id)
    assert (facts.status, facts.payment_status, facts.failure, facts.entries) == ("open", "unpaid", "", ())
    peer.pay(opened.url)
    assert desk.checkout(opened.id).payment_status == "paid"


def test_it_asks_for_authentication_first(desk: StripeGateway, peer: SandboxPeer) -> None:
    """Unpaid until the bank has been answered."""
    opened = open_checkout(desk)
    assert peer.pay(opened.url, "4000002500003155") == f"/c/pay/{opened.id}/challenge"
    assert desk.checkout(opened.id).payment_status == "unpaid"
    assert "Complete authentication" in requests.get(f"{opened.url}/challenge", timeout=10).text
    assert peer.authenticate(opened.url).startswith("http://127.0.0.1:9/thanks/")
    assert desk.checkout(opened.id).payment_status == "paid"


def test_it_stays_open_when_authentication_fails(desk: StripeGateway, peer: SandboxPeer) -> None:
    """And another card still pays it."""
    opened = open_checkout(desk)
    peer.pay(opened.url, "4000000000003220")
    assert "declined=payment_intent_authentication_failure" in peer.authenticate(opened.url, passed=False)
    assert desk.checkout(opened.id).status == "open"
    peer.pay(opened.url)
    assert desk.checkout(opened.id).payment_status == "paid"


def test_it_can_be_declined_after_authentication(desk: StripeGateway, peer: SandboxPeer) -> None:
    """The bank knows the person and says no."""
    opened = open_checkout(desk)
    peer.pay(opened.url, "4000008400001629")
    assert "declined=card_declined" in peer.authenticate(opened.url)
    assert desk.checkout(opened.id).status == "open"


def test_it_leads_back_when_closed(desk: StripeGateway, peer: SandboxPeer) -> None:
    """Closing changes nothing."""
    opened = open_checkout(desk)
    assert peer.close(opened.url) == "http://127.0.0.1:9/give/"
    assert desk.checkout(opened.id).status == "open"


def test_it_charges_once_however_often_it_is_pressed(desk: StripeGateway, peer: SandboxPeer) -> None:
    """Eight presses at once: all lead to thanks, one charge."""
    opened = open_checkout(desk)
    with ThreadPoolExecutor(8) as pool:
        places = list(pool.map(lambda _: peer.pay(opened.url), range(8)))
    assert set(places) == {f"http://127.0.0.1:9/thanks/?session={opened.id}"}
    charges = desk._client.v1.charges.list({"payment_intent": desk.checkout(opened.id).payment_intent})
    assert len(charges.data) == 1


def test_it_says_when_it_is_over(desk: StripeGateway, peer: SandboxPeer) -> None:
    """A paid page says so, an expired one is gone and takes no card."""
    paid, expired = pay(desk, peer), open_checkout(desk)
    desk.expire_checkout(expired.id)
    assert "is paid" in requests.get(paid.url, timeout=10).text
    assert requests.get(expired.url, timeout=10).status_code == 410
    assert requests.post(expired.url, data={"action": "pay", "card": "4242424242424242"}, timeout=10).status_code == 410
    assert desk.checkout(expired.id).payment_status == "unpaid"


def test_it_says_sandbox_and_works_without_scripts(desk: StripeGateway, peer: SandboxPeer) -> None:
    """A plain form with a button that says the amount."""
    page = requests.get(open_checkout(desk, amount=Money(2500, "EUR"), product="Gift <b>").url, timeout=10)
    assert "SANDBOX" in page.text
    assert ">Pay €25.00</button>" in page.text
    assert ">Close</button>" in page.text
    assert "<script" not in page.text
    assert "Gift &lt;b&gt;" in page.text


def test_it_takes_what_a_person_types_without_showing_it(desk: StripeGateway, peer: SandboxPeer) -> None:
    """Billing details stay at Stripe: no fact of ours holds them."""
    opened = open_checkout(desk)
    words = {"card": "4242424242424242", "email": "one@example.org", "name": "One"}
    requests.post(opened.url, data=words, allow_redirects=False, timeout=10)
    session = desk._client.v1.checkout.sessions.retrieve(opened.id)
    assert session.customer_details is not None
    assert (session.customer_details.email, session.customer_details.name) == ("one@example.org", "One")
    assert "one@example.org" not in repr(desk.checkout(opened.id))


def test_it_is_under_way_until_the_bank_debit_ends(desk: StripeGateway, peer: SandboxPeer) -> None:
    """Complete but unpaid, then paid."""
    opened = pay(desk, peer, "AT611904300234573201")
    under_way = desk.checkout(opened.id)
    assert (under_way.status, under_way.payment_status, under_way.failure) == ("complete", "unpaid", "")
    assert under_way.entries == ()
    peer.control("POST", "settle")
    paid = desk.checkout(opened.id)
    assert (paid.payment_status, paid.entries[0].kind) == ("paid", "payment")


def test_it_may_be_paid_before_it_is_in_the_books(tmp_path: Path) -> None:
    """As with an asynchronous capture: no entry at first, then one."""
    with running_sandbox("", "", tmp_path, "--book-after", "3600") as peer:
        desk = StripeGateway(api_key=peer.api_key, api_base=peer.url)
        opened = pay(desk, peer)
        facts = desk.checkout(opened.id)
        assert (facts.payment_status, facts.entries) == ("paid", ())
        peer.control("POST", "settle")
        (entry,) = desk.checkout(opened.id).entries
        assert entry.net == Money(2437, "EUR")


def test_it_fails_for_good_when_the_bank_refuses_the_debit(desk: StripeGateway, peer: SandboxPeer) -> None:
    """Complete, unpaid, and no longer under way."""
    opened = pay(desk, peer, "AT861904300235473202")
    peer.control("POST", "settle")
    facts = desk.checkout(opened.id)
    assert (facts.status, facts.payment_status, facts.failure) == ("complete", "unpaid", "debit_not_authorized")


def test_it_runs_out_of_time(desk: StripeGateway, peer: SandboxPeer) -> None:
    """An abandoned page, with a card tried in vain, expires."""
    opened = open_checkout(desk)
    peer.pay(opened.url, "4000000000000002")
    assert peer.control("POST", f"expire/{opened.id}")["status"] == "expired"
    facts = desk.checkout(opened.id)
    assert (facts.status, facts.payment_status, facts.failure) == ("expired", "unpaid", "")
