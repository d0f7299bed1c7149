"""Everything that is held about one subject, as JSON that a person can read."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from donations.giving.exporting import export_donation
from donations.models import Donation
from donations.receipts.exporting import export_papers
from donations.recurring.exporting import export_recurring
from offers.matching.exporting import export_need, export_pledge
from offers.models import Need, Pledge
from waystation.erasure.subjects import Record


def export(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Return what is held about each record, in order."""
    return [_export(kind, record_id) for kind, record_id in records]


def _export(kind: str, record_id: str) -> dict[str, Any]:
    match kind:
        case "pledge":
            return export_pledge(Pledge.objects.get(pk=record_id), with_address=True)
        case "need":
            return export_need(Need.objects.get(pk=record_id))
        case _:
            gift = Donation.objects.get(pk=record_id)
            standing = export_recurring(gift.recurring) if gift.recurring else None
            return {**export_donation(gift), **export_papers(gift), "recurring": standing}


def as_text(exported: list[dict[str, Any]]) -> str:
    """Return an export as indented JSON."""
    return json.dumps(exported, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
