"""Open needs and active offers of rooms by the thousand, as various as a wave of them is; written as rows."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import product
from string import ascii_uppercase

from kernel.accounts.models import Organisation
from offers.models import Need, Pledge

URGENCIES = ("emergency", "urgent", "soon", "planned")
TONGUES = (
    "ru", "uk", "en", "de", "fr", "ce", "fa", "ar", "tr", "pl", "ro", "ka", "hy", "az", "kk", "uz", "so", "ti", "ps",
    "ku",
)  # fmt: skip
FEATURES = (
    "step_free", "pets_ok", "children_ok", "women_only", "lgbtq_affirming", "smoke_free", "private_bathroom",
    "lockable_room", "quiet", "trauma_informed",
)  # fmt: skip
BANDS = ("0-2", "3-12", "13-17", "18-59", "60+")
BATCH = 2000
Countries = Sequence[str]


def countries(count: int) -> list[str]:
    """Return so many codes; which countries they are is not what is measured."""
    return ["".join(pair) for pair in product(ascii_uppercase, repeat=2)][:count]


def needs(count: int, owners: Sequence[Organisation], there: Countries, *, at: datetime) -> None:
    """Write so many open needs, of parties of one to six."""
    dice = random.Random(1)
    for first in range(0, count, BATCH):
        some = range(first, min(first + BATCH, count))
        Need.objects.bulk_create(_need(dice, owners[number % len(owners)], there, at) for number in some)


def pledges(count: int, owners: Sequence[Organisation], there: Countries, *, at: datetime) -> None:
    """Write so many active offers of one to three rooms."""
    dice = random.Random(2)
    for first in range(0, count, BATCH):
        some = range(first, min(first + BATCH, count))
        Pledge.objects.bulk_create(_pledge(dice, owners[number % len(owners)], there, at) for number in some)


def _need(dice: random.Random, owner: Organisation, there: Countries, at: datetime) -> Need:
    size = dice.choices(range(1, 7), [40, 22, 15, 12, 7, 4])[0]
    children = dice.randint(0, size - 1)
    start = at.date() + timedelta(days=dice.randint(3, 60))
    return Need(
        organisation=owner,
        caseworker_ref=f"user:{dice.randrange(40)}",
        case_ref_sealed=b"",
        household=dice.randbytes(32),
        kind="housing",
        status="open",
        urgency=dice.choices(URGENCIES, [5, 20, 45, 30])[0],
        party_size=size,
        bands={**dict.fromkeys(BANDS, 0), "3-12": children, "18-59": size - children},
        window_from=start,
        window_until=start + timedelta(days=dice.randint(1, 21)),
        stay_days=dice.choice((7, 14, 30, 30, 60, 90)),
        countries=dice.sample(there, dice.choice((1, 1, 2, 3))),
        languages=dice.sample(TONGUES, dice.choice((1, 1, 2))),
        requires=sorted(dice.sample(FEATURES, dice.choices((0, 1, 2), [60, 30, 10])[0])),
        prefers=sorted(dice.sample(FEATURES, dice.randint(0, 3))),
        exclusions=[owner.pk] if dice.random() < 0.05 else [],
        consent={"given": True, "on": str(at.date()), "for": ["matching"]},
        opened_at=at - timedelta(days=dice.randint(0, 120)),
        expires_at=at + timedelta(days=90),
        created_at=at,
        updated_at=at,
    )


def _pledge(dice: random.Random, owner: Organisation, there: Countries, at: datetime) -> Pledge:
    ranges = list(_ranges(dice, at))
    verified = sorted(dice.sample((*FEATURES, "background_checked", "background_checked"), dice.randint(2, 6)))
    return Pledge(
        organisation=owner,
        kind="housing",
        status="active",
        provider_type=dice.choices(("person", "organisation"), [85, 15])[0],
        units_total=dice.choices((1, 2, 3), [75, 20, 5])[0],
        max_party=dice.choices(range(1, 7), [25, 35, 15, 15, 5, 5])[0],
        availability=[{"from": str(first), "until": str(last)} for first, last in ranges],
        available_from=ranges[0][0],
        available_until=ranges[-1][1],
        notice_days=dice.choice((0, 1, 3, 7, 14)),
        min_stay_days=dice.choice((0, 0, 7, 14)),
        max_stay_days=dice.choice((None, 30, 60, 90)),
        country=dice.choice(there),
        service_area=sorted(dice.sample(there, 2)) if dice.random() < 0.05 else [],
        languages=dice.sample(TONGUES, dice.choice((1, 2, 2, 3))),
        features=sorted(set(verified)),
        verified_features=sorted(set(verified)),
        refusals=dice.choice(((), (), (), ("children",), ("pets",), ("group",))),
        preferences=dice.choice(((), (), ("single",), ("long_stay", "quiet"), ("short_stay",))),
        confirm_by=at.date() + timedelta(days=dice.randint(0, 60)),
        vetting_valid_until=at.date() + timedelta(days=dice.randrange(365)),
        placements_completed=dice.choice((0, 0, 1, 3)),
        placements_failed=dice.choice((0, 0, 0, 1)),
        created_at=at,
        updated_at=at,
    )


def _ranges(dice: random.Random, at: datetime) -> Iterator[tuple[date, date]]:
    first = at.date() + timedelta(days=dice.randint(-20, 40))
    for _ in range(dice.choice((1, 1, 1, 2))):
        last = first + timedelta(days=dice.randint(30, 300))
        yield first, last
        first = last + timedelta(days=dice.randint(10, 40))
