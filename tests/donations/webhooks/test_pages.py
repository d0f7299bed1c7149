"""Pages that were paid, a batch of events at a time: booked together, and none of them in the way of the others."""

import os
import signal
import time
from dataclasses import replace
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from donations.gateway import CheckoutFacts, EventFacts, NotFoundError
from donations.ledger.verify import verify
from donations.models import Donation, DonationMove, InboxEvent, Transaction
from donations.webhooks import inbox
from donations.webhooks.pages import ask
from kernel.audit.models import AuditEntry
from kernel.money import Money
from kernel.outbox.models import OutboxRow
from tests.factories.donations import entry, make_donation, make_fund, paid
from tests.killing import killed_between_any_two_statements

pytestmark = pytest.mark.django_db
_number = count(1)


class Stripe:
    """A peer that knows pages, and whether it was asked inside a transaction."""

    def __init__(self, *pages: CheckoutFacts) -> None:
        self.pages = {page.id: page for page in pages}
        self.asked: list[str] = []

    def checkout(self, page_id: str) -> CheckoutFacts:
        self.asked.append(page_id)
        if page_id not in self.pages:
            raise NotFoundError("Stripe knows no such page.")
        return self.pages[page_id]


def told_of(*pages: CheckoutFacts) -> None:
    for page in pages:
        kind = "checkout.session.completed"
        facts = EventFacts(f"evt_{next(_number):04}", kind, page.id, livemode=False, created=timezone.now())
        inbox.receive(facts, at=timezone.now())


def statements_for(many: int) -> int:
    fund = make_fund()
    pages = [paid(make_donation(split=[(fund, 1)])) for _ in range(many)]
    told_of(*pages)
    with CaptureQueriesContext(connection) as seen:
        inbox.drain(via=Stripe(*pages))
    return len(seen)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "LINGER", -1)


def test_a_batch_takes_as_many_statements_as_one_page() -> None:
    statements_for(1)  # its fund's and the house's accounts are opened
    alone = statements_for(1)
    assert statements_for(40) <= alone + 2
    assert alone <= 35
    assert Donation.objects.filter(status="paid").count() == 42
    assert InboxEvent.objects.filter(state="done").count() == 42
    assert verify() == (42, [])


def test_each_gift_has_its_own_postings_history_and_trail() -> None:
    first, second = make_fund(), make_fund()
    gifts = [
        make_donation(split=[(first, 1), (second, 2)]),
        make_donation(split=[(second, 1)], amount=Money(700, "JPY")),
        make_donation(split=[(first, 1)], amount=Money(12_500, "KWD")),
    ]
    Donation.objects.filter(pk=gifts[0].pk).update(wants_receipt=True)
    pages = [paid(gift, fee=10 + place) for place, gift in enumerate(gifts)]
    told_of(*pages)
    inbox.drain(via=Stripe(*pages))
    for place, (gift, page) in enumerate(zip(gifts, pages, strict=True)):
        gift.refresh_from_db()
        assert (gift.status, gift.payment_intent, gift.checkout_session) == ("paid", page.payment_intent, page.id)
        assert gift.paid_at == page.entries[0].created
        booked = Transaction.objects.get(subject=gift.pk)
        assert booked.external_ref == page.entries[0].id
        sums = {one.account.purpose: one.amount for one in booked.postings.exclude(account__purpose="gifts")}
        assert sums["stripe"] == gift.total - Money(10 + place, gift.currency)
        given = booked.postings.filter(account__purpose="gifts").values_list("account__fund", "minor")
        assert dict(given) == {part.fund_id: -part.minor for part in gift.allocations.all()}
        assert [(row.old, row.new, row.by) for row in gift.history.exclude(old="")] == [("pending", "paid", "system")]
        assert AuditEntry.objects.filter(action="donation.paid", object_id=gift.pk).count() == 1
    assert list(OutboxRow.objects.filter(kind="donations.booked").values_list("object_id")) == [(gifts[0].pk,)]


def test_what_is_not_plain_goes_its_own_way_beside_the_others() -> None:
    plain, odd, waits, open_page, bounced, unknown = (make_donation() for _ in range(6))
    back = entry(-bounced.total, kind="payment_failure_refund")
    pages = [
        paid(plain),
        paid(odd, amount_total=Money(1, "EUR")),
        paid(waits, entries=()),
        paid(open_page, status="open", payment_status="unpaid", payment_intent="", entries=()),
        paid(bounced, entries=(*paid(bounced).entries, back)),
    ]
    told_of(*pages, paid(unknown))
    inbox.drain(via=Stripe(*pages))
    status = dict(Donation.objects.values_list("pk", "status"))
    assert [status[gift.pk] for gift in (plain, bounced)] == ["paid", "paid"]
    assert [status[gift.pk] for gift in (odd, waits, open_page, unknown)] == ["pending"] * 4
    assert Donation.objects.get(pk=odd.pk).mismatch == "amount"
    assert list(InboxEvent.objects.order_by("event_id").values_list("state", "error")) == [
        ("done", ""), ("done", ""), ("waiting", "not_yet"), ("done", ""), ("done", ""), ("waiting", "not_found_error"),
    ]  # fmt: skip
    assert verify() == (3, [])


def test_one_that_the_database_refuses_fails_alone() -> None:
    gifts = [make_donation() for _ in range(3)]
    pages = [paid(gift) for gift in gifts]
    taken = replace(pages[1], payment_intent=pages[0].payment_intent)
    told_of(pages[0], taken, pages[2])
    inbox.drain(via=Stripe(pages[0], taken, pages[2]))
    assert [Donation.objects.get(pk=gift.pk).status for gift in gifts] == ["paid", "pending", "paid"]
    assert list(InboxEvent.objects.order_by("event_id").values_list("state", flat=True)) == ["done", "waiting", "done"]
    assert verify() == (2, [])


def test_of_two_pages_that_were_paid_for_one_gift_the_first_is_booked_and_the_second_shown() -> None:
    gift, plain = make_donation(), make_donation()
    first, second = paid(gift), paid(gift, id="cs_second", payment_intent="pi_second", entries=(entry(gift.total),))
    told_of(first, paid(plain), second)
    inbox.drain(via=Stripe(first, paid(plain), second))
    gift.refresh_from_db()
    assert (gift.checkout_session, gift.payment_intent) == (first.id, first.payment_intent)
    assert gift.mismatch == "session,payment"
    assert Transaction.objects.get(subject=gift.pk).external_ref == first.entries[0].id
    assert verify() == (2, [])


def test_what_is_in_the_books_of_another_gift_is_not_taken_for_this_one() -> None:
    """A Stripe that names one balance transaction for two payments: a gift would be paid, and nowhere in the books."""
    gifts = [make_donation() for _ in range(3)]
    pages = [paid(gift) for gift in gifts]
    pages[1] = replace(pages[1], entries=pages[0].entries)
    told_of(pages[0])
    inbox.drain(via=Stripe(*pages))
    told_of(*pages[1:])
    inbox.drain(via=Stripe(*pages))
    assert [Donation.objects.get(pk=gift.pk).status for gift in gifts] == ["paid", "pending", "paid"]
    assert InboxEvent.objects.get(object_id=pages[1].id).error == "reference_taken"
    assert sorted(Transaction.objects.values_list("subject", flat=True)) == sorted([gifts[0].pk, gifts[2].pk])


@pytest.mark.parametrize("ref", ["", "the same"])
def test_what_came_twice_for_one_payment_is_shown_and_not_booked(ref: str) -> None:
    odd, plain = make_donation(), make_donation()
    one = entry(odd.total, 63, ref=ref)
    pages = [paid(odd, entries=(one, entry(odd.total, 63, ref=ref))), paid(plain)]
    told_of(*pages)
    inbox.drain(via=Stripe(*pages))
    assert dict(Donation.objects.values_list("pk", "mismatch")) == {odd.pk: "settled_amount", plain.pk: ""}
    assert list(Transaction.objects.values_list("subject", flat=True)) == [plain.pk]


def test_a_page_told_of_twice_at_once_is_asked_and_booked_once() -> None:
    page = paid(make_donation())
    told_of(page, page, page)
    stripe = Stripe(page)
    inbox.drain(via=stripe)
    assert stripe.asked == [page.id]
    assert set(InboxEvent.objects.values_list("state", flat=True)) == {"done"}
    assert DonationMove.objects.filter(new="paid").count() == Transaction.objects.count() == 1


def test_what_names_another_gift_is_not_booked_to_it() -> None:
    mine, other = make_donation(), make_donation()
    Donation.objects.filter(pk=mine.pk).update(checkout_session=f"cs_{mine.pk}")
    page = paid(mine, id=f"cs_{mine.pk}", client_reference_id=other.pk)
    told_of(page)
    inbox.drain(via=Stripe(page))
    assert dict(Donation.objects.values_list("pk", "mismatch")) == {mine.pk: "reference", other.pk: ""}
    assert not Transaction.objects.exists()


def test_a_batch_that_is_killed_between_any_two_statements_is_booked_once() -> None:
    def begin():
        InboxEvent.objects.all().delete()
        gifts = [make_donation() for _ in range(3)]
        pages = [paid(gift) for gift in gifts]
        stripe = Stripe(*pages)
        told_of(*pages)

        def deed():
            inbox.drain(via=stripe)

        def again():
            InboxEvent.objects.update(next_at=timezone.now(), claimed_until=None)  # the claim of the dead one is over
            inbox.drain(via=stripe)

        def see():
            assert set(InboxEvent.objects.values_list("state", flat=True)) == {"done"}
            for gift in gifts:
                assert Donation.objects.get(pk=gift.pk).status == "paid"
                assert Transaction.objects.filter(subject=gift.pk).count() == 1
                assert gift.history.filter(new="paid").count() == 1

        return deed, again, see

    assert killed_between_any_two_statements(begin) >= 15
    assert verify()[1] == []


def test_a_stripe_that_hangs_leaves_what_was_not_tried_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [paid(make_donation()) for _ in range(3)]
    told_of(*pages)
    monkeypatch.setattr(inbox, "SECONDS_A_DRAIN", 0.3)
    stripe = Stripe(*pages)

    def slowly(page_id: str) -> CheckoutFacts:
        time.sleep(0.4)
        raise NotFoundError("Not now.")

    stripe.checkout = slowly  # type: ignore[method-assign]  # the same peer on a bad day
    assert inbox.drain(via=stripe) == 0
    assert set(InboxEvent.objects.values_list("state", "attempts", "claim")) == {("waiting", 0, "")}


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_process_that_is_forked_asks_with_threads_of_its_own() -> None:
    """What the parent's pool was waits for threads that the child does not have."""
    events = [InboxEvent(event_id=f"evt_f{n}", type="checkout.session.completed", object_id=f"cs_{n}") for n in "abc"]
    wanted = {event.object_id for event in events}
    assert set(ask(events, Stripe(), until=time.monotonic() + 20)) == wanted
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os._exit(0 if set(ask(events, Stripe(), until=time.monotonic() + 20)) == wanted else 1)
    assert os.waitpid(child, 0)[1] == 0
