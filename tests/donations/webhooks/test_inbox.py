"""The inbox: keep the id once, try as often as it takes, set aside what cannot be applied, never stop for one."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.utils import timezone

from donations.gateway import AmountRefusedError, CheckoutFacts, EventFacts, NotFoundError, UnreachableError
from donations.models import Donation, InboxEvent, Refund, Transaction
from donations.webhooks import inbox
from kernel.money import Money
from kernel.states import Refusal
from tests.factories.donations import make_donation, make_paid, paid, refunded

pytestmark = pytest.mark.django_db


@dataclass
class Desk:
    """A Stripe of our own words: what it is asked for it looks up, and what it lacks it does not know."""

    objects: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)

    def look(self, object_id):
        self.asked.append(object_id)
        found = self.objects.get(object_id, NotFoundError("Stripe knows no such object."))
        if isinstance(found, Exception):
            raise found
        return found

    checkout = refund_facts = look


def event(number, kind, object_id, **words):
    values = {"livemode": False, "created": timezone.now(), **words}
    return EventFacts(id=f"evt_{number}", type=kind, object_id=object_id, **values)


def completed(donation: Donation, number=1, **words):
    return event(number, "checkout.session.completed", f"cs_{donation.pk}", **words)


def states():
    return dict(InboxEvent.objects.values_list("event_id", "state"))


def due_again():
    InboxEvent.objects.filter(state="waiting").update(next_at=timezone.now())


def test_it_keeps_nothing_but_ids():
    inbox.receive(event(1, "charge.succeeded", "ch_1"), at=timezone.now())
    names = {column.name for column in InboxEvent._meta.get_fields()}
    assert names == {
        "event_id",
        "type",
        "object_id",
        "livemode",
        "swept",
        "state",
        "attempts",
        "next_at",
        "claim",
        "claimed_until",
        "error",
        "happened_at",
        "received_at",
        "done_at",
    }


def test_it_keeps_an_event_once_and_says_whether_it_was_new():
    facts = event(1, "checkout.session.completed", "cs_1")
    assert [inbox.receive(facts, at=timezone.now()) for _ in range(5)] == [True, False, False, False, False]


def test_it_leaves_alone_what_is_not_ours():
    desk = Desk()
    stranger = paid(make_donation(), id="cs_other", client_reference_id="order-17")
    desk.objects["cs_other"] = stranger
    inbox.receive(event(1, "customer.created", "cus_1"), at=timezone.now())
    inbox.receive(event(2, "checkout.session.completed", "cs_other"), at=timezone.now())
    inbox.drain(via=desk)
    assert states() == {"evt_1": "ignored", "evt_2": "ignored"}
    assert desk.asked == ["cs_other"]


def test_one_poisoned_event_does_not_hold_up_the_others(monkeypatch):
    monkeypatch.setattr(inbox, "LINGER", -1)
    donations = [make_donation() for _ in range(3)]
    desk = Desk({f"cs_{donation.pk}": paid(donation) for donation in donations})
    inbox.receive(event(0, "checkout.session.completed", "cs_unknown"), at=timezone.now())
    for number, donation in enumerate(donations, 1):
        inbox.receive(completed(donation, number), at=timezone.now())
    for _ in range(inbox.ATTEMPTS_WITHOUT_HOPE):
        inbox.drain(via=desk)
        due_again()
    assert states() == {"evt_0": "poison", "evt_1": "done", "evt_2": "done", "evt_3": "done"}
    poisoned = InboxEvent.objects.get(state="poison")
    assert (poisoned.error, poisoned.attempts) == ("not_found_error", 3)
    assert Transaction.objects.count() == 3


def test_what_settles_in_a_currency_we_do_not_know_is_set_aside_and_books_nothing_until_we_do(monkeypatch):
    monkeypatch.setattr(inbox, "LINGER", -1)
    donations = [make_donation() for _ in range(2)]
    desk = Desk({f"cs_{donation.pk}": paid(donation) for donation in donations})
    desk.objects[f"cs_{donations[0].pk}"] = AmountRefusedError("'XTS' is not taken here.", code="unknown_currency")
    for number, donation in enumerate(donations):
        inbox.receive(completed(donation, number), at=timezone.now())
    for _ in range(inbox.ATTEMPTS_WITHOUT_HOPE):
        inbox.drain(via=desk)
        due_again()
    aside = InboxEvent.objects.get(state="poison")
    assert (aside.error, Transaction.objects.count(), states()["evt_1"]) == ("unknown_currency", 1, "done")
    desk.objects[f"cs_{donations[0].pk}"] = paid(donations[0])
    inbox.replay(aside, by="user:1", at=timezone.now())
    inbox.drain(via=desk)
    assert (Transaction.objects.count(), Donation.objects.filter(status="paid").count()) == (2, 2)


def test_it_waits_longer_after_each_failure_and_gives_up_in_the_end(monkeypatch):
    monkeypatch.setattr(inbox, "LINGER", -1)
    desk = Desk({"cs_1": UnreachableError("Stripe did not answer.")})
    inbox.receive(event(1, "checkout.session.completed", "cs_1"), at=timezone.now())
    waits = []
    for _ in range(inbox.MOST_ATTEMPTS):
        before = timezone.now()
        assert inbox.drain(via=desk) == 1
        row = InboxEvent.objects.get()
        waits.append((row.next_at - before).total_seconds())
        due_again()
    assert row.state == "poison"
    assert row.error == "unreachable_error"
    assert waits[0] < 2
    assert waits[6] > 40
    assert inbox.drain(via=desk) == 0


def test_an_unknown_failure_of_ours_is_tried_again_and_never_told_in_words(caplog, monkeypatch):
    monkeypatch.setattr(inbox, "LINGER", -1)
    desk = Desk({"cs_1": RuntimeError("card of A. Donor, donor@example.org")})
    inbox.receive(event(1, "checkout.session.completed", "cs_1"), at=timezone.now())
    inbox.drain(via=desk)
    row = InboxEvent.objects.get()
    assert (row.state, row.error, row.attempts) == ("waiting", "runtime_error", 1)
    assert "Donor" not in caplog.text


def test_what_a_dead_worker_had_claimed_is_taken_up_again():
    donation = make_donation()
    desk = Desk({f"cs_{donation.pk}": paid(donation)})
    inbox.receive(completed(donation), at=timezone.now())
    assert len(inbox._claim(10)) == 1
    assert inbox.drain(via=desk) == 0
    InboxEvent.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert inbox.drain(via=desk) == 1
    assert states() == {"evt_1": "done"}
    assert Donation.objects.get().status == "paid"


def test_it_stays_for_an_event_that_is_due_in_a_moment():
    donation = make_donation()
    slow = [paid(donation, entries=()), paid(donation)]

    class Slow(Desk):
        def checkout(self, object_id: str) -> CheckoutFacts:
            return slow.pop(0)

    inbox.receive(completed(donation), at=timezone.now())
    assert inbox.drain(via=Slow()) == 2
    assert Donation.objects.get().status == "paid"


def test_a_refund_that_overtakes_its_payment_waits_for_it(monkeypatch):
    monkeypatch.setattr(inbox, "LINGER", -1)
    donation = make_donation()
    facts = refunded(donation, Money(500, "EUR"), ref="re_1", payment_intent=f"pi_{donation.pk}")
    desk = Desk({"re_1": facts, f"cs_{donation.pk}": paid(donation)})
    inbox.receive(event(1, "refund.created", "re_1"), at=timezone.now())
    inbox.drain(via=desk)
    assert states() == {"evt_1": "waiting"}
    inbox.receive(completed(donation, 2), at=timezone.now())
    due_again()
    for _ in range(2):
        inbox.drain(via=desk)
        due_again()
    assert states() == {"evt_1": "done", "evt_2": "done"}
    assert Refund.objects.get().amount == Money(500, "EUR")


def test_the_refund_of_somebody_elses_payment_is_let_go_in_the_end(monkeypatch):
    monkeypatch.setattr(inbox, "LINGER", -1)
    facts = refunded(make_paid(), Money(500, "EUR"), ref="re_1", payment_intent="pi_other")
    inbox.receive(event(1, "refund.created", "re_1"), at=timezone.now())
    InboxEvent.objects.update(received_at=timezone.now() - timedelta(hours=1))
    inbox.drain(via=Desk({"re_1": facts}))
    assert states() == {"evt_1": "ignored"}


def test_only_what_was_set_aside_can_be_replayed():
    inbox.receive(event(1, "charge.succeeded", "ch_1"), at=timezone.now())
    with pytest.raises(Refusal):
        inbox.replay(InboxEvent.objects.get(), by="user:1", at=timezone.now())


def test_a_page_whose_reference_was_tampered_with_shows_as_a_mismatch():
    donation = make_donation()
    Donation.objects.filter(pk=donation.pk).update(checkout_session=f"cs_{donation.pk}")
    facts = paid(donation, id=f"cs_{donation.pk}", client_reference_id=make_donation().pk)
    inbox.receive(completed(donation), at=timezone.now())
    inbox.drain(via=Desk({f"cs_{donation.pk}": facts}))
    assert list(Donation.objects.mismatched().values_list("pk", "mismatch")) == [(donation.pk, "reference")]
    assert Transaction.objects.count() == 0
