"""What is held about a gift, for the one who gave it."""

from dataclasses import asdict
from typing import Any

from donations.giving.dedications.words import written_beside
from donations.giving.models import Donation


def export_donation(gift: Donation) -> dict[str, Any]:
    """Return what is held about a gift, as plain JSON. Of the donor: a language, and what they wrote."""
    return {
        "what": "gift",
        "id": gift.pk,
        "amount": gift.amount.as_json(),
        "fee_cover": gift.fee_cover.as_json(),
        "anonymous": gift.anonymous,
        "language": gift.language,
        "status": gift.status,
        "created_at": gift.created_at,
        "paid_at": gift.paid_at,
        "return_url": gift.return_url,
        "payment_at_stripe": gift.payment_intent,
        "written_beside": asdict(written_beside(gift.pk)),
        "funds": [{"fund": part.fund.name, "minor": part.minor} for part in gift.allocations.select_related("fund")],
        "refunds": [
            {"id": one.pk, "amount": one.amount.as_json(), "status": one.status, "reason": one.reason}
            for one in gift.refunds.order_by("created_at")
        ],
        "history": [{"from": move.old, "to": move.new, "at": move.at, "why": move.why} for move in gift.history.all()],
        "not_here": "Name, card and address were given to Stripe alone.",
    }
