"""Changing an offer that was sent: dates and units at will, what was checked only by being checked again."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop as _

from kernel import audit
from kernel.states import Refusal
from offers.kinds.registry import kind_of
from offers.pledges import availability
from offers.pledges import contact as contacts
from offers.pledges.contact import Contact
from offers.pledges.locking import locked, moved, only_while, save
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.rhythm import ASKED
from offers.pledges.terms import MATERIAL, check_complete, checked, put
from offers.pledges.vetting import confirm_by, void_steps

OPEN_TO_CHANGE = (
    PledgeStatus.SUBMITTED,
    PledgeStatus.EMAIL_CONFIRMED,
    PledgeStatus.VETTING,
    PledgeStatus.ACTIVE,
    PledgeStatus.PAUSED,
)


def _check_promises(pledge: Pledge, changed: Iterable[str]) -> None:
    """See that what is held by a live match stays as it was promised."""
    holds = list(pledge.holds.filter(live=True))
    if pledge.units_total < max([pledge.units_held, *(hold.unit for hold in holds)]):
        raise Refusal(
            "live_hold", _("Fewer units than are promised to somebody: end those matches first."), "units_total"
        )
    ranges = availability.read(pledge.availability)
    if not all(any(one.covers(hold.starts_on, hold.ends_on) for one in ranges) for hold in holds):
        raise Refusal("live_hold", _("Days that are promised to somebody cannot be taken out."), "availability")
    promised = holds or pledge.units_held
    if promised and (fixed := [name for name in MATERIAL if name in changed]):
        raise Refusal("live_hold", _("This is promised to somebody as it is: end those matches first."), fixed[0])


def _verified(pledge: Pledge, columns: dict[str, Any], claimed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of what is verified: what is no longer declared is no longer verified either."""
    if "verified_features" in claimed:
        columns["features"] = sorted({*columns.get("features", pledge.features), *claimed["verified_features"]})
        return {**claimed, "verified_features": sorted(set(claimed["verified_features"]))}
    kept = [word for word in pledge.verified_features if word in columns.get("features", pledge.features)]
    return {**claimed, "verified_features": kept}


@transaction.atomic
def edit(
    *,
    pledge: Pledge,
    changes: Mapping[str, Any],
    by: str,
    at: datetime,
    contact: Contact | None = None,
    claimed: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Pledge:
    """Change fields of an offer that was sent, and its contact.

    A material change (kind, provider, place, another contact) voids the checks and takes an active or paused offer
    back to vetting, except for an organisation trusted for providers. `claimed` holds `verified_features` and
    `vetting_valid_until` as such an organisation states them. `version` is the one the caller has read.
    Raises Refusal `stale`, `illegal_transition`, `not_trusted`, `live_hold`, or one that names the field to mend.
    """
    pledge = locked(pledge)
    if version is not None and pledge.version != version:
        raise Refusal("stale", _("Someone changed this in the meantime. Read it again."))
    only_while(pledge, *OPEN_TO_CHANGE)
    trusted = pledge.organisation.trusts("providers", at)
    stated = check_claims(claimed or {}, trusted=trusted, today=localdate(at))
    columns = checked(changes)
    if columns.get("kind", pledge.kind) != pledge.kind:
        columns.setdefault("exclusive", kind_of(columns["kind"]).exclusive)
    columns |= _verified(pledge, columns, stated)
    changed = put(pledge, columns)
    if not changed and contact is None:
        return pledge
    check_complete(pledge, today=localdate(at))
    _check_promises(pledge, changed)
    if contact is not None:
        contact.check()
        contacts.keep(pledge, contact, mails=False, at=at)
    if pledge.status in ASKED and {"availability", "units_total"}.intersection(changed):
        pledge.confirm_by = confirm_by(localdate(at))  # whoever gives other days has said that the offer stands
    save(pledge, *changed, "confirm_by", "blind_email", at=at)
    shown = [*changed, *(["contact"] if contact is not None else [])]
    audit.record(by, "pledge.edited", pledge.pk, fields=shown, at=at)
    if not trusted and (contact is not None or set(changed) & set(MATERIAL)):
        _check_again(pledge, by=by, at=at)
    return pledge


def _check_again(pledge: Pledge, *, by: str, at: datetime) -> None:
    """Void the checks of a pledge that is no longer what was checked; one that was in use stops being used."""
    void_steps(pledge, at=at)
    if pledge.status in (PledgeStatus.ACTIVE, PledgeStatus.PAUSED):
        moved(
            pledge,
            to=PledgeStatus.VETTING,
            by=by,
            at=at,
            why="material_change",
            verified_features=[],
            vetting_valid_until=None,
        )


def check_claims(claimed: Mapping[str, Any], *, trusted: bool, today: date) -> Mapping[str, Any]:
    """Return `claimed` if a trusted organisation may state it. Raises Refusal `not_trusted` or `in_the_past`."""
    if claimed and not trusted:
        field = next(iter(claimed))
        raise Refusal("not_trusted", _("Only an organisation trusted for providers may say what was verified."), field)
    until = claimed.get("vetting_valid_until")
    if until is not None and until < today:
        raise Refusal("in_the_past", _("Checks are valid until a day to come."), "vetting_valid_until")
    return claimed
