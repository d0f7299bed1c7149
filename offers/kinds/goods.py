"""Things. Things are handed over through us, so that little has to be checked."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.helpkind import HelpKind
from offers.kinds.vocabulary import Check, Feature, KindGroup

KIND = HelpKind(
    code="goods",
    order=100,
    group=KindGroup.DAILY,
    noun=_("goods"),
    title=_("Things"),
    about=_("Clothes, phones, bedding, things for a child."),
    unit="item",
    units=_("Items"),
    usual_days=30,
    default_party=6,
    fields=("notice_days", "radius_km", "service_area"),
    features=(Feature.CHILDREN_OK, Feature.SMOKE_FREE, Feature.NO_CONTACT_WITH_ORIGIN_COMMUNITY),
    checks=(Check.IDENTITY, Check.CODE_OF_CONDUCT),
)
