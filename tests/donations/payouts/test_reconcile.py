"""Reconciliation: to the cent, by month and by payout, and every difference with the rows that explain it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from donations.gateway import BalanceFacts, StripeFaultError
from donations.giving.settle import settle
from donations.ledger.queries import balances
from donations.models import Payout, StripeEntry
from donations.payouts.comparing import compare, compare_payouts, month_bounds
from donations.payouts.deeds import PayoutMismatchError
from donations.payouts.listing import keep_entries, list_now, list_stripe
from donations.refunds.deeds import apply_refund
from kernel.money import Money
from tests.factories.donations import entry, make_donation, paid, payout, refunded

pytestmark = pytest.mark.django_db
EUR = "EUR"
AT = datetime(2026, 5, 20, 12, tzinfo=UTC)
MAY = month_bounds(2026, 5)


class Stripe:
    """Its books: a payment, a refund, what the account costs, and a payout of the rest."""

    def __init__(self):
        self.donation = make_donation()
        charge = entry(Money(2500, EUR), 63, ref="txn_charge", at=AT, source="ch_1")
        self.charge, self.gone = charge, entry(Money(-500, EUR), kind="refund", ref="txn_re", at=AT, source="re_1")
        self.cost = entry(Money(-200, EUR), kind="stripe_fee", ref="txn_fee", at=AT, category="fee")
        self.payout = payout(Money(1737, EUR), ref="po_1", status="paid", created=AT, reconciled=True)
        left = entry(Money(-1737, EUR), kind="payout", ref="txn_po", at=AT, category="payout", source="po_1")
        self.payout = replace(self.payout, entry=left)
        self.entries = [charge, self.gone, self.cost, left]

    def tell(self, *, refund=True):
        """Let us hear of the payment and the refund, as the events do."""
        settle(self.donation, facts=paid(self.donation, entries=(self.charge,)), at=AT)
        self.donation.refresh_from_db()
        if refund:
            facts = refunded(self.donation, Money(500, EUR), ref="re_1", entry=self.gone)
            apply_refund(facts, at=AT)

    def entries_between(self, start, end):
        return (one for one in self.entries if start <= one.created < end)

    def payouts_since(self, _at):
        return iter([self.payout])

    def payout_entries(self, _payout_id):
        return iter(self.entries)

    def balance(self):
        return BalanceFacts(False, (Money(0, EUR),), (Money(0, EUR),))


@pytest.fixture
def stripe():
    return Stripe()


def list_all(stripe):
    return list_stripe(since=MAY[0], at=AT + timedelta(days=1), via=stripe)


def test_books_that_agree_have_nothing_to_explain(stripe):
    stripe.tell()
    listed = [list_all(stripe) for _ in range(2)]
    assert [(one.entries, one.new, one.payouts) for one in listed] == [(4, 4, 1), (4, 0, 1)]
    (month,) = compare(*MAY)
    assert (month.agrees, month.ours, month.theirs_at_end) == (True, Money(0, EUR), Money(0, EUR))
    (found,) = compare_payouts(Payout.objects.all())
    assert (found.inside, found.variance, found.why, found.rows) == (Money(1737, EUR), Money(0, EUR), "", ())
    assert Payout.objects.get().listed_at
    held = {purpose: amount.minor for purpose, _fund, _name, _category, amount in balances() if amount}
    assert (held["bank"], held["costs"]) == (1737, 200)


def test_what_we_never_heard_of_is_named_in_the_month_and_in_the_payout(stripe):
    stripe.tell(refund=False)
    list_all(stripe)
    (month,) = compare(*MAY)
    assert (month.agrees, month.difference) == (False, Money(500, EUR))
    (row,) = month.rows
    assert (row.ref, row.why, row.about, row.ours, row.theirs) == (
        "txn_re",
        "not_in_our_books",
        "re_1",
        None,
        Money(-500, EUR),
    )
    (found,) = compare_payouts(Payout.objects.all())
    assert (found.why, [one.ref for one in found.rows], found.variance) == (
        "not_in_our_books",
        ["txn_re"],
        Money(0, EUR),
    )


def test_what_stripe_does_not_know_or_tells_otherwise_is_named(stripe):
    stripe.tell()
    stripe.entries[0] = replace(stripe.charge, fee=Money(64, EUR), net=Money(2436, EUR))
    del stripe.entries[1]
    list_all(stripe)
    (month,) = compare(*MAY)
    assert {(row.ref, row.why) for row in month.rows} == {("txn_charge", "differs"), ("txn_re", "not_at_stripe")}
    (found,) = compare_payouts(Payout.objects.all())
    assert (found.why, found.variance) == ("does_not_add_up", Money(499, EUR))


def test_a_payout_that_stripe_lists_nothing_for_is_found_and_one_by_hand_is_not_compared(stripe):
    stripe.tell()
    stripe.payout = replace(stripe.payout, reconciled=False)
    stripe.payout_entries = lambda _id: iter(())
    list_all(stripe)
    assert compare_payouts(Payout.objects.all())[0].why == "not_listed"
    Payout.objects.update(automatic=False)
    assert compare_payouts(Payout.objects.all())[0].why == ""


def test_a_payout_that_is_told_otherwise_than_before_does_not_hold_up_the_rest(stripe):
    stripe.tell()
    list_all(stripe)
    changed = replace(stripe.payout, amount=Money(1, EUR))
    stripe.payouts_since = lambda _at: iter([changed, payout(Money(100, EUR), ref="po_2", created=AT)])
    with pytest.raises(PayoutMismatchError):
        list_all(stripe)
    assert sorted(Payout.objects.values_list("stripe_payout", "amount_minor")) == [("po_1", 1737), ("po_2", 100)]


def test_a_month_is_cut_where_stripe_cuts_it():
    keep_entries([entry(Money(100, EUR), ref="txn_a", at=MAY[1])], at=AT)
    keep_entries([entry(Money(200, EUR), ref="txn_b", at=MAY[1] - timedelta(seconds=1))], at=AT)
    (month,) = compare(*MAY)
    assert (month.theirs, [row.ref for row in month.rows]) == (Money(200, EUR), ["txn_b"])
    assert month_bounds(2026, 12)[1] == datetime(2027, 1, 1, tzinfo=UTC)


def test_the_command_says_what_differs_and_fails(stripe, capsys, monkeypatch):
    stripe.tell(refund=False)
    for module in ("donations.payouts.listing", "donations.management.commands.reconcile"):
        monkeypatch.setattr(f"{module}.gateway", lambda: stripe)
    days = str((timezone.now() - MAY[0]).days + 2)
    with pytest.raises(SystemExit):
        call_command("reconcile", "--month", "2026-05", "--days", days, "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["agrees"], answer["currencies"][0]["difference"]) == (False, 500)
    assert answer["payouts"][0]["why"] == "not_in_our_books"
    assert answer["stripe_holds"] == [{"minor": 0, "currency": "EUR"}]
    stripe.tell()
    call_command("reconcile", "--month", "2026-05", "--offline")
    assert "difference 0.00 EUR" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("reconcile", "--month", "May")


def test_a_stripe_that_fails_is_said(monkeypatch):
    class Down:
        def entries_between(self, *_words):
            raise StripeFaultError("Stripe failed on its side.")

    monkeypatch.setattr("donations.payouts.listing.gateway", Down)
    with pytest.raises(CommandError, match="failed on its side"):
        call_command("reconcile")
    with pytest.raises(StripeFaultError):
        list_now()
    assert not StripeEntry.objects.exists()
