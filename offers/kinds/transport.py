"""A ride. A seat in a stranger's car: who drives is known, may drive, and was vouched for."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.helpkind import HelpKind
from offers.kinds.vocabulary import Check, Feature, KindGroup

KIND = HelpKind(
    code="transport",
    order=50,
    group=KindGroup.DAILY,
    noun=_("a seat in a car"),
    title=_("A ride"),
    about=_("Seats in your car, for one trip or regularly."),
    unit="seat",
    units=_("Seats"),
    fields=("notice_days", "radius_km", "service_area", "refusals", "preferences"),
    features=(
        Feature.STEP_FREE,
        Feature.PETS_OK,
        Feature.CHILDREN_OK,
        Feature.WOMEN_ONLY,
        Feature.LGBTQ_AFFIRMING,
        Feature.SMOKE_FREE,
        Feature.NO_CONTACT_WITH_ORIGIN_COMMUNITY,
        Feature.LICENSED,
        Feature.INSURED,
        Feature.BACKGROUND_CHECKED,
    ),
    checks=(Check.IDENTITY, Check.LICENCE, Check.REFERENCES, Check.CODE_OF_CONDUCT),
)
