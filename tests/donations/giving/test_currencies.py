"""Each currency, from an offered amount on the page through Stripe's own units to the ledger and to what is shown."""

import pytest
import requests
from django.utils import timezone

from donations.gateway.amounts import to_stripe
from donations.giving import amounts
from donations.ledger.queries import booked
from donations.ledger.verify import verify
from donations.models import Donation
from donations.webhooks.sweep import sweep
from tests.api.clients import api_client
from tests.console import console_client
from tests.factories.donations import make_fund
from tests.factories.organisations import make_member, make_operator
from tests.sandbox_server import API_KEY

pytestmark = pytest.mark.django_db(transaction=True)
# what Stripe counts in, of one unit of the currency: https://docs.stripe.com/currencies
STRIPE_UNITS = {"EUR": 100, "USD": 100, "GBP": 100, "CHF": 100, "SEK": 100, "PLN": 100, "JPY": 1, "ISK": 100,
                "UGX": 100, "KWD": 1000}  # fmt: skip


def test_all_ten_currencies_go_through_page_and_program_to_the_cent(stripe, given, client):
    assert set(amounts.CURRENCIES) == set(STRIPE_UNITS)
    fund, operator = make_fund(), make_operator()
    program = api_client(organisation=operator)
    finance = console_client(make_member(operator, role="finance"))
    gifts: list[Donation] = []
    for currency in STRIPE_UNITS:
        html = client.get(f"/give/{fund.slug}/", {"currency": currency}).content.decode()
        preset = amounts.presets(currency)[1]
        offered = f"{currency}:{preset.minor}"
        assert f'value="{offered}"' in html
        gifts.append(given(fund=fund.slug, currency=currency, amount="", preset=offered, cover_fee="on"))
        body = {"fund": fund.pk, "amount": preset.as_json(), "interval": None}
        answer = program.create("/api/v1/donations", body)
        assert answer.status_code == 201, answer.content
        gifts.append(Donation.objects.get(pk=answer.json()["id"]))
        for gift in gifts[-2:]:
            address = f"{stripe.url}/v1/checkout/sessions/{gift.checkout_session}"
            session = requests.get(address, auth=(API_KEY, ""), timeout=10).json()
            units = int(gift.total.decimal_text().replace(".", "")) * STRIPE_UNITS[currency]
            units //= 10 ** len(gift.total.decimal_text().partition(".")[2])
            assert (session["amount_total"], session["currency"]) == (units, currency.lower())
            assert units == to_stripe(gift.total)
            stripe.pay(gift.checkout_url)
    sweep(at=timezone.now())
    gross = {row["currency"]: row["gross"] for row in booked([fund])[fund.pk]}
    for currency in STRIPE_UNITS:
        mine = [gift for gift in gifts if gift.currency == currency]
        assert gross[currency] == sum(gift.total_minor for gift in mine)
        for gift in mine:
            shown = program.get(f"/api/v1/donations/{gift.pk}").json()
            assert (shown["status"], shown["total"]) == ("paid", gift.total.as_json())
        page = finance.get(f"/console/money/donations/{mine[0].pk}/").content.decode()
        assert mine[0].amount.formatted("en") in page
    assert verify()[1] == []
