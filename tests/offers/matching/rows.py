"""Real rows for the matching tests: an operator, partners, open needs and active pledges that fit each other."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from kernel.accounts.models import Organisation
from offers.kinds.vocabulary import Check
from offers.models import Hold, Match, Need, Pledge, VettingStep

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()
FEATURES = sorted(["quiet", "pets_ok", "licensed", "background_checked", "step_free"])


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
    pledge = a_pledge(organisation, **traits)
    pledge.save(force_insert=True)
    return pledge


def a_pledge(organisation: Organisation, **traits: Any) -> Pledge:
    """Return one that is not saved yet."""
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
    return Pledge(organisation=organisation, **values)


def any_pledges(dice: Random, count: int, owners: list[Organisation], holder: Need) -> list[Pledge]:
    """Write pledges that mostly fit, each with a chance to fail at every rule; some held, some with gaps."""

    def usually(value: Any, *others: Any) -> Any:
        return value if dice.random() < 0.85 else dice.choice(others)

    made: list[Pledge] = []
    checks: list[VettingStep] = []
    holds: list[Hold] = []
    for _ in range(count):
        start = TODAY + timedelta(days=usually(-9, 9, 16, 40))
        days = [{"from": start, "until": start + timedelta(days=usually(90, 20, 35, 45))}]
        if dice.random() < 0.2:
            days.append({"from": days[0]["until"] + timedelta(days=3), "until": days[0]["until"] + timedelta(days=80)})
        pledge = a_pledge(
            dice.choice(owners), status=usually("active", "paused", "draft"),
            availability=[{name: day.isoformat() for name, day in one.items()} for one in days],
            units_total=dice.choice([1, 2, 3]), max_party=usually(2, 1, 3),
            notice_days=usually(0, 9, 12), min_stay_days=usually(0, 31, 25), max_stay_days=usually(None, 25, 60),
            country=usually("LT", "FR", "NL"), service_area=usually([], ["LT"], ["FR"]), remote=usually(False, True),
            languages=usually(["ru"], ["en-GB", "de"], ["de"], ["ka"], [], ["fr", "tr-TR", "uk", "ru-RU"]),
            verified_features=usually(FEATURES, ["licensed"], [], ["quiet", "background_checked"]),
            refusals=usually([], ["children"], ["pets"]), provider_type=usually("organisation", "person"),
            exclusion_tokens=usually([], ["x_1"], ["x_2"]), vetting_valid_until=usually(None, TODAY),
            preferences=usually([], ["quiet", "short_stay"], ["group"], ["long_stay"]),
            placements_completed=usually(0, 1, 4), placements_failed=usually(0, 1),
            confirm_by=TODAY + timedelta(days=usually(9, -1, 0)),
        )  # fmt: skip
        checks += [_check(pledge, step) for step in dice.sample(list(Check), dice.choice([0, 0, 2, 7]))]
        taken = range(1, pledge.units_total + 1) if dice.random() < 0.3 else ()
        held = [_hold(holder, pledge, unit, dice) for unit in taken]
        pledge.units_held = sum(one.live for one in held)
        holds += held
        made.append(pledge)
    Pledge.objects.bulk_create(made)
    VettingStep.objects.bulk_create(checks)
    Match.objects.bulk_create(one.match for one in holds)
    Hold.objects.bulk_create(holds)
    return made


def _check(pledge: Pledge, step: str) -> VettingStep:
    said = {"outcome": "passed", "reviewer": "user:1", "second_reviewer": "user:2", "reviewed_at": NOW}
    return VettingStep(pledge=pledge, step=step, **said)


def _hold(holder: Need, pledge: Pledge, unit: int, dice: Random) -> Hold:
    start = TODAY + timedelta(days=dice.choice([2, 12, 35, 50]))
    span = {"starts_on": start, "ends_on": start + timedelta(days=10)}
    match = Match(need=holder, pledge=pledge, status="canceled", score=0, created_at=NOW, updated_at=NOW, **span)
    return Hold(match=match, pledge=pledge, unit=unit, live=dice.random() < 0.8, **span)
