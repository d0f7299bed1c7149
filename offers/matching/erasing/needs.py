"""Erasing a need: the reference, the household and the facts go; kind, size, state and the trail of ids stay."""

import secrets
from collections import Counter
from datetime import UTC, datetime, time

from django.db import transaction

from kernel import audit
from kernel.accounts.models import Organisation
from kernel.retention.erasures import remember
from kernel.states import move
from offers.matching.deeds.moving import end
from offers.matching.deeds.moving import locked as locked_match
from offers.matching.erasing.matches import month_after, month_of, thin
from offers.matching.erasing.report import Erased
from offers.matching.models import LIVE, Match, MatchStatus
from offers.matching.runs.models import Assignment
from offers.needs.board.models import Publication, ReleaseWait
from offers.needs.deeds.locking import locked
from offers.needs.household import household_of
from offers.needs.models import Need, NeedStatus

GOING = (NeedStatus.DRAFT, NeedStatus.IN_REVIEW, NeedStatus.OPEN)
HOUSEHOLD_BYTES = 32


def needs_of(*, organisation: Organisation, case_ref: str) -> list[Need]:
    """Return every need that an organisation wrote for one case of its own."""
    household = household_of(organisation_id=organisation.pk, case_ref=case_ref)
    return list(Need.objects.visible_to(organisation).filter(household=household, erased_at=None).order_by("pk"))


def _end_match(need: Need, *, by: str, at: datetime, why: str) -> int:
    ended = 0
    for match in Match.objects.live().filter(need=need):
        fresh = locked_match(match)
        if fresh.status in LIVE:
            end(fresh, to=MatchStatus.CANCELED, by=by, at=at, why=why)
            ended += 1
    return ended


@transaction.atomic
def erase_need(*, need: Need, by: str, at: datetime, why: str) -> Erased:
    """End its match, take it back if it still stands, and erase it. Done twice, it changes nothing more.

    The household is replaced by random bytes, here and in what the board has shown. The release gate counts on as
    before, since no cohort holds a household twice. A row on the board stays until its cohort leaves.
    """
    ended = _end_match(need, by=by, at=at, why=why)
    planned, _by_model = Assignment.objects.filter(need=need).delete()  # first: who applies a plan locks these first
    need = locked(need)
    if need.erased_at is not None:
        return Erased("need", need.pk, again=True)
    if need.status in GOING:
        move(need, to=NeedStatus.WITHDRAWN, by=by, at=at, why=why, also={"version": need.version + 1})
    instead = secrets.token_bytes(HOUSEHOLD_BYTES)
    gone = Counter(matches_ended=ended, planned=planned, case_references=1, households=1, facts=1)
    gone["board_households"] = Publication.objects.filter(need=need).update(household=instead)
    ReleaseWait.objects.filter(need=need).delete()
    for match in need.matches.filter(thinned_at=None).order_by("pk"):
        gone["holds"] += thin(match, at=at)
        gone["matches_thinned"] += 1
    Need.objects.filter(pk=need.pk).update(**_blank(need), household=instead, erased_at=at, updated_at=at)
    audit.record(by, "need.erased", need.pk, reason=why, at=at)
    remember("need", need.pk, by=by, at=at)
    return Erased("need", need.pk, +gone)


def _blank(need: Need) -> dict[str, object]:
    """Return what is left of the columns: kind, urgency, size, units and months are kept to count by."""
    until = month_after(need.window_until)
    return {
        "case_ref_sealed": b"",
        "bands": {},
        "window_from": month_of(need.window_from),
        "window_until": until,
        "stay_days": 1,
        "countries": None,
        "countries_excluded": [],
        "languages": [],
        "requires": [],
        "prefers": [],
        "exclusions": [],
        "exclusions_sealed": b"",
        "bundle": "",
        "merged_into": None,
        "consent": {"given": False, "on": until.isoformat(), "for": []},
        "expires_at": datetime.combine(until, time(), tzinfo=UTC),
        "version": need.version + 1,
    }
