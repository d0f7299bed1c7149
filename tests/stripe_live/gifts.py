"""Single gifts: pages opened and closed, keys, refusals, cards, refunds, disputes, events."""

from datetime import timedelta
from typing import Any

import stripe

from donations.gateway import KeyReusedError, NotFoundError, PayoutFacts, RequestRefusedError
from kernel.money import Money
from tests.stripe_live.stage import Stage

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "PLN", "JPY", "ISK", "UGX", "KWD")
_AMOUNTS = {"JPY": 2500, "ISK": 2500, "UGX": 100_000, "KWD": 12_340}


def a_page_is_opened_and_closed(stage: Stage) -> None:
    """Open and unpaid, then expired for good."""
    opened = stage.open("page", expires_at=stage.now() + timedelta(hours=2))
    facts = stage.desk.checkout(opened.id)
    assert (facts.status, facts.payment_status, facts.livemode) == ("open", "unpaid", False)
    assert (facts.client_reference_id, facts.amount_total) == (stage.key("page"), Money(2500, "EUR"))
    assert stage.desk.expire_checkout(opened.id).status == "expired"
    _refused(RequestRefusedError, lambda: stage.desk.expire_checkout(opened.id))


def a_key_stands_for_one_page(stage: Stage) -> None:
    """Repeated it is the same page; for another amount it is refused."""
    assert stage.open("once") == stage.open("once")
    _refused(KeyReusedError, lambda: stage.open("once", amount=Money(2600, "EUR")))


def every_currency_is_taken(stage: Stage) -> None:
    """None, two and three decimals, and Stripe's special cases: what is asked is what the page says."""
    for currency in CURRENCIES:
        amount = Money(_AMOUNTS.get(currency, 2500), currency)
        assert stage.desk.checkout(stage.open(f"in_{currency}", amount=amount).id).amount_total == amount


def what_the_api_has_not_is_refused(stage: Stage) -> None:
    """A retired parameter by its name; an object nobody made."""
    params: Any = {
        "mode": "payment",
        "line_items": [
            {"quantity": 1, "price_data": {"currency": "eur", "unit_amount": 500, "product_data": {"name": "Donation"}}}
        ],
        "success_url": "https://example.org/thanks/",
        "payment_method_types": ["card"],
    }
    error = _refused(stripe.InvalidRequestError, lambda: stage.v1.checkout.sessions.create(params))
    assert (error.code, error.param) == ("parameter_unknown", "payment_method_types")
    _refused(NotFoundError, lambda: stage.desk.checkout("cs_test_none"))


def cards_are_declined_with_their_codes(stage: Stage) -> None:
    """As Stripe's page of test cards says."""
    for card, code, decline in (
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
    ):
        error = _refused(stripe.CardError, lambda card=card: stage.pay(card))
        assert (error.http_status, error.code, error.error.decline_code) == (402, code, decline)
    assert stage.pay("pm_card_authenticationRequired").status == "requires_action"


def a_payment_is_refunded_in_parts(stage: Stage) -> None:
    """Net is gross less fee; two refunds make the whole; a third is refused."""
    paid = stage.pay("pm_card_visa")
    entry = paid.latest_charge.balance_transaction
    assert entry.net == entry.amount - entry.fee
    for number, amount in enumerate((Money(1000, "EUR"), Money(1500, "EUR"))):
        key = stage.key(f"refund_{number}")
        refund = stage.desk.refund(reference=key, payment_intent=paid.id, amount=amount, idempotency_key=key)
        assert (refund.amount, refund.reference) == (amount, key)
        assert stage.desk.refund_facts(refund.id).charge == paid.latest_charge.id
    error = _refused(
        RequestRefusedError,
        lambda: stage.desk.refund(
            reference="x", payment_intent=paid.id, amount=Money(1, "EUR"), idempotency_key=stage.key("refund_more")
        ),
    )
    assert error.code == "charge_already_refunded"


def a_refund_fails_after_all(stage: Stage) -> None:
    """Succeeded at first; then it failed, and the money is back."""
    paid, key = stage.pay("pm_card_refundFail"), stage.key("refund_fails")
    refund = stage.desk.refund(reference=key, payment_intent=paid.id, amount=Money(2500, "EUR"), idempotency_key=key)

    def failed() -> Any:
        facts = stage.desk.refund_facts(refund.id)
        return facts if facts.status == "failed" else None

    facts = stage.eventually(failed)
    assert facts.entry is not None
    assert facts.failure_entry is not None
    assert facts.failure_entry.gross == -facts.entry.gross


def a_dispute_is_won(stage: Stage) -> None:
    """Money and fee are taken, evidence is sent, the money comes back."""
    paid = stage.pay("pm_card_createDispute")
    found = stage.eventually(lambda: stage.v1.disputes.list({"payment_intent": paid.id}).data)
    taken = stage.eventually(lambda: stage.desk.dispute(found[0].id).entries)
    assert (taken[0].category, taken[0].gross.minor < 0, taken[0].fee.minor > 0) == ("dispute", True, True)
    stage.desk.answer_dispute(
        found[0].id,
        evidence={"uncategorized_text": "winning_evidence"},
        submit=True,
        idempotency_key=stage.key("evidence"),
    )

    def won() -> Any:
        facts = stage.desk.dispute(found[0].id)
        return facts if facts.status == "won" and len(facts.entries) > 1 else None

    assert stage.eventually(won).entries[-1].category == "dispute_reversal"


def the_books_can_be_read(stage: Stage) -> None:
    """What was just paid is among the entries of these minutes, and the balance can be asked for."""
    paid = stage.pay("pm_card_bypassPending")
    entry = paid.latest_charge.balance_transaction
    now = stage.now()
    listed = stage.desk.entries_between(now - timedelta(hours=1), now + timedelta(hours=1))
    assert entry.id in {one.id for one in listed}
    assert not stage.desk.balance().livemode
    sent = stage.desk.payouts_since(now - timedelta(days=7))
    assert all(isinstance(one, PayoutFacts) and one.amount.minor for one in sent)


def events_are_listed_thin(stage: Stage) -> None:
    """A page that expired is among the events of these minutes, under the id of its thin delivery."""
    page = stage.open("told")
    stage.desk.expire_checkout(page.id)
    since = stage.now() - timedelta(minutes=10)

    def told() -> Any:
        events = stage.desk.events_since(since, types=["checkout.session.expired"])
        return [event for event in events if event.object_id == page.id]

    assert stage.eventually(told)[0].id.startswith("evt_")


def _refused(kind: Any, deed: Any) -> Any:
    try:
        deed()
    except kind as refused:
        return refused
    raise AssertionError(f"It was taken, where {kind.__name__} was to be raised.")
