"""An instalment that waits for its donor: Stripe's own page for it, where a bank's question is answered."""

from django.utils.translation import gettext_noop as _

from donations.gateway import GatewayError, PaymentGateway, gateway
from donations.recurring.models import RecurringGift
from donations.recurring.states import RecurringStatus
from kernel.states import Refusal

NOTHING = Refusal("nothing_waits", _("Nothing waits to be paid here at the moment."))


def page_of_instalment(*, gift: RecurringGift, via: PaymentGateway | None = None) -> str:
    """Return the address of Stripe's page for the instalment that waits. Call it outside a transaction.

    Whoever has the address can pay there, so it is shown once and kept nowhere. Raises Refusal `nothing_waits`,
    `payment_unavailable`.
    """
    if gift.status != RecurringStatus.PAST_DUE:
        raise NOTHING
    stripe = via or gateway()
    try:
        latest = stripe.subscription(gift.stripe_subscription or "").latest_invoice
        facts = stripe.invoice(latest) if latest else None
    except GatewayError as error:
        raise Refusal(
            "payment_unavailable",
            _("The page of your bank's question cannot be opened at the moment. Try again in a few minutes."),
        ) from error
    if facts is None or facts.status != "open" or not facts.url:
        raise NOTHING
    return facts.url
