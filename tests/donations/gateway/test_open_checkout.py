"""Opening a page to pay on, through the real SDK, at a real sandbox."""

from datetime import UTC, datetime, timedelta

import pytest

from donations.gateway import KeyReusedError, RequestRefusedError
from donations.gateway.stripe_gateway import StripeGateway
from kernel.money import Money
from tests.donations.gateway.scene import open_checkout


def test_it_opens_a_page_that_is_unpaid(desk: StripeGateway) -> None:
    """The session knows our reference and the amount, and nothing else of ours."""
    opened = open_checkout(desk, reference="dn_reference", amount=Money(1234, "EUR"))
    facts = desk.checkout(opened.id)
    assert (facts.status, facts.payment_status, facts.livemode) == ("open", "unpaid", False)
    assert (facts.client_reference_id, facts.amount_total) == ("dn_reference", Money(1234, "EUR"))
    assert (facts.payment_intent, facts.charge, facts.entries, facts.failure) == ("", "", (), "")
    assert facts.expires_at == opened.expires_at


@pytest.mark.parametrize(
    "amount",
    [
        Money(2500, "EUR"),
        Money(500, "JPY"),
        Money(100, "ISK"),
        Money(5000, "UGX"),
        Money(1230, "KWD"),
        Money(300, "SEK"),
    ],
    ids=str,
)
def test_it_keeps_the_amount_in_every_kind_of_currency(desk: StripeGateway, amount: Money) -> None:
    """Two, none and three decimals, and Stripe's special cases."""
    assert desk.checkout(open_checkout(desk, amount=amount).id).amount_total == amount


def test_it_opens_one_page_for_one_key(desk: StripeGateway) -> None:
    """A retry after a lost answer finds the same page."""
    words = {"idempotency_key": "key_once", "reference": "dn_once"}
    assert open_checkout(desk, **words) == open_checkout(desk, **words)


def test_it_refuses_a_key_used_for_another_gift(desk: StripeGateway) -> None:
    """The amount is part of what the key stands for."""
    open_checkout(desk, idempotency_key="key_changed", reference="dn_x", amount=Money(2500, "EUR"))
    with pytest.raises(KeyReusedError) as refused:
        open_checkout(desk, idempotency_key="key_changed", reference="dn_x", amount=Money(2600, "EUR"))
    assert not refused.value.retry


def test_it_expires_when_asked_to(desk: StripeGateway) -> None:
    """Within the half hour to day that Stripe allows."""
    expires_at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    assert open_checkout(desk, expires_at=expires_at).expires_at == expires_at
    with pytest.raises(RequestRefusedError):
        open_checkout(desk, expires_at=expires_at + timedelta(days=2))


def test_it_refuses_less_than_stripe_takes(desk: StripeGateway) -> None:
    """Fifty cents is the least."""
    with pytest.raises(RequestRefusedError) as refused:
        open_checkout(desk, amount=Money(49, "EUR"))
    assert (refused.value.code, refused.value.retry) == ("amount_too_small", False)


def test_it_speaks_the_donors_language(desk: StripeGateway) -> None:
    """Russian is one of Stripe's languages, a made-up one is not."""
    assert open_checkout(desk, locale="ru")
    with pytest.raises(RequestRefusedError) as refused:
        open_checkout(desk, locale="tlh")
    assert refused.value.param == "locale"


def test_it_can_be_closed_for_good(desk: StripeGateway) -> None:
    """Once; an expired page is not open any more."""
    opened = open_checkout(desk)
    assert desk.expire_checkout(opened.id).status == "expired"
    with pytest.raises(RequestRefusedError):
        desk.expire_checkout(opened.id)
