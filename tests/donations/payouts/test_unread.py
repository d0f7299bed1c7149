"""What Stripe lists and cannot be read: kept apart, in no sum, found everywhere, read once its currency is known."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from donations.alarms.finding import found
from donations.alarms.looking import look
from donations.gateway import UnreadFacts
from donations.ledger.models import Posting
from donations.models import InboxEvent, Payout, StripeEntry, UnreadRow
from donations.payouts import comparing
from donations.payouts import unread as unread_rows
from donations.payouts.comparing import compare, compare_payouts, listed_until, month_bounds, unread
from donations.payouts.listing import keep_entries, list_now, list_stripe
from donations.payouts.unread import keep_unread, to_read_again
from donations.webhooks import inbox
from donations.webhooks.sweep import sweep
from kernel.money import CURRENCIES, Money, currency
from tests.console import console_client
from tests.donations.payouts.test_reconcile import AT, EUR, MAY, Stripe
from tests.factories.donations import entry, payout
from tests.factories.organisations import make_member
from tests.killing import killed_between_any_two_statements
from tests.sandbox_server import API_KEY, running_sandbox

pytestmark = pytest.mark.django_db
NOK = "NOK"


def stray(code="xts", net=500, *, ref="txn_stray", at=AT, **words):
    values = {
        "what": "balance_transaction",
        "why": "unknown_currency",
        "id": ref,
        "kind": "adjustment",
        "category": "other_adjustment",
        "source": "",
        "currency": code,
        "amount": net,
        "fee": 0,
        "net": net,
        "created": at,
    }
    return UnreadFacts(**{**values, **words})


@contextmanager
def not_knowing(code: str) -> Iterator[None]:
    """Be a version that does not know this currency yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(currency._EXPONENTS, code)
        for module in (comparing, unread_rows):
            patch.setattr(module, "CURRENCIES", tuple(one for one in CURRENCIES if one != code))
        yield


def listed(stripe, times=1):
    for _ in range(times):
        done = list_stripe(since=MAY[0], at=AT + timedelta(days=1), via=stripe)
    return done


@pytest.fixture
def stripe():
    return Stripe()


@pytest.fixture
def peer(tmp_path, settings):
    """A sandbox that tells nobody anything: all of it is heard by asking."""
    with running_sandbox("", "", tmp_path, "--settle-after", "3600") as running:
        settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = running.url, API_KEY
        yield running


@pytest.fixture
def finance():
    return console_client(make_member(role="finance"))


def reconciled(*options):
    """Run the command; return what it says and whether all agrees."""
    out, agrees = StringIO(), True
    try:
        call_command("reconcile", *options, stdout=out)
    except SystemExit as ended:
        agrees = ended.code != 1
    return out.getvalue(), agrees


def test_a_real_list_goes_on_behind_it_and_a_version_that_knows_it_reads_it_again(peer, finance):
    since = timezone.now() - timedelta(minutes=1)
    month = f"{timezone.now():%Y-%m}"
    peer.control("POST", "stray", currency="eur", amount=1000)
    peer.control("POST", "stray", currency="nok", amount=5000, fee=100, times=2)
    peer.control("POST", "stray", currency="eur", amount=2000)
    peer.control("POST", "stray", currency="eur", amount=3000, below=1)
    (odd,) = peer.control("POST", "stray", currency="xts", amount=7)["ids"]
    sent = peer.control("POST", "payout", currency="nok")["id"]

    with not_knowing(NOK):
        at = timezone.now() + timedelta(seconds=2)
        done = [list_stripe(since=since, at=at) for _ in range(2)]
        assert [(one.entries, one.new, one.payouts, one.unread) for one in done] == [(7, 7, 0, 5), (7, 0, 0, 5)]
        assert (StripeEntry.objects.count(), UnreadRow.objects.count(), Posting.objects.count()) == (3, 5, 0)
        kept = UnreadRow.objects.get(pk=sent)
        assert (kept.what, kept.currency, kept.amount, kept.why) == ("payout", "nok", "9800", "unknown_currency")
        told, agrees = reconciled("--month", month)
        assert (agrees, "NOT compared in full: 5 rows" in told) == (False, True)
        assert f"unknown_currency: {odd} (adjustment, -): 7 of Stripe's units of xts" in told
        assert "and 7 of its units of xts, which cannot be read here" in told
        assert found(at=timezone.now()) == {"rows_unread"}
        page = finance.get(f"/console/money/reconciliation/?month={month}").content.decode()
        assert "5 rows of Stripe&#x27;s could not be read" in page or "5 rows of Stripe's could not be read" in page
        assert sent in page
        sweep(at=at)
        for _ in range(4):
            InboxEvent.objects.update(next_at=timezone.now() - timedelta(seconds=1))
            inbox.drain()
        aside = InboxEvent.objects.get(object_id=sent)
        assert (aside.state, aside.error) == ("poison", "unknown_currency")
        events = finance.get("/console/money/events/?state=poison").content.decode()
        assert "does not know its currency" in events

    assert to_read_again() is not None
    list_now()
    assert set(StripeEntry.objects.filter(currency=NOK).values_list("payout__stripe_payout", flat=True)) == {sent}
    assert Payout.objects.get().amount == Money(9800, NOK)
    assert (UnreadRow.objects.count(), [row.pk for row in UnreadRow.objects.standing()]) == (5, [odd])
    assert to_read_again() is None
    inbox.replay(aside, by="user:1", at=timezone.now())
    inbox.drain()
    assert InboxEvent.objects.get(object_id=sent).state == "done"


def test_a_month_that_holds_one_does_not_agree_and_the_command_says_how_many(stripe):
    stripe.tell()
    stripe.entries.insert(1, stray())
    listed(stripe, times=2)
    (month,) = compare(*MAY)
    assert (month.currency, month.agrees, month.theirs) == (EUR, True, Money(0, EUR))
    assert [row.pk for row in unread(*MAY)] == ["txn_stray"]
    assert not unread(*month_bounds(2026, 6)).exists()
    told, agrees = reconciled("--month", "2026-05", "--offline", "--json")
    answer = json.loads(told)
    assert (agrees, answer["agrees"]) == (False, False)
    (row,) = answer["unread"]
    assert (row["ref"], row["currency"], row["net"], row["why"]) == ("txn_stray", "xts", 500, "unknown_currency")


def test_a_currency_whose_own_rows_could_not_be_read_does_not_agree(stripe):
    stripe.tell()
    stripe.entries.insert(1, stray("isk", 550, why="not_whole"))
    stripe.entries.append(stray("eur", 10**30, ref="txn_huge", why="out_of_range"))
    listed(stripe)
    assert [(one.currency, one.agrees, one.unread) for one in compare(*MAY)] == [("EUR", False, 1), ("ISK", False, 1)]
    assert UnreadRow.objects.get(pk="txn_huge").net == str(10**30)


def test_a_payout_that_holds_one_has_no_sum_and_says_so(stripe, finance):
    stripe.tell()
    held = stray(at=AT)
    stripe.entries.insert(0, held)
    listed(stripe, times=2)
    (one,) = compare_payouts(Payout.objects.all())
    assert (one.why, one.unread, one.inside, one.variance) == ("holds_unread_rows", 1, None, None)
    assert Payout.objects.get().listed_at is None
    told, agrees = reconciled("--month", "2026-05", "--offline")
    assert (agrees, "payout po_1 17.37 EUR: holds_unread_rows (1)" in told) == (False, True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("donations.pages.console.books._months", lambda _now: [(2026, 5)])
        page = finance.get("/console/money/reconciliation/").content.decode()
        assert "1 row could not be read" in page
        assert "<code>xts</code>" in page
        assert finance.get("/ru/console/money/reconciliation/").status_code == 200


def test_a_payout_all_of_whose_rows_are_unread_is_not_taken_for_one_that_was_not_listed(stripe):
    stripe.tell()
    stripe.payout_entries = lambda _id: iter([stray(ref=f"txn_{number}") for number in range(3)])
    listed(stripe)
    (one,) = compare_payouts(Payout.objects.all())
    assert (one.why, one.unread) == ("holds_unread_rows", 3)


def test_what_is_read_at_last_clears_it_and_its_history_stays(stripe):
    stripe.tell()
    inside = list(stripe.entries)
    stripe.payout_entries = lambda _id: iter(inside)
    cost = entry(Money(-300, NOK), kind="stripe_fee", ref="txn_nok", at=AT, category="fee")
    stripe.entries.append(stray("nok", -300, ref="txn_nok", kind="stripe_fee", category="fee"))
    with not_knowing(NOK):
        listed(stripe)
        assert to_read_again() is None
        assert not Posting.objects.filter(currency=NOK).exists()
    stripe.entries[-1] = cost
    long_after = AT + timedelta(days=400)
    list_stripe(since=long_after - timedelta(days=3), at=long_after, via=stripe)
    assert [(one.currency, one.agrees, one.theirs) for one in compare(*MAY)] == [
        (EUR, True, Money(0, EUR)),
        (NOK, True, Money(-300, NOK)),
    ]
    assert UnreadRow.objects.get().currency == "nok"
    assert not UnreadRow.objects.standing().exists()


def test_what_is_read_at_last_in_another_currency_than_its_payout_is_not_added_to_it(stripe):
    stripe.tell()
    inside = list(stripe.entries)
    stripe.payout_entries = lambda _id: iter([*inside, entry(Money(-300, NOK), ref="txn_nok", at=AT)])
    listed(stripe)
    (one,) = compare_payouts(Payout.objects.all())
    assert (one.why, one.inside, one.variance) == ("does_not_add_up", None, None)


class Holding:
    """A peer whose payout held a row that could not be read, and can be now."""

    def __init__(self) -> None:
        first, self.late = entry(Money(1800, EUR)), entry(Money(-200, NOK), kind="stripe_fee", category="fee")
        self.gone = payout(Money(1800, EUR), status="paid", reconciled=True)
        self.entries = [first, self.late, self.gone.entry]

    def entries_between(self, start, end):
        return (one for one in self.entries if start <= one.created < end)

    def payouts_since(self, at):
        return iter([self.gone] if self.gone.created >= at else [])

    def payout_entries(self, payout_id):
        return iter(self.entries)


def test_reading_again_may_be_killed_anywhere():
    def begin():
        stripe, at = Holding(), timezone.now()
        readable = list(stripe.entries)
        stripe.entries[1] = stray("nok", -200, ref=stripe.late.id, at=stripe.late.created, category="fee")
        with not_knowing(NOK):
            list_stripe(since=at - timedelta(days=1), at=at, via=stripe)
        stripe.entries = readable
        later = at + timedelta(days=90)

        def deed():
            list_stripe(since=later - timedelta(days=3), at=later, via=stripe)

        def see():
            assert StripeEntry.objects.get(pk=stripe.late.id).payout.stripe_payout == stripe.gone.id
            assert Payout.objects.get(stripe_payout=stripe.gone.id).listed_at
            assert Posting.objects.filter(transaction__external_ref=stripe.late.id, currency=NOK).count() == 2
            assert not UnreadRow.objects.standing().filter(pk=stripe.late.id).exists()

        return deed, deed, see

    assert killed_between_any_two_statements(begin) >= 10


@pytest.mark.parametrize("code", ["xts", "XTS", "Xts", "", "usdc_of_a_chain_whose_name_is_longer_than_any_other"])
def test_however_its_currency_is_spelled_it_is_kept_once(code, finance):
    at = timezone.now()
    assert [keep_unread([stray(code, at=at)], at=at) for _ in range(3)] == [1, 0, 0]
    assert UnreadRow.objects.get().currency == code[:40]
    assert "txn_stray" in finance.get("/console/money/reconciliation/").content.decode()


def test_of_a_currency_that_is_known_by_now_any_spelling_is_read_again():
    keep_unread([stray("NoK", ref="txn_1"), stray("", ref="txn_2"), stray("isk", ref="txn_3", why="not_whole")], at=AT)
    assert to_read_again() == AT
    keep_entries([entry(Money(500, NOK), ref="txn_1", at=AT)], at=AT)
    assert to_read_again() is None


def test_a_thousand_of_them_are_kept_counted_and_told_of_once(finance):
    at = timezone.now()
    rows = [stray(ref=f"txn_{number:04}", at=at - timedelta(seconds=number)) for number in range(1000)]
    assert [keep_entries(rows, at=at) for _ in range(2)] == [1000, 0]
    assert [look(at=at) for _ in range(3)] == [["rows_unread"], [], []]
    page = finance.get(f"/console/money/reconciliation/?month={at:%Y-%m}").content.decode()
    assert "1000 rows in all" in page
    assert page.count('<th scope="row" data-label="At Stripe"') == 200
    assert "we cannot read" in finance.get("/console/money/").content.decode()


def test_the_list_is_known_up_to_then_though_nothing_of_it_could_be_read():
    keep_unread([stray()], at=AT)
    assert listed_until() == AT


def test_what_was_written_stays_and_a_payout_is_learned_once():
    keep_unread([stray()], at=AT)
    row = UnreadRow.objects.filter(pk="txn_stray")
    first, second = (
        Payout.objects.create(
            stripe_payout=name, amount_minor=1, currency=EUR, created_at=AT, arrives_on=AT.date(), updated_at=AT
        )
        for name in ("po_1", "po_2")
    )

    def refused(deed):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()

    for words in ({"net": "1"}, {"currency": "eur"}, {"why": ""}, {"seen_at": datetime(2020, 1, 1, tzinfo=UTC)}):
        refused(lambda words=words: row.update(**words))
    keep_unread([stray()], at=AT, payout=first)
    keep_unread([stray()], at=AT, payout=second)
    assert row.get().payout == first
    refused(lambda: row.update(payout=second))
    refused(lambda: row._raw_delete(using="default"))


def test_a_payout_below_one_that_cannot_be_read_is_still_applied(stripe):
    stripe.tell()
    odd = stray(ref="po_odd", what="payout", kind="payout")
    stripe.payouts_since = lambda _at: iter([odd, replace(stripe.payout)])
    assert (listed(stripe).payouts, Payout.objects.get().stripe_payout) == (1, "po_1")
