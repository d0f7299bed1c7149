"""Whether a pledge could serve a class, judged by the published view and the pledge's own words alone."""

from collections.abc import Callable
from datetime import date, datetime

from kernel import places
from offers.kinds import registry
from offers.needs.board.models import Cohort, PublicationQuerySet
from offers.needs.board.views import board
from offers.needs.gate.policy import ANY, SEVERAL
from offers.pledges.models import Pledge, PledgeStatus


def _group(pledge: Pledge, said: Cohort) -> bool:
    return registry.kind_of(pledge.kind).group == said.kind_group


def _party(pledge: Pledge, said: Cohort) -> bool:
    return said.party_band != "2+" or pledge.max_party * pledge.units_total > 1


def _zone(pledge: Pledge, said: Cohort) -> bool:
    if pledge.remote or said.zone in (ANY, SEVERAL):
        return True
    zones = {places.zone_of(country) for country in (pledge.country, *pledge.service_area) if country}
    return said.zone in zones | {places.macro_zone_of(zone) for zone in zones}


def _requires(pledge: Pledge, said: Cohort) -> bool:
    return set(said.requires) <= set(pledge.verified_features)


# in the words and the order of the hard rules; no policy states a period, so no date is asked
WORDS: tuple[tuple[str, Callable[[Pledge, Cohort], bool]], ...] = (
    ("kind", _group),
    ("party_too_large", _party),
    ("country", _zone),
    ("requires", _requires),
)


def misfit(pledge: Pledge, said: Cohort) -> str:
    """Return the code of the first rule by which a pledge cannot serve what a cohort says, or an empty text."""
    return next((code for code, passes in WORDS if not passes(pledge, said)), "")


def is_active(pledge: Pledge, today: date) -> bool:
    """Return whether a pledge may be matched: active, its checks and its confirmation in date."""
    vetted = pledge.vetting_valid_until is None or pledge.vetting_valid_until >= today
    confirmed = pledge.confirm_by is not None and pledge.confirm_by >= today
    return pledge.status == PledgeStatus.ACTIVE and vetted and confirmed


def lines_for(pledge: Pledge, at: datetime) -> PublicationQuerySet:
    """Return the lines of the board that a pledge could serve, in two queries whatever they say."""
    standing = Cohort.objects.filter(pk__in=board(at).order_by().values("cohort"))
    return board(at).filter(cohort__in=[said.pk for said in standing if not misfit(pledge, said)])
