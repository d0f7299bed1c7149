"""A donor is told once, in neutral words, what a recurring gift needs of them, and nothing that is true no more."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from donations.discretion.words import revealing
from donations.models import RecurringGift, RecurringNotice
from donations.recurring.contacts import keep_contact
from donations.recurring.following import apply_subscription
from donations.recurring.forgetting import forget_donor
from donations.recurring.instalments import apply_invoice
from donations.recurring.noticing import look_at_cards
from donations.recurring.settling import take_amount
from kernel.money import Money
from kernel.outbox.drain import drain
from tests.donations.recurring.peer import Peer
from tests.factories.recurring import ended, invoiced, make_recurring, refused, subscribed

pytestmark = pytest.mark.django_db
EMAIL = "zoe@example.org"
TELLING = ("donat", "gift", "receipt", "€", "25.00", "пожертв", "квитанц", "fund", "stripe")


def made(**words: object) -> RecurringGift:
    """A gift whose donor left an address."""
    gift = make_recurring(**words)
    keep_contact(gift=gift, email=EMAIL, at=timezone.now())
    drain()
    mail.outbox.clear()
    return gift


def mailed() -> list[str]:
    """The bodies of what went out, to the donor alone."""
    drain()
    assert {one.to[0] for one in mail.outbox} <= {EMAIL}
    return [one.body for one in mail.outbox]


def test_each_failure_of_an_instalment_is_told_at_first_and_before_the_end():
    gift = made()
    for attempts in (1, 1, 2, 3, 4):
        apply_invoice(refused(gift, 1, attempts=attempts), at=timezone.now())
    first, last = mailed()
    assert "could not be collected. That happens" in first
    assert "It will be tried once more" in last
    assert first.count("http://testserver/my-giving/") == last.count("/my-giving/") == 1


def test_a_bank_that_asks_for_the_donor_is_told_of_with_the_way_to_their_page():
    gift = made(language="ru")
    apply_invoice(refused(gift, 1, failure="authentication_required", needs_action=True), at=timezone.now())
    (body,) = mailed()
    assert "/ru/my-giving/" in body


def test_an_end_that_nobody_asked_for_is_told_and_one_that_was_asked_for_is_not():
    gave_up, asked = made(), made()
    for gift, why in ((gave_up, "payment_failed"), (asked, "cancellation_requested")):
        for _ in range(2):
            apply_subscription(ended(gift, why), asked_at=timezone.now(), at=timezone.now())
    (body,) = mailed()
    assert "has ended" in body
    assert RecurringNotice.objects.get().recurring == gave_up


def test_a_card_is_told_of_once_in_the_month_before_it_expires():
    gift = made()
    card = subscribed(gift).card_expires_on
    day = datetime(card.year, card.month, card.day, tzinfo=UTC)
    assert look_at_cards(at=day - timedelta(days=40)) == 0
    assert [look_at_cards(at=day - timedelta(days=days)) for days in (30, 29, 0)] == [1, 0, 0]
    assert look_at_cards(at=day + timedelta(days=1)) == 0
    (body,) = mailed()
    assert "expires soon" in body


def take_over(gift: RecurringGift, amount: Money) -> None:
    """Somebody changed the amount at Stripe, and finance takes that over."""
    said = subscribed(gift, amount=amount)
    apply_subscription(said, asked_at=timezone.now(), at=timezone.now())
    held, desk = RecurringGift.objects.get(pk=gift.pk), Peer(gift, facts=said)
    take_amount(gift=held, amount=amount, cause="ours", by="user:1", at=timezone.now(), via=desk)


@pytest.mark.parametrize(("language", "words"), [("en", "is another amount from now on"), ("ru", "другая сумма")])
def test_an_amount_that_finance_takes_over_is_told_and_one_that_is_over_already_is_not(language, words):
    gift, left, gone = made(language=language), made(), made()
    for one in (gift, left, gone):
        take_over(one, Money(3000, "EUR"))
    take_over(gift, Money(4000, "EUR"))
    apply_subscription(ended(left, amount=Money(3000, "EUR")), asked_at=timezone.now(), at=timezone.now())
    forget_donor(gift=gone, by="page", at=timezone.now(), why="asked")
    (body,) = mailed()
    assert words in body
    assert body.count("/my-giving/") == 1
    text = f"{mail.outbox[0].subject} {body}"
    assert [word for word in TELLING if word in text.lower()] == []
    assert revealing(text) == []


def test_what_was_paid_or_ended_or_changed_meanwhile_is_told_no_more():
    paid, left, newer = made(), made(), made()
    for gift in (paid, left):
        apply_invoice(refused(gift, 1), at=timezone.now())
    look_at_cards(at=datetime(2030, 1, 20, tzinfo=UTC))
    apply_invoice(invoiced(paid, 1), at=timezone.now())
    apply_subscription(ended(left), asked_at=timezone.now(), at=timezone.now())
    RecurringGift.objects.filter(pk__in=(paid.pk, newer.pk)).update(card_expires_on=datetime(2034, 1, 31, tzinfo=UTC))
    assert mailed() == []


def test_who_was_forgotten_or_left_no_address_is_not_written_to():
    gone, nobody = made(), make_recurring()
    for gift in (gone, nobody):
        apply_invoice(refused(gift, 1), at=timezone.now())
    forget_donor(gift=gone, by="page", at=timezone.now(), why="asked")
    assert mailed() == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_mail_says_what_it_is_about(language):
    gift = made(language=language)
    apply_invoice(refused(gift, 1), at=timezone.now())
    apply_invoice(refused(gift, 2, attempts=3), at=timezone.now())
    apply_invoice(refused(gift, 3, needs_action=True), at=timezone.now())
    look_at_cards(at=datetime(2030, 1, 20, tzinfo=UTC))
    apply_subscription(ended(gift, "payment_failed"), asked_at=timezone.now(), at=timezone.now())
    drain()
    assert len(mail.outbox) == 1  # it has ended: nothing else is of use any more
    for one in mail.outbox:
        text = f"{one.subject} {one.body}"
        assert [word for word in TELLING if word in text.lower()] == []
        assert revealing(text) == []
