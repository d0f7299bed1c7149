"""What is held about somebody's offer or need, in plain words for the one it is about; never the other side's."""

from typing import Any

from kernel.vault import addresses
from kernel.vault.models import SealedRecord
from offers.matching.checks.ending import told_checks
from offers.matching.models import Match
from offers.matching.sides import PERSON, PROVIDER, said_by
from offers.needs.exclusions import open_words
from offers.needs.household import open_case_ref
from offers.needs.models import Need
from offers.pledges.belongings import SHOWS
from offers.pledges.models import Pledge

SEALED = (
    "Name, contact, address and note are sealed: nobody here can read them alone, this file included. "
    "To see them, ask for a disclosure, which takes two people."
)
NOT_FACTS = ("organisation_id", "blind_email", "exclusion_tokens", "link_version", "version", "units_held")

NOT_FACTS_OF_A_NEED = (
    "organisation_id",
    "caseworker_id",
    "caseworker_ref",
    "approved_by_id",
    "case_ref_sealed",
    "household",
    "exclusions",
    "exclusions_sealed",
)


def export_pledge(pledge: Pledge, *, with_address: bool = False) -> dict[str, Any]:
    """Return what is held in clear about an offer, as plain JSON: its facts, checks, history, and its own matches.

    Of a match it says days and states, never the need: that belongs to somebody else. `with_address` shows where
    notices go, which whoever merely holds the private link must not learn.
    """
    address = addresses.find(pledge.pk)
    notices = (address.email if with_address else "an address that is kept and not shown here") if address else None
    facts = {
        field.attname: getattr(pledge, field.attname)
        for field in pledge._meta.concrete_fields
        if field.attname not in NOT_FACTS
    }
    return {
        "what": "offer",
        **facts,
        "notices_go_to": notices,
        "sealed": SEALED if SealedRecord.objects.filter(record_id=pledge.pk).exists() else None,
        "duplicates_are_noticed_by": "a keyed digest of the e-mail address" if pledge.blind_email else None,
        "checks": [
            {"step": step.step, "outcome": step.outcome, "on": step.reviewed_at, "valid_until": step.valid_until}
            for step in pledge.vetting.all()
        ],
        "history": _history(pledge),
        "matches": [_match(match, side=PROVIDER) for match in pledge.matches.order_by("created_at")],
        **{name: show(pledge) for name, show in SHOWS.items()},
    }


def export_need(need: Need) -> dict[str, Any]:
    """Return what is held about a need of the caller's own, as plain JSON; of a match no word about the offer."""
    facts = {
        field.attname: getattr(need, field.attname)
        for field in need._meta.concrete_fields
        if field.attname not in NOT_FACTS_OF_A_NEED
    }
    return {
        "what": "need",
        **facts,
        "case_ref": open_case_ref(need_id=need.pk, sealed=need.case_ref_sealed),
        "exclusions": open_words(need_id=need.pk, sealed=need.exclusions_sealed),
        "history": _history(need),
        "matches": [_match(match, side=PERSON) for match in need.matches.order_by("created_at")],
        "shown_on_the_board": need.publications.count(),
    }


def _match(match: Match, *, side: str) -> dict[str, Any]:
    return {
        "id": match.pk,
        "status": match.status,
        "units": match.units,
        "from": match.starts_on,
        "until": match.ends_on,
        "history": _history(match),
        "checks": told_checks(match, side=side),
    }


def _history(thing: Any) -> list[dict[str, Any]]:
    """Return the moves of a thing; who moved it is told only where it was the provider or the system."""
    return [
        {"from": move.old, "to": move.new, "at": move.at, "by": said_by(move.by, frozenset()), "why": move.why}
        for move in thing.history.all()
    ]
