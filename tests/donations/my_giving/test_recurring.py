"""A donor's own hand on what comes again: pause, go on, another amount, another card, an end; nobody else's hand."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import time_machine
from django.utils import timezone

from donations.gateway import gateway
from donations.models import Donation, ReceiptWish, RecurringContact, RecurringGift
from donations.receipts.wishes import ask_for_receipt
from donations.recurring.following import apply_subscription
from donations.recurring.instalments import apply_invoice
from kernel.audit.models import AuditEntry
from kernel.money import Money
from tests.donations.gateway.scene import begin_monthly
from tests.donations.my_giving.donor import links, mailed_link, opened, press, words_of
from tests.factories.donations import make_fund
from tests.factories.receipts import EMAIL, make_wished
from tests.factories.recurring import begin_one, invoiced, make_recurring, refused, subscribed
from tests.offers.pages.visitor import Visitor, deliver
from tests.sandbox_server import SandboxPeer
from waystation.erasure.replaying import replay

DEEDS = ("pause", "resume", "cancel", "amount", "card", "confirm")


def do(visitor: Visitor, page: Any, gift: RecurringGift, deed: str, **fields: Any) -> Any:
    """Press a button of a gift."""
    return press(visitor, page, f"/my-giving/recurring/{deed}/", gift=gift.pk, **fields)


def now(gift: RecurringGift) -> RecurringGift:
    return RecurringGift.objects.get(pk=gift.pk)


def test_it_shows_what_comes_again_and_every_instalment_without_a_receipt_asked_for(visitor: Visitor) -> None:
    gift = make_recurring(email=EMAIL, split=[(make_fund(name="Harbour"), 1)])
    apply_invoice(invoiced(gift, 1), at=timezone.now())
    assert not ReceiptWish.objects.exists()
    said = words_of(opened(visitor))
    assert "€25.00 every month goes on" in said
    assert len(re.findall(r"Harbour €25.00 paid", said)) == 2


def test_it_is_found_by_its_contact_alone_and_only_once_it_has_begun(visitor: Visitor) -> None:
    begin_one(email="begun@example.org")
    visitor.send("/my-giving/", email="begun@example.org")
    deliver()
    assert links() == []
    make_recurring(email=EMAIL)
    assert mailed_link(visitor)


def test_it_pauses_goes_on_and_ends_each_once(visitor: Visitor) -> None:
    gift = make_recurring(email=EMAIL)
    page = opened(visitor)
    for deed, status, word in (("pause", "paused", "It is paused"), ("resume", "active", "It goes on")):
        for _ in range(2):
            assert word in words_of(do(visitor, page, gift, deed))
        assert now(gift).status == status
    asked = do(visitor, page, gift, "cancel")
    assert "End it?" in words_of(asked)
    assert now(gift).status == "active"
    for _ in range(2):
        assert "It has ended" in words_of(press(visitor, asked, "/my-giving/recurring/cancel/", sure="1"))
    assert now(gift).status == "canceled"
    assert list(AuditEntry.objects.filter(object_id=gift.pk, actor="page").values_list("action", flat=True))[-3:] == [
        "recurring.pause", "recurring.resume", "recurring.cancel",
    ]  # fmt: skip
    said = words_of(press(visitor, page, "/my-giving/open/"))
    assert ("ended" in said, "Another card" in said) == (True, False)


def test_it_takes_another_amount_in_the_same_currency_and_says_what_is_wrong(visitor: Visitor) -> None:
    gift = make_recurring(email=EMAIL)
    form = do(visitor, opened(visitor), gift, "amount")
    assert "Now it is €25.00 every month" in words_of(form)
    for typed in ("", "much", "0", "1000000000", "12.345", "<b>"):
        answer = press(visitor, form, "/my-giving/recurring/amount/", amount=typed)
        assert (answer.status_code, "aria-invalid" in answer.content.decode()) == (422, True), typed
    assert "Наименьшая сумма" in words_of(press(visitor, form, "/ru/my-giving/recurring/amount/", amount="0"))
    assert now(gift).amount == Money(2500, "EUR")
    for _ in range(2):
        changed = press(visitor, form, "/my-giving/recurring/amount/", amount="30,50")
        assert "From the next instalment on it is €30.50" in words_of(changed)
    assert now(gift).amounts.count() == 2


def test_what_is_not_possible_any_more_is_said_in_words(visitor: Visitor) -> None:
    gift = make_recurring(email=EMAIL)
    page = opened(visitor)
    do(visitor, page, gift, "cancel", sure="1")
    for deed in ("pause", "resume", "card"):
        answer = do(visitor, page, gift, deed)
        assert answer.status_code == 409
        assert "That could not be done" in words_of(answer)


def test_nobody_touches_what_is_anothers_or_what_is_no_deed(visitor: Visitor) -> None:
    make_wished()
    theirs = make_recurring(email="other@example.org")
    page = opened(visitor)
    for deed in DEEDS:
        assert do(visitor, page, theirs, deed, sure="1", amount="5").status_code == 404
    assert do(visitor, page, theirs, "forget").status_code == 404
    mine = make_recurring(email=EMAIL)
    assert do(visitor, page, mine, "erase").status_code == 404
    assert visitor.client.get("/my-giving/recurring/cancel/")["Location"] == "/my-giving/"
    assert now(theirs).status == "active"
    assert now(theirs).amounts.count() == 1


def test_erasing_ends_what_comes_again_and_again_after_a_restore(visitor: Visitor) -> None:
    gift = make_recurring(email=EMAIL)
    ask_for_receipt(donation=Donation.objects.get(recurring=gift), email=EMAIL, at=timezone.now())
    apply_invoice(invoiced(gift, 1), at=timezone.now())
    theirs = make_recurring(email="other@example.org")
    press(visitor, opened(visitor), "/my-giving/erase/", sure="1")
    assert (now(gift).status, now(theirs).status) == ("canceled", "active")
    assert [contact.recurring_id for contact in RecurringContact.objects.all()] == [theirs.pk]
    assert not ReceiptWish.objects.exists()
    assert now(gift).wishes.get(kind="forget").by == "page"
    first = Donation.objects.filter(recurring=theirs).first()
    assert first is not None
    replay([("donation", first.pk)], at=timezone.now())
    assert (now(theirs).status, RecurringContact.objects.count()) == ("canceled", 0)


def test_what_waits_is_paid_on_the_payment_page_and_nothing_else_is_shown_there(visitor: Visitor, monkeypatch) -> None:
    gift = make_recurring(email=EMAIL)
    page = opened(visitor)
    assert "Pay what waits" not in words_of(page)
    assert do(visitor, page, gift, "confirm").status_code == 409
    apply_subscription(subscribed(gift, status="past_due"), asked_at=timezone.now(), at=timezone.now())
    waiting = refused(gift, 1, needs_action=True)
    answers = [waiting, replace(waiting, status="paid")]

    class Stripe:
        """A peer at which one instalment waits, and then is paid."""

        def subscription(self, subscription_id: str) -> Any:
            return subscribed(gift, latest_invoice=waiting.id)

        def invoice(self, invoice_id: str) -> Any:
            return answers.pop(0)

    monkeypatch.setattr("donations.my_giving.bank.gateway", Stripe)
    shown = do(visitor, page, gift, "confirm")
    assert f'href="{waiting.url}"' in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert do(visitor, page, gift, "confirm").status_code == 409


@pytest.mark.parametrize("path", ["/my-giving/card/", "/ru/my-giving/card/"])
def test_the_way_back_from_the_cards_page_says_the_same_to_everyone(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 200
    assert not answer.cookies


def test_at_the_peer_the_card_is_changed_the_gift_paused_and_the_donor_forgotten(stripe: SandboxPeer) -> None:
    gift, visitor = make_recurring(email=EMAIL, amount=Money(1000, "EUR")), Visitor()
    subscription = gateway().subscription(begin_monthly(gateway(), stripe, reference=gift.pk, amount=gift.total))
    RecurringGift.objects.filter(pk=gift.pk).update(
        stripe_customer=subscription.customer, stripe_subscription=subscription.id
    )
    page = opened(visitor)
    # whoever sends an address of their own is not led there
    left = do(visitor, page, gift, "card", return_url="https://evil.example/", next="https://evil.example/")
    assert left.status_code == 303
    assert left["Location"].startswith(stripe.url)
    assert "no-store" in left["Cache-Control"]
    words = {"action": "card", "card": "5555555555554444"}
    back = requests.post(left["Location"], data=words, allow_redirects=False, timeout=10)
    assert urlsplit(back.headers["Location"]).path == "/my-giving/card/"
    assert "evil" not in back.headers["Location"]
    do(visitor, page, gift, "pause")
    deliver()
    assert gateway().subscription(subscription.id).paused
    with time_machine.travel(timezone.now(), tick=True):
        press(visitor, page, "/my-giving/erase/", sure="1")
        deliver()
    assert gateway().subscription(subscription.id).status == "canceled"
