"""Interpreting. Interpreters hear everything, so ties to those who search are asked about in a talk."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.helpkind import HelpKind
from offers.kinds.vocabulary import Check, Feature, KindGroup

KIND = HelpKind(
    code="interpretation",
    order=60,
    group=KindGroup.RIGHTS,
    noun=_("interpreting"),
    title=_("Interpreting"),
    about=_("Interpreting at the doctor's, at an office or on the phone."),
    unit="hour",
    units=_("Hours"),
    default_party=6,
    fields=("notice_days", "radius_km", "remote", "service_area"),
    features=(
        Feature.CHILDREN_OK,
        Feature.WOMEN_ONLY,
        Feature.LGBTQ_AFFIRMING,
        Feature.NO_CONTACT_WITH_ORIGIN_COMMUNITY,
        Feature.TRAUMA_INFORMED,
        Feature.LICENSED,
        Feature.BACKGROUND_CHECKED,
    ),
    checks=(Check.IDENTITY, Check.REFERENCES, Check.INTERVIEW, Check.CODE_OF_CONDUCT),
)
