"""Erasing an offer: promises ended, keys, contact, address, links and facts gone; id, kind, numbers and states stay."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import transaction

from kernel import audit, vault
from kernel.disclosure.disclosing.lapsing import lapse_for
from kernel.retention.erasures import remember
from kernel.vault import addresses
from kernel.vault.models import KeyShare, SealedRecord
from offers.matching.deeds import free_pledge
from offers.matching.erasing.matches import thin
from offers.matching.erasing.report import Erased
from offers.matching.runs.models import Assignment
from offers.pledges.belongings import FORGETS
from offers.pledges.living import taken_back
from offers.pledges.locking import locked, moved
from offers.pledges.models import Pledge, PledgeStatus

OVER = (PledgeStatus.REJECTED, PledgeStatus.WITHDRAWN, PledgeStatus.EXPIRED)
# what stays: kind, country, provider type, units, placements, states, the organisation that answers for it
BLANK: dict[str, Any] = {
    "availability": [],
    "available_from": None,
    "available_until": None,
    "notice_days": 0,
    "min_stay_days": 0,
    "max_stay_days": None,
    "region": "",
    "city": None,
    "service_area": [],
    "radius_km": None,
    "remote": False,
    "languages": [],
    "features": [],
    "verified_features": [],
    "household": {},
    "refusals": [],
    "preferences": [],
    "exclusion_tokens": [],
    "vetting_valid_until": None,
    "confirm_by": None,
    "asked_at": None,
    "reminded_at": None,
    "blind_email": None,
    "language": "en",
}


@transaction.atomic
def erase_pledge(*, pledge: Pledge, by: str, at: datetime, why: str) -> Erased:
    """End what the offer promised and erase it, whatever state it is in. Done twice, it changes nothing more.

    `why` is a code. Returns counts of what went.
    """
    free_pledge(pledge=pledge, by=by, at=at, why=why)
    pledge = locked(pledge)
    if pledge.status == PledgeStatus.ERASED:
        return Erased("pledge", pledge.pk, again=True)
    gone: Counter[str] = Counter(notification_addresses=int(addresses.forget(pledge.pk)))
    if pledge.status not in OVER:
        taken_back(pledge=pledge, by=by, at=at, why=why)
        pledge = locked(pledge)
    photos = pledge.photos.values_list("pk", flat=True)
    gone["disclosed_halves"] = lapse_for(pledge.pk, *photos, by=by, at=at, why=why)
    gone += _forget_contact(pledge)
    for name, forget in FORGETS.items():
        gone[name] += forget(pledge)
    gone["planned"], _by_model = Assignment.objects.filter(pledge=pledge).delete()
    gone["checks"], _by_model = pledge.vetting.all().delete()
    for match in pledge.matches.filter(thinned_at=None).order_by("pk"):
        gone["holds"] += thin(match, at=at)
        gone["matches_thinned"] += 1
    gone["facts"] = sum(getattr(pledge, name) != empty for name, empty in BLANK.items())
    moved(pledge, to=PledgeStatus.ERASED, by=by, at=at, why=why, link_version=pledge.link_version + 1, **BLANK)
    audit.record(by, "pledge.erased", pledge.pk, reason=why, at=at)
    remember("pledge", pledge.pk, by=by, at=at)
    return Erased("pledge", pledge.pk, gone)


def _forget_contact(pledge: Pledge) -> "Counter[str]":
    """Shred every sealed record of the pledge, whatever its purpose: the keys first, then what they opened."""
    records = SealedRecord.objects.filter(record_id=pledge.pk)
    shares, _by_model = KeyShare.objects.filter(record__in=records).delete()
    purposes = list(records.values_list("purpose", flat=True))
    return Counter(key_shares=shares, sealed_records=sum(vault.shred(pledge.pk, purpose) for purpose in purposes))
