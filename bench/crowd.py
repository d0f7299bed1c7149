"""Offers, checks and matches by the thousand, written as rows: what a page of the console stands before."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from bench.needs import COUNTRIES, KINDS
from kernel.accounts.models import Organisation
from offers.kinds.vocabulary import Check
from offers.models import Hold, Match, Need, Pledge, PledgeMove, VettingStep

STATES = ("vetting", "vetting", "active", "active", "active", "paused", "withdrawn")
BATCH = 500


def offers(count: int, owner: Organisation, *, at: datetime, seed: int = 1) -> list[Pledge]:
    """Write `count` offers in every state, each with its history and some with checks, and return them."""
    dice = random.Random(seed)
    made = Pledge.objects.bulk_create(_offers(count, owner, at=at, dice=dice), batch_size=BATCH)
    moves = (
        PledgeMove(pledge=pledge, old="submitted", new=pledge.status, by="system", at=pledge.created_at)
        for pledge in made
    )
    PledgeMove.objects.bulk_create(moves, batch_size=BATCH)
    VettingStep.objects.bulk_create(_checks(made, at=at, dice=dice), batch_size=BATCH)
    return made


def _offers(count: int, owner: Organisation, *, at: datetime, dice: random.Random) -> Iterator[Pledge]:
    today = at.date()
    days = {"from": today.isoformat(), "until": (today + timedelta(days=400)).isoformat()}
    for _ in range(count):
        status = dice.choice(STATES)
        since = at - timedelta(hours=dice.randrange(24 * 300))
        yield Pledge(
            organisation=owner,
            kind=dice.choice(KINDS),
            status=status,
            availability=[days],
            available_from=today,
            available_until=today + timedelta(days=400),
            country=dice.choice(COUNTRIES),
            languages=["en"],
            features=sorted(dice.sample(("children_ok", "quiet", "licensed", "step_free"), 2)),
            confirm_by=today + timedelta(days=50) if status in ("active", "paused") else None,
            vetting_valid_until=today + timedelta(days=dice.randrange(365)) if status in ("active", "paused") else None,
            created_at=since,
            updated_at=since,
        )


def _checks(made: list[Pledge], *, at: datetime, dice: random.Random) -> Iterator[VettingStep]:
    for pledge in made:
        for step in dice.sample(list(Check), dice.randrange(5)):
            signed = pledge.status != "vetting"
            yield VettingStep(
                pledge=pledge,
                step=step,
                outcome="passed",
                reviewer="user:1",
                reviewed_at=at,
                second_reviewer="user:2" if signed else "",
                seconded_at=at if signed else None,
                valid_until=pledge.vetting_valid_until,
            )


def matches(made: list[Pledge], needs: list[str], *, at: datetime) -> None:
    """Write a proposed match of each need with the offer at its place, and what it holds."""
    pairs = list(zip(made, Need.objects.in_bulk(needs).values(), strict=False))
    rows = Match.objects.bulk_create((_match(pledge, need, at) for pledge, need in pairs), batch_size=BATCH)
    holds = (
        Hold(match=row, pledge=pledge, unit=1, starts_on=row.starts_on, ends_on=row.ends_on)
        for row, (pledge, _need) in zip(rows, pairs, strict=True)
    )
    Hold.objects.bulk_create(holds, batch_size=BATCH)


def _match(pledge: Pledge, need: Need, at: datetime) -> Match:
    return Match(
        need=need,
        pledge=pledge,
        status="proposed",
        units=1,
        starts_on=need.window_from,
        ends_on=need.window_until + timedelta(days=need.stay_days),
        score=500,
        components={},
        created_at=at,
        updated_at=at,
    )
