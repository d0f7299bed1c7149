"""Food. Counted in weeks for one household."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.helpkind import HelpKind
from offers.kinds.vocabulary import Check, Feature, KindGroup

KIND = HelpKind(
    code="food",
    order=110,
    group=KindGroup.DAILY,
    noun=_("food"),
    title=_("Food"),
    about=_("Groceries or meals for a household, by the week."),
    unit="household-week",
    units=_("Weeks for a household"),
    usual_days=7,
    default_party=6,
    fields=("notice_days", "radius_km"),
    features=(Feature.CHILDREN_OK, Feature.NO_CONTACT_WITH_ORIGIN_COMMUNITY),
    checks=(Check.IDENTITY, Check.CODE_OF_CONDUCT),
)
