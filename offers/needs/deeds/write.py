"""Write a need down."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from django.db import transaction

from kernel import audit
from kernel.accounts.models import Organisation, User
from kernel.ids import new_id
from offers.needs.exclusions import seal_words, tokens_of
from offers.needs.household import household_of, seal_case_ref
from offers.needs.models import Need
from offers.needs.terms import NeedTerms, check


def columns(terms: NeedTerms, *, need_id: str, organisation_id: str) -> dict[str, Any]:
    """Return the row's columns for these terms; the case reference is sealed to the need on the way."""
    return {
        "kind": terms.kind,
        "urgency": terms.urgency,
        "units": terms.units,
        "party_size": terms.party_size,
        "bands": dict(terms.bands),
        "window_from": terms.window_from,
        "window_until": terms.window_until,
        "stay_days": terms.stay_days,
        "countries": None if terms.countries is None else list(terms.countries),
        "countries_excluded": sorted(terms.countries_excluded),
        "languages": list(terms.languages),
        "requires": sorted(terms.requires),
        "prefers": list(terms.prefers),
        "exclusions": tokens_of(terms.exclusions),
        "exclusions_sealed": seal_words(need_id=need_id, words=terms.exclusions),
        "consent": _consent(terms.consent),
        "case_ref_sealed": seal_case_ref(need_id=need_id, case_ref=terms.case_ref),
        "household": household_of(organisation_id=organisation_id, case_ref=terms.case_ref),
        "expires_at": terms.expires_at or datetime.combine(terms.window_until, time(), tzinfo=UTC),
    }


def _consent(consent: Mapping[str, object]) -> dict[str, object]:
    purposes = consent["for"]
    return {"given": consent["given"], "on": str(consent["on"]), "for": sorted(set(purposes))}  # type: ignore[call-overload] # checked by terms.check


@transaction.atomic
def write_need(
    *, organisation: Organisation, terms: NeedTerms, by: str, at: datetime, caseworker: User | None = None
) -> Need:
    """Save a draft. `by` is the opaque actor. Raises Refusal naming the field that says what it may not."""
    check(terms, at=at)
    need_id = new_id("nd")
    need = Need.objects.create(
        id=need_id,
        organisation=organisation,
        caseworker=caseworker,
        caseworker_ref=by,
        created_at=at,
        updated_at=at,
        **columns(terms, need_id=need_id, organisation_id=organisation.pk),
    )
    audit.record(by, "need.written", need.pk)
    return need
