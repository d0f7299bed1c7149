"""Another card for a recurring gift: on Stripe's own page, since no card may come near us."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from donations.gateway import GatewayError, PaymentGateway, gateway
from donations.recurring.models import RecurringGift
from donations.recurring.states import LIVING
from kernel import audit
from kernel.states import Refusal


def open_card_page(*, gift: RecurringGift, language: str, at: datetime, via: PaymentGateway | None = None) -> str:
    """Return the address of Stripe's page for the donor's card. Call it outside a transaction.

    From there the donor comes back to a page of ours that nobody chooses. Raises Refusal `no_card_here` for a gift that
    has ended, `payment_unavailable`.
    """
    if gift.status not in LIVING or not gift.stripe_customer:
        raise Refusal("no_card_here", _("There is no card to change: this gift has not begun, or has ended."))
    back = urljoin(settings.PUBLIC_URL, reverse("donations:my_giving_card"))
    try:
        page = (via or gateway()).open_portal(
            customer=gift.stripe_customer, return_url=back, locale=language, for_card=True
        )
    except GatewayError as error:
        raise Refusal(
            "payment_unavailable",
            _("The page for the card cannot be opened at the moment. Nothing has changed. Try again in a few minutes."),
        ) from error
    audit.record("page", "recurring.card_page", gift.pk, at=at)
    return page.url
