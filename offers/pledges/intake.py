"""Offers that a partner brings: it answers for the provider's address, and for the checks if it is trusted for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from kernel import audit
from kernel.accounts.models import Organisation
from offers.pledges import contact as contacts
from offers.pledges.contact import Contact
from offers.pledges.drafting import new_pledge
from offers.pledges.editing import check_claims
from offers.pledges.locking import moved
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.terms import check_complete, checked, put
from offers.pledges.vetting import LASTS, confirm_by


@transaction.atomic
def create_from_api(
    *,
    organisation: Organisation,
    values: Mapping[str, Any],
    contact: Contact,
    by: str,
    at: datetime,
    claimed: Mapping[str, Any] | None = None,
    blind: bytes | None = None,
) -> Pledge:
    """Take in a partner's offer: in `vetting`, or `active` at once if the partner is trusted for providers.

    `values` are fields of EDITABLE with at least `kind`; `claimed` may hold `verified_features` and
    `vetting_valid_until`, what a trusted partner verified itself, and `blind` is the blind index of
    the contact's address, if it is at hand. The provider gets no mail from us.
    Raises Refusal `not_trusted` (with the field), `no_group_key`, or one that names the field to mend.
    """
    trusted = organisation.trusts("providers", at)
    today = localdate(at)
    stated = check_claims(claimed or {}, trusted=trusted, today=today)
    columns = checked(values)
    pledge = new_pledge(organisation=organisation, kind=columns["kind"], at=at)
    verified = sorted(set(stated.get("verified_features", ())))
    columns["features"] = sorted({*columns.get("features", ()), *verified})
    put(pledge, columns)
    check_complete(pledge, today=today)
    contact.check()
    contacts.keep(pledge, contact, mails=False, at=at, blind=blind)
    pledge.save(force_insert=True)
    if trusted:
        until = stated.get("vetting_valid_until") or today + LASTS
        facts = {"verified_features": verified, "vetting_valid_until": until, "confirm_by": confirm_by(today)}
        moved(pledge, to=PledgeStatus.ACTIVE, by=by, at=at, why="trusted_partner", **facts)
    else:
        moved(pledge, to=PledgeStatus.VETTING, by=by, at=at, why="partner")
    audit.record(by, "pledge.created", pledge.pk, reason=pledge.status, fields=["contact"], at=at)
    return pledge
