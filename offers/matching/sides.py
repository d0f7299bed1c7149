"""The two sides of a match: who speaks for the person in need, and who for the provider."""

from django.utils.translation import gettext as _

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.matching.models import Match

PERSON = "person"  # the need's owner speaks for the person
PROVIDER = "provider"  # the pledge's steward speaks for the provider


def sides_of(match: Match, organisation: Organisation) -> tuple[str, ...]:
    """Which sides the organisation speaks for: one, both, or none."""
    speaks = {PERSON: match.need.organisation_id, PROVIDER: match.pledge.organisation_id}
    return tuple(side for side, owner in speaks.items() if owner == organisation.pk)


def own_actors(organisation: Organisation) -> frozenset[str]:
    """The opaque words of the organisation's own people and programs."""
    people = organisation.members.values_list("user_id", flat=True)
    programs = organisation.clients.values_list("client_id", flat=True)
    return frozenset([*(f"user:{pk}" for pk in people), *(f"client:{name}" for name in programs)])


def said_by(actor: str, own: frozenset[str]) -> str:
    """Name an actor of a history to a reader: the other side's own words would tell whose the pledge is."""
    return actor if actor in own or actor.startswith(("system", "provider:")) else "other_side"


def must_speak_for(side: str, *, match: Match, organisation: Organisation) -> None:
    """Raise Refusal `not_your_side` unless the organisation speaks for `side`."""
    if side not in sides_of(match, organisation):
        person, provider = _("Only the need's owner can do this."), _("Only the pledge's steward can do this.")
        raise Refusal("not_your_side", person if side == PERSON else provider)
