"""A donor who left an address is told in neutral words what became of a payment; nobody else is, and once."""

import pytest
from django.core import mail
from django.utils import timezone

from donations.discretion.words import revealing
from donations.disputes.deeds import apply_dispute
from donations.receipts.forgetting import erase_giver
from donations.receipts.wishes import ask_for_receipt
from donations.recurring.forgetting import forget_donor
from donations.recurring.instalments import apply_invoice
from donations.refunds.deeds import apply_refund
from kernel.money import Money
from kernel.outbox.drain import drain
from tests.factories.donations import disputed, entry, make_paid, refunded
from tests.factories.receipts import EMAIL, make_wished
from tests.factories.recurring import invoiced, make_recurring

pytestmark = pytest.mark.django_db
SUBJECTS = {"en": "About a payment of yours", "ru": "О вашем платеже"}
TELLING = ("donat", "gift", "receipt", "€", "10.00", "25.00", "пожертв", "квитанц", "zoë", "fund")


def told(gift, facts_of):
    """What is mailed once Stripe has said so, each thing said twice."""
    mail.outbox.clear()
    for facts in facts_of:
        deed = apply_dispute if hasattr(facts, "evidence_due") else apply_refund
        for _ in range(2):
            deed(facts, at=timezone.now())
    drain()
    return [letter for letter in mail.outbox if letter.subject in SUBJECTS.values()]


def returned(gift):
    sent = refunded(gift, Money(1000, "EUR"), ref="re_told")
    came = entry(Money(1000, "EUR"), kind="refund_failure", ref="txn_came", category="refund_failure")
    return sent, refunded(gift, Money(1000, "EUR"), ref="re_told", status="failed", failure_entry=came)


def dispute(gift, status):
    opened = disputed(gift, ref="dp_told")
    back = (entry(gift.total, ref="txn_back", category="dispute_reversal"),) if status == "won" else ()
    return opened, disputed(gift, ref="dp_told", status=status, entries=(*opened.entries, *back))


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (lambda gift: [refunded(gift, Money(1000, "EUR"))], "was sent back. Your bank may take some days"),
        (lambda gift: dispute(gift, "won"), "the payment stands"),
        (lambda gift: dispute(gift, "lost"), "is with you again"),
    ],
)
def test_it_says_what_became_of_the_payment_and_nothing_else(language, happens, words):
    gift = make_wished(name="Zoë", language=language)
    (letter,) = told(gift, happens(gift))
    assert letter.to == [EMAIL]
    assert letter.subject == SUBJECTS[language]
    assert (words in letter.body) == (language == "en")
    text = f"{letter.subject} {letter.body}"
    assert [word for word in TELLING if word in text.lower()] == []
    assert revealing(text) == []


def test_what_a_bank_would_not_take_is_told_after_what_was_sent():
    gift = make_wished()
    sent, came = returned(gift)
    assert len(told(gift, [sent])) == 1
    (letter,) = told(gift, [came])
    assert "could not be delivered" in letter.body


def test_an_open_dispute_and_a_refund_on_its_way_are_told_to_nobody():
    gift = make_wished()
    assert told(gift, [disputed(gift)]) == []
    other = make_wished()
    assert told(other, [refunded(other, Money(1000, "EUR"), status="pending", entry=None)]) == []


def test_who_left_no_address_or_took_it_back_is_not_written_to():
    gift, gone = make_paid(), make_wished()
    assert told(gift, [refunded(gift, Money(1000, "EUR"))]) == []
    erase_giver(donation=gone, by="user:1", at=timezone.now(), why="asked")
    assert told(gone, [refunded(gone, Money(1000, "EUR"))]) == []


def instalment(**words):
    """The second payment of a gift that comes again."""
    gift = make_recurring(**words)
    apply_invoice(invoiced(gift, 1), at=timezone.now())
    return gift.donations.get(stripe_invoice=f"in_{gift.pk}_1")


@pytest.mark.parametrize(("language", "words"), [("en", "was sent back"), ("ru", "отправлен обратно")])
def test_who_left_only_where_to_write_about_what_comes_again_is_told_of_an_instalment(language, words):
    one = instalment(email=EMAIL, language=language)
    (letter,) = told(one, [refunded(one, Money(1000, "EUR"))])
    assert (letter.to, letter.subject) == ([EMAIL], SUBJECTS[language])
    assert words in letter.body
    (letter,) = told(one, dispute(one, "lost"))
    assert letter.to == [EMAIL]
    assert [word for word in TELLING if word in f"{letter.subject} {letter.body}".lower()] == []


def test_who_asked_for_a_receipt_too_is_told_once_and_who_was_forgotten_is_not():
    one, gone, nobody = instalment(email=EMAIL), instalment(email=EMAIL), instalment()
    ask_for_receipt(donation=one, email="papers@example.org", at=timezone.now())
    (letter,) = told(one, [refunded(one, Money(1000, "EUR"))])
    assert letter.to == ["papers@example.org"]
    forget_donor(gift=gone.recurring, by="page", at=timezone.now(), why="asked")
    for silent in (gone, nobody):
        assert told(silent, [refunded(silent, Money(1000, "EUR"))]) == []
