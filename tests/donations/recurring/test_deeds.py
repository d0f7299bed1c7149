"""Pausing, going on, ending, another amount: here at once, at Stripe soon after, whatever dies in between."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from donations.gateway import RequestRefusedError, UnreachableError
from donations.models import RecurringGift, RecurringWish
from donations.recurring.carrying import LEASE, carry_out
from donations.recurring.contacts import gifts_of
from donations.recurring.deeds import cancel, change_amount, pause, resume
from donations.recurring.following import apply_page, apply_subscription
from donations.recurring.forgetting import forget_donor
from donations.recurring.sweeping import look_after
from kernel.money import Money
from kernel.outbox.models import OutboxRow
from kernel.states import Refusal
from tests.donations.recurring.peer import Peer
from tests.factories.recurring import begin_one, make_recurring, page_of, subscribed
from tests.killing import Killed, dying_before

pytestmark = pytest.mark.django_db
BY = "client:one"
EUR = "EUR"


def _now(gift):
    return RecurringGift.objects.get(pk=gift.pk)


def _done(gift, peer):
    assert carry_out(gift, at=timezone.now(), via=peer)
    return _now(gift).status, peer.asked


def test_it_pauses_goes_on_and_ends_once_each():
    gift = make_recurring()
    peer, at = Peer(gift), timezone.now()
    for deed in (pause, pause, resume, resume, cancel, cancel):
        held = deed(gift=gift, by=BY, at=at)
    assert held.status == "canceled"
    assert OutboxRow.objects.filter(kind="donations.recurring_wishes").count() == 3
    assert _done(gift, peer) == ("canceled", ["pause", "resume", "cancel"])
    assert [move.new for move in gift.history.all()] == ["pending", "active", "paused", "active", "canceled"]
    assert _done(gift, peer) == ("canceled", ["pause", "resume", "cancel"])


@pytest.mark.parametrize(
    ("status", "deed", "legal"),
    [
        ("past_due", pause, ["active", "canceled"]),
        ("past_due", resume, ["active", "canceled"]),
        ("canceled", resume, []),
        ("canceled", pause, []),
        ("pending", pause, ["active", "canceled"]),
        ("pending", resume, ["active", "canceled"]),
    ],
)
def test_it_refuses_what_its_state_does_not_allow(status, deed, legal):
    gift = make_recurring()
    RecurringGift.objects.filter(pk=gift.pk).update(status=status)
    with pytest.raises(Refusal) as refused:
        deed(gift=gift, by=BY, at=timezone.now())
    assert (refused.value.code, refused.value.facts) == ("illegal_transition", {"state": status, "legal": legal})
    assert not RecurringWish.objects.exists()


def test_it_takes_another_amount_from_the_next_time_on():
    gift = make_recurring(cover_fee=True)
    peer, at = Peer(gift), timezone.now()
    for _ in range(2):
        held = change_amount(gift=gift, amount=Money(5000, EUR), by=BY, at=at)
    assert held.amount == Money(5000, EUR)
    assert held.total_minor > 5000
    assert _done(gift, peer) == ("active", [f"amount {held.total_minor}"])
    assert _now(gift).mismatch == ""


@pytest.mark.parametrize(
    ("amount", "code"), [(Money(5000, "USD"), "currency_kept"), (Money(1, EUR), "amount_too_small")]
)
def test_it_refuses_an_amount_that_cannot_be(amount, code):
    with pytest.raises(Refusal) as refused:
        change_amount(gift=make_recurring(), amount=amount, by=BY, at=timezone.now())
    assert (refused.value.code, RecurringWish.objects.count()) == (code, 0)


def test_what_was_asked_here_goes_before_what_stripe_says_meanwhile():
    gift = make_recurring()
    peer, at = Peer(gift), timezone.now()
    pause(gift=gift, by=BY, at=at)
    peer.away = UnreachableError("No answer.")
    with pytest.raises(UnreachableError):
        carry_out(gift, at=at, via=peer)
    peer.away = None
    assert look_after(stripe=peer, at=at + timedelta(minutes=6), stuck_after=timedelta(minutes=5)) == 1
    assert (_now(gift).status, peer.asked) == ("paused", ["pause"])


def test_what_stripe_refuses_is_noted_and_the_gift_follows_stripe():
    gift = make_recurring()
    peer = Peer(gift)
    pause(gift=gift, by=BY, at=timezone.now())
    peer.pause = lambda *_words, **_more: (_ for _ in ()).throw(RequestRefusedError("No.", code="not_now"))
    assert _done(gift, peer) == ("active", [])
    assert RecurringWish.objects.get().failure == "not_now"


def test_one_that_never_began_loses_its_page():
    first = begin_one()
    first.checkout_session = "cs_open"
    first.save()
    peer = Peer(first.recurring, facts=subscribed(first.recurring), page="open")
    cancel(gift=first.recurring, by=BY, at=timezone.now())
    assert carry_out(first.recurring, at=timezone.now(), via=peer)
    first.refresh_from_db()
    assert (first.status, peer.asked) == ("expired", ["expire"])


@pytest.mark.parametrize("heard_first", [False, True])
def test_one_that_is_paid_while_it_is_taken_back_ends_at_stripe_too(heard_first):
    first = begin_one()
    first.checkout_session = "cs_open"
    first.save()
    peer, at = Peer(first.recurring), timezone.now()
    cancel(gift=first.recurring, by=BY, at=at)
    if heard_first:
        apply_page(first, facts=page_of(first), at=at)
    assert _done(first.recurring, peer) == ("canceled", ["cancel"])
    first.refresh_from_db()
    assert first.status == "paid"


def test_a_donor_is_forgotten_here_and_at_stripe():
    gift = make_recurring(email="donor@example.org", language="ru")
    peer = Peer(gift)
    for _ in range(2):
        forget_donor(gift=gift, by=BY, at=timezone.now(), why="asked")
    assert _done(gift, peer) == ("canceled", ["forget"])
    assert (gifts_of("donor@example.org"), _now(gift).language) == ([], "en")


@pytest.mark.parametrize("deed", [pause, cancel, "amount", "forget"])
def test_killed_between_any_two_statements_it_is_done_once(deed):
    asks = {
        "amount": lambda gift: change_amount(gift=gift, amount=Money(5000, EUR), by=BY, at=timezone.now()),
        "forget": lambda gift: forget_donor(gift=gift, by=BY, at=timezone.now(), why="asked"),
    }
    ask = asks.get(deed) or (lambda gift: deed(gift=gift, by=BY, at=timezone.now()))
    number, died = 0, True
    while died:
        gift, at = make_recurring(), timezone.now()
        peer, ending = Peer(gift), at + 2 * LEASE
        ask(gift)
        with dying_before(number):
            try:
                carry_out(gift, at=at, via=peer)
                died = False
            except Killed:
                pass
        look_after(stripe=peer, at=ending, stuck_after=LEASE)
        assert len(peer.asked) == 1, (number, peer.asked)
        assert not RecurringWish.objects.filter(done_at=None).exists()
        number += 1
    assert number > 5


def test_an_old_answer_changes_nothing():
    gift = make_recurring()
    at, peer = timezone.now(), Peer(gift)
    pause(gift=gift, by=BY, at=at)
    carry_out(gift, at=at, via=peer)
    apply_subscription(replace(peer.facts, paused=False), asked_at=at - timedelta(minutes=1), at=timezone.now())
    assert _now(gift).status == "paused"
