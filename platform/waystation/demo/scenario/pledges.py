"""Offers of help: hosts and helpers who came through the form, and those that partners bring."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kernel import places
from kernel.accounts.models import Role
from kernel.vault.index import blind_email
from offers.kinds.registry import kind_of
from offers.kinds.vocabulary import PROVEN_BY, Check, Feature, Kind, ProviderType
from offers.pledges.contact import Contact
from offers.pledges.drafting import draft_pledge, fill
from offers.pledges.intake import create_from_api
from offers.pledges.living import pause, withdraw
from offers.pledges.models import Pledge
from offers.pledges.references.answering import answer
from offers.pledges.references.asking import ask_referee
from offers.pledges.submitting import confirm_email, submit
from offers.pledges.vetting import missing_checks, record_step, reject, sign_vetting
from waystation.demo.scenario.people import Team
from waystation.demo.scenario.photos import show_room

# how many of each kind came through the form, and how many each partner brings
THROUGH_THE_FORM = {
    Kind.HOUSING: 16,
    Kind.PSYCHOLOGICAL: 5,
    Kind.MEDICAL: 4,
    Kind.LEGAL: 4,
    Kind.TRANSPORT: 5,
    Kind.INTERPRETATION: 5,
    Kind.EMPLOYMENT: 2,
    Kind.GOODS: 2,
    Kind.FOOD: 3,
}
FROM_A_TRUSTED_PARTNER = {
    Kind.HOUSING: 12,
    Kind.RESETTLEMENT_PLACE: 3,
    Kind.DOCUMENTS: 3,
    Kind.MEDICAL: 2,
    Kind.PSYCHOLOGICAL: 3,
    Kind.FOOD: 1,
}
FROM_A_NEW_PARTNER = {Kind.HOUSING: 3, Kind.LEGAL: 2, Kind.INTERPRETATION: 1}
CITIES = (
    ("DE", "Berlin"),
    ("DE", "Hamburg"),
    ("DE", "Leipzig"),
    ("NL", "Utrecht"),
    ("SE", "Gothenburg"),
    ("FR", "Lyon"),
    ("ES", "Valencia"),
    ("LT", "Vilnius"),
    ("PL", "Gdańsk"),
    ("CZ", "Brno"),
    ("BE", "Ghent"),
    ("IE", "Cork"),
    ("FI", "Tampere"),
    ("CA", "Toronto"),
)
TONGUES = {"DE": "de", "NL": "nl", "SE": "sv", "FR": "fr", "ES": "es", "LT": "lt", "PL": "pl", "CZ": "cs", "FI": "fi"}
INSTITUTIONS = (Kind.RESETTLEMENT_PLACE, Kind.DOCUMENTS, Kind.EMPLOYMENT)
REMOTE = (Kind.LEGAL, Kind.PSYCHOLOGICAL, Kind.INTERPRETATION, Kind.DOCUMENTS)
UNITS = {Kind.RESETTLEMENT_PLACE: (6, 20), Kind.GOODS: (5, 30), Kind.FOOD: (4, 12), Kind.HOUSING: (1, 2)}
CLAIMED_FOR = timedelta(days=300)


@dataclass(frozen=True)
class Fate:
    """What becomes of an offer after its provider sent it. `days_ago`: when it was sent."""

    name: str
    days_ago: int
    first: bool = False  # of its kind


def tell_pledges(operator: Team, partners: list[Team], *, seed: int, at: datetime, say: Callable[[str], None]) -> None:
    """Let offers arrive by both ways, and let most of them through the checks."""
    dice = random.Random(seed)  # noqa: S311 - a story, not a secret
    counter = iter(range(1, 1000))
    for kind, count in THROUGH_THE_FORM.items():
        for nth in range(count):
            _through_the_form(kind, _fate(dice, nth, count), operator, dice, next(counter), at=at)
    for partner, plan in zip(partners, (FROM_A_TRUSTED_PARTNER, FROM_A_NEW_PARTNER), strict=False):
        for kind, count in plan.items():
            for _ in range(count):
                moment = at - timedelta(days=dice.randrange(2, 40))
                _from_partner(kind, partner, dice, next(counter), at=moment)
    say(f"  {next(counter) - 1} pledges of {len(set(THROUGH_THE_FORM) | set(FROM_A_TRUSTED_PARTNER))} kinds of help")


def _fate(dice: random.Random, nth: int, count: int) -> Fate:
    """Most offers become active; of a larger group the last few show every other state."""
    rest = ("submitted", "vetting", "paused", "rejected", "withdrawn")
    from_end = count - 1 - nth
    name = rest[from_end] if count >= 10 and from_end < len(rest) else "active"
    if count in (4, 5) and from_end == 0:
        name = "vetting"
    return Fate(name, dice.randrange(4, 45), first=nth == 0)


def _facts(kind: Kind, dice: random.Random, *, today: datetime) -> dict[str, Any]:
    """What an offer says: where, when, how much, in which languages, with what."""
    country, town = dice.choice(CITIES)
    city = places.cities(country, town)[0]
    least, most = UNITS.get(kind, (1, 4))
    start = today.date() - timedelta(days=dice.randrange(0, 20))
    return {
        "provider_type": ProviderType.ORGANISATION if kind in INSTITUTIONS else ProviderType.PERSON,
        "units_total": dice.randint(least, most),
        "max_party": dice.choice((1, 2, 2, 3, 4)) if kind == Kind.HOUSING else 4,
        "availability": [{"from": start, "until": start + timedelta(days=dice.choice((150, 210, 330)))}],
        "notice_days": dice.choice((0, 1, 2, 5)),
        "country": country,
        "city": city.id,
        "service_area": sorted(dice.sample(["DE", "NL", "FR", "ES", "PL"], 2)) if kind in REMOTE else [],
        "remote": kind in REMOTE,
        "languages": [*({TONGUES[country]} if country in TONGUES else set()), "en", *dice.choice(([], ["ru"], ["ru"]))],
        "features": _features(kind, dice),
    }


def _features(kind: Kind, dice: random.Random) -> list[str]:
    """Some of what such an offer can declare; most hosts are affirming, or they would not be here."""
    possible = [
        str(word) for word in kind_of(kind).features if word not in (Feature.BACKGROUND_CHECKED, Feature.WOMEN_ONLY)
    ]
    chosen = set(dice.sample(possible, min(len(possible), dice.randint(2, 4))))
    return sorted(chosen | ({str(Feature.LGBTQ_AFFIRMING)} & set(possible)))


def _contact(number: int) -> Contact:
    """A contact that is plainly nobody's: the domain can never have a mailbox."""
    return Contact(
        name=f"Provider {number:03d}",
        email=f"provider{number:03d}@helpers.example",
        phone=f"+49 30 555 {number:04d}",
        address=f"Example Street {number}",
    )


def _through_the_form(kind: Kind, fate: Fate, team: Team, dice: random.Random, number: int, *, at: datetime) -> None:
    """Walk one offer through form, mail and checks, as far as its fate goes."""
    sent = at - timedelta(days=fate.days_ago)
    language = dice.choice(("en", "en", "ru"))
    pledge = draft_pledge(kind=kind, language=language, at=sent)
    pledge = fill(pledge=pledge, changes=_facts(kind, dice, today=sent), at=sent)
    pledge = submit(pledge=pledge, contact=_contact(number), language=language, at=sent)
    if fate.name == "submitted":
        return
    pledge = confirm_email(pledge=pledge, at=sent + timedelta(hours=1))
    if fate.name == "vetting" and kind == Kind.HOUSING:
        show_room(pledge, at=sent + timedelta(hours=2))
    if fate.name == "rejected":
        reject(pledge=pledge, by=team.actor(Role.COORDINATOR), at=sent + timedelta(days=2), why="not_suitable")
    elif fate.name == "withdrawn":
        withdraw(pledge=pledge, by=f"provider:{pledge.pk}", at=sent + timedelta(days=1))
    elif fate.name == "vetting" and kind == Kind.HOUSING:
        _ask_referees(pledge, number, at=max(sent + timedelta(hours=2), at - timedelta(days=5)))
    elif fate.name in ("active", "paused"):
        # one licence runs out soon, so that the queue has something to renew
        until = (at + timedelta(days=12)).date() if kind == Kind.PSYCHOLOGICAL and fate.first else None
        pledge = _vet(pledge, team, at=sent + timedelta(days=2), licence_until=until)
        if fate.name == "paused":
            pause(pledge=pledge, by=f"provider:{pledge.pk}", at=sent + timedelta(days=3))


def _ask_referees(pledge: Pledge, number: int, *, at: datetime) -> None:
    """Let the provider name two people who know them; one has answered, the other is waited for."""
    for nth in (1, 2):
        email = f"friend{number:03d}.{nth}@helpers.example"
        blind, by = blind_email(email), f"provider:{pledge.pk}"
        reference = ask_referee(pledge=pledge, email=email, blind=blind, language="en", by=by, at=at)
        if nth == 1:
            answer(reference=reference, known_for="years", trust="yes", against_children="no", at=at)


def _vet(pledge: Pledge, team: Team, *, at: datetime, licence_until: date | None = None) -> Pledge:
    """Let the coordinator record every check and the approver sign; each feature is proven by the check that may."""
    checks = missing_checks(pledge, [])
    rest = [word for word in pledge.features if word not in PROVEN_BY]
    for position, step in enumerate(checks):
        shown = [word for word in pledge.features if PROVEN_BY.get(Feature(word)) == step]
        shown += rest if position == 0 else []
        until = licence_until if step == Check.LICENCE else None
        by = team.actor(Role.COORDINATOR)
        record_step(pledge=pledge, step=step, outcome="passed", by=by, at=at, features=shown, valid_until=until)
    return sign_vetting(pledge=pledge, by=team.actor(Role.APPROVER), at=at + timedelta(hours=5))


def _from_partner(kind: Kind, partner: Team, dice: random.Random, number: int, *, at: datetime) -> None:
    """Take in an offer over the API; a trusted partner says what it verified."""
    facts = _facts(kind, dice, today=at)
    claimed: dict[str, Any] = {}
    if partner.organisation.trusts("providers", at):
        claimed = {"verified_features": facts["features"], "vetting_valid_until": (at + CLAIMED_FOR).date()}
    create_from_api(
        organisation=partner.organisation,
        values={"kind": kind, **facts},
        contact=_contact(number),
        by=partner.client.actor,
        at=at,
        claimed=claimed,
    )
