"""One need and one pledge that fit each other, for tests that change a single fact."""

from datetime import date
from typing import Any

from offers.matching.facts import NeedFacts, PledgeFacts, Span

TODAY = date(2026, 11, 22)


def need_facts(**changed: Any) -> NeedFacts:
    facts: dict[str, Any] = {
        "id": "nd_a",
        "organisation": "org_a",
        "kind": "housing",
        "units": 1,
        "urgency": "soon",
        "size": 2,
        "bands": {"18-59": 2},
        "window": Span(date(2026, 12, 1), date(2026, 12, 8)),
        "stay_days": 30,
        "countries": ("LT", "DE"),
        "languages": ("ru", "en"),
        "waiting_since": date(2026, 11, 12),
    }
    return NeedFacts(**facts | changed)


def pledge_facts(**changed: Any) -> PledgeFacts:
    facts: dict[str, Any] = {
        "id": "pl_b",
        "organisation": "org_b",
        "kind": "housing",
        "provider": "person",
        "status": "active",
        "vetted_until": date(2027, 5, 1),
        "confirm_by": date(2027, 1, 1),
        "units_total": 2,
        "max_party": 2,
        "availability": (Span(date(2026, 11, 25), date(2027, 3, 1)),),
        "country": "LT",
        "languages": ("ru",),
        "tokens": frozenset({"pl_b"}),
    }
    return PledgeFacts(**facts | changed)
