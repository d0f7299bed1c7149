"""Change what a need says."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from kernel import audit
from kernel.states import Refusal, move
from offers.needs.deeds.link import leave_bundle
from offers.needs.deeds.locking import locked
from offers.needs.deeds.write import columns
from offers.needs.exclusions import open_words
from offers.needs.household import open_case_ref
from offers.needs.models import Need, NeedStatus
from offers.needs.terms import NeedTerms, check

_EDITABLE = (NeedStatus.DRAFT, NeedStatus.IN_REVIEW, NeedStatus.OPEN)


def terms_of(need: Need) -> NeedTerms:
    """Return what the need says now."""
    return NeedTerms(
        kind=need.kind,
        urgency=need.urgency,
        units=need.units,
        party_size=need.party_size,
        bands=need.bands,
        window_from=need.window_from,
        window_until=need.window_until,
        stay_days=need.stay_days,
        countries=need.countries,
        countries_excluded=need.countries_excluded,
        languages=need.languages,
        requires=need.requires,
        prefers=need.prefers,
        exclusions=open_words(need_id=need.pk, sealed=need.exclusions_sealed),
        consent={**need.consent, "on": date.fromisoformat(need.consent["on"])},
        case_ref=open_case_ref(need_id=need.pk, sealed=need.case_ref_sealed),
        expires_at=need.expires_at,
    )


@transaction.atomic
def edit_need(*, need: Need, changes: dict[str, Any], by: str, at: datetime) -> Need:
    """Apply `changes` (names of NeedTerms) and return the need.

    An open need of an organisation without trust for needs goes back to the second person: otherwise one person could
    open anything by opening something else first. Raises Refusal `illegal_transition` once it is held or has ended,
    and whatever the terms refuse.
    """
    need = locked(need)
    if need.status not in _EDITABLE:
        raise Refusal(
            "illegal_transition",
            f"This need is {need.status}: it can be changed as {', '.join(_EDITABLE)} alone. Cancel its match first.",
            state=need.status,
            legal=list(need.moves.legal(need.status)),
        )
    if "window_until" in changes and "expires_at" not in changes:
        changes = {**changes, "expires_at": None}  # it followed the window, and follows it again
    terms = check(replace(terms_of(need), **changes), at=at)
    values = columns(terms, need_id=need.pk, organisation_id=need.organisation_id)
    if need.bundle and values["household"] != bytes(need.household):
        leave_bundle(need, by=by, at=at)  # another case's needs are no longer its own
    Need.objects.filter(pk=need.pk).update(**values, updated_at=at, version=need.version + 1)
    need.refresh_from_db()
    if need.status == NeedStatus.OPEN and not need.organisation.trusts("needs", at):
        move(need, to=NeedStatus.IN_REVIEW, by=by, at=at, why="edited")
    audit.record(by, "need.edited", need.pk, fields=sorted(changes))
    return need
