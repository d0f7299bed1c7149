"""What a kind of help declares about itself; each kind is one file in this folder."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from offers.kinds.vocabulary import Check, Feature, KindGroup

# what the form may ask besides units, dates, place, languages and features, in the order it asks
FIELDS = (
    "max_party",
    "notice_days",
    "min_stay_days",
    "max_stay_days",
    "radius_km",
    "remote",
    "service_area",
    "refusals",
    "preferences",
)

# what is declared asks for a check, whatever the kind: children are to be safe, and a claim is looked up
ASKED_BY: dict[Check, tuple[Feature, ...]] = {
    Check.POLICE_CHECK: (Feature.CHILDREN_OK, Feature.BACKGROUND_CHECKED),
    Check.LICENCE: (Feature.LICENSED,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpKind:
    """A kind of help: its words, its unit, what its form asks, and what must be checked before it is used.

    `code` is its word everywhere, `order` where it stands among the others. `noun` ("a room"), `title`, `about` (a
    sentence) and `units` ("Rooms") are lazy translations; `unit` is the API's word for one unit. `exclusive` is the
    default of the pledge's own flag and, with `always_exclusive`, cannot be changed. `default_party` is how many
    persons one unit serves unless the provider says otherwise, `usual_days` for how many days in a row a need usually
    takes one: a session, an hour, a seat is held on its day alone, a room for the whole stay. `fields` are those of
    FIELDS that its form asks.
    """

    code: str
    order: int
    group: KindGroup
    noun: Any
    title: Any
    about: Any
    unit: str
    units: Any
    exclusive: bool = False
    always_exclusive: bool = False
    default_party: int = 1
    usual_days: int = 1
    fields: tuple[str, ...]
    features: tuple[Feature, ...]
    checks: tuple[Check, ...]

    def checks_for(self, features: Iterable[str]) -> tuple[Check, ...]:
        """Return the checks a pledge of this kind needs, in the order of the vocabulary.

        To what the kind always asks comes what the declared features ask: who welcomes children, or says that they
        are background-checked or licensed, is checked for that.
        """
        declared = set(features)
        wanted = set(self.checks)
        wanted |= {check for check, features in ASKED_BY.items() if declared.intersection(features)}
        return tuple(check for check in Check if check in wanted)
