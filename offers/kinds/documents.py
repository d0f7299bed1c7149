"""Visa and travel papers. Papers of a whole household are one case."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.helpkind import HelpKind
from offers.kinds.vocabulary import Check, Feature, KindGroup

KIND = HelpKind(
    code="documents",
    order=70,
    group=KindGroup.RIGHTS,
    noun=_("visa and travel papers"),
    title=_("Visa and travel papers"),
    about=_("Help with invitations, visas, passports and travel papers."),
    unit="case",
    units=_("Cases"),
    usual_days=30,
    default_party=6,
    fields=("notice_days", "remote", "service_area"),
    features=(
        Feature.LGBTQ_AFFIRMING,
        Feature.NO_CONTACT_WITH_ORIGIN_COMMUNITY,
        Feature.TRAUMA_INFORMED,
        Feature.LICENSED,
    ),
    checks=(Check.IDENTITY, Check.REFERENCES, Check.CODE_OF_CONDUCT),
)
