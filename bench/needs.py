"""Open needs by the thousand, written as rows: how they came about is not what is measured."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from kernel.accounts.models import Organisation
from offers.kinds.vocabulary import BANDS
from offers.models import Need, ReleaseWait

COUNTRIES = ("DE", "NL", "FR", "ES", "PL", "LT", "CZ", "SE", "PT", "CA")
KINDS = ("housing", "legal", "medical", "psychological", "transport", "documents", "food")


def organisations(partners: int) -> list[Organisation]:
    """Make the operator and some partners."""
    operator, _ = Organisation.objects.get_or_create(role="operator", defaults={"name": "Operator"})
    return [
        operator,
        *(
            Organisation.objects.create(name=f"Partner {number}", role="partner", steward=operator)
            for number in range(partners)
        ),
    ]


def open_needs(count: int, owners: list[Organisation], *, at: datetime, seed: int = 1) -> list[str]:
    """Write `count` open needs of single adults, each of a household of its own, and return their ids."""
    made = Need.objects.bulk_create(_needs(count, owners, at=at, dice=random.Random(seed)), batch_size=1000)
    return [need.pk for need in made]


def _needs(count: int, owners: list[Organisation], *, at: datetime, dice: random.Random) -> Iterator[Need]:
    for number in range(count):
        owner = owners[number % len(owners)]
        yield Need(
            organisation=owner,
            caseworker_ref=f"user:{number % 40}",
            case_ref_sealed=b"",
            household=dice.randbytes(32),
            kind=dice.choice(KINDS),
            status="open",
            urgency="soon",
            party_size=1,
            bands={**dict.fromkeys(BANDS, 0), "18-59": 1},
            window_from=at.date(),
            window_until=at.date() + timedelta(days=30),
            stay_days=30,
            countries=sorted(dice.sample(COUNTRIES, dice.choice((1, 1, 2)))),
            languages=["en"],
            consent={"given": True, "on": str(at.date()), "for": ["matching", "publication"]},
            opened_at=at - timedelta(days=40),
            expires_at=at + timedelta(days=90),
            created_at=at,
            updated_at=at,
        )


def wait_over(needs: list[str], *, at: datetime) -> None:
    """Let the random delay of these needs be over."""
    rows = (ReleaseWait(need_id=pk, ready_at=at - timedelta(days=1)) for pk in needs)
    ReleaseWait.objects.bulk_create(rows, batch_size=1000)
