"""What is held about the papers of a gift, for the one who gave it."""

from dataclasses import asdict
from typing import Any

from donations.giving.models import Donation
from donations.receipts.issuing import receipts_of
from donations.receipts.models import ReceiptWish
from donations.receipts.tax.gift_aid.declaring import taxpayer_of
from donations.receipts.tax.gift_aid.models import GiftAidDeclaration
from donations.receipts.wishes import asker


def export_papers(gift: Donation) -> dict[str, Any]:
    """Return, as plain JSON, a gift's receipts, who asked for them, and what was declared about it."""
    wish = ReceiptWish.objects.filter(donation=gift).first()
    who = asker(wish) if wish else None
    declared = GiftAidDeclaration.objects.filter(donation=gift).exclude(sealed=b"").first()
    return {
        "receipts": [
            {"number": one.full_number, "kind": one.kind, "amount": one.amount.as_json(), "issued_at": one.issued_at}
            for one in receipts_of(gift)
        ],
        "receipt_asked_by": {"email": who.email, "name": who.name} if who else None,
        "gift_aid": asdict(taxpayer_of(declared)) | {"enduring": declared.enduring} if declared else None,
    }
