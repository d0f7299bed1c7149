"""What is held about a recurring gift, for the one who gave it."""

from typing import Any

from donations.recurring.contacts import address_of
from donations.recurring.models import RecurringContact, RecurringGift


def export_recurring(gift: RecurringGift) -> dict[str, Any]:
    """Return what is held about a recurring gift, as plain JSON."""
    contact = RecurringContact.objects.filter(recurring=gift).first()
    return {
        "id": gift.pk,
        "interval": gift.interval,
        "amount": gift.amount.as_json(),
        "status": gift.status,
        "anonymous": gift.anonymous,
        "language": gift.language,
        "created_at": gift.created_at,
        "next_at": gift.next_at,
        "card_expires_on": gift.card_expires_on,
        "written_to": address_of(contact) if contact else None,
        "told": [{"what": one.kind, "at": one.at} for one in gift.notices.all()],
        "customer_at_stripe": gift.stripe_customer,
        "subscription_at_stripe": gift.stripe_subscription,
        "funds": [{"fund": part.fund.name, "share": part.share} for part in gift.shares.select_related("fund")],
        "history": [{"from": move.old, "to": move.new, "at": move.at, "why": move.why} for move in gift.history.all()],
    }
