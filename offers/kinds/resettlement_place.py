"""A resettlement place. Places are counted in persons; a family takes several of them and is never split."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.helpkind import HelpKind
from offers.kinds.vocabulary import Check, Feature, KindGroup

KIND = HelpKind(
    code="resettlement_place",
    order=80,
    group=KindGroup.HOME,
    noun=_("a resettlement place"),
    title=_("A resettlement place"),
    about=_("Places for people whom a country, a city or an institution will admit."),
    unit="place",
    units=_("Places"),
    usual_days=365,
    fields=("notice_days", "min_stay_days", "service_area"),
    features=(
        Feature.STEP_FREE,
        Feature.CHILDREN_OK,
        Feature.LGBTQ_AFFIRMING,
        Feature.NO_CONTACT_WITH_ORIGIN_COMMUNITY,
        Feature.TRAUMA_INFORMED,
        Feature.LICENSED,
        Feature.BACKGROUND_CHECKED,
    ),
    checks=(Check.IDENTITY, Check.INTERVIEW, Check.CODE_OF_CONDUCT),
)
