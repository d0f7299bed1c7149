"""Real rows for the matching tests: an operator, partners, open needs and active pledges that fit each other."""

from datetime import UTC, date, datetime
from typing import Any

from kernel.accounts.models import Organisation
from offers.models import Need, Pledge

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()


def make_organisation(name: str = "Partner", **traits: Any) -> Organisation:
    return Organisation.objects.create(name=name, **{"role": "partner", **traits})


def make_need(organisation: Organisation, **traits: Any) -> Need:
    values: dict[str, Any] = {
        "caseworker_ref": "user:1", "case_ref_sealed": b"sealed", "household": b"h" * 32, "kind": "housing",
        "status": "open", "urgency": "soon", "party_size": 2, "bands": {"18-59": 2},
        "window_from": date(2026, 12, 1), "window_until": date(2026, 12, 8), "stay_days": 30,
        "countries": ["LT", "DE"], "languages": ["ru", "en"],
        "consent": {"given": True, "on": "2026-11-20", "for": ["matching"]},
        "opened_at": datetime(2026, 11, 12, 12, tzinfo=UTC), "expires_at": datetime(2027, 2, 1, tzinfo=UTC),
        "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip
    return Need.objects.create(organisation=organisation, **values | traits)


def make_pledge(organisation: Organisation, **traits: Any) -> Pledge:
    values: dict[str, Any] = {
        "kind": "housing", "status": "active", "units_total": 1, "max_party": 2,
        "availability": [{"from": "2026-11-25", "until": "2027-03-01"}],
        "country": "LT", "region": "LT-VL", "languages": ["ru"],
        "vetting_valid_until": date(2027, 5, 1), "confirm_by": date(2027, 1, 1),
        "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip
    values |= traits
    if values["availability"]:
        values.setdefault("available_from", min(one["from"] for one in values["availability"]))
        values.setdefault("available_until", max(one["until"] for one in values["availability"]))
    return Pledge.objects.create(organisation=organisation, **values)
