"""Legal help. Advice by lawyers whose admission was looked up; a household shares an hour."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.helpkind import HelpKind
from offers.kinds.vocabulary import Check, Feature, KindGroup

KIND = HelpKind(
    code="legal",
    order=40,
    group=KindGroup.RIGHTS,
    noun=_("legal help"),
    title=_("Legal help"),
    about=_("Advice or representation: asylum, residence, family, criminal law."),
    unit="hour",
    units=_("Hours"),
    default_party=6,
    fields=("notice_days", "remote", "service_area"),
    features=(
        Feature.STEP_FREE,
        Feature.LGBTQ_AFFIRMING,
        Feature.NO_CONTACT_WITH_ORIGIN_COMMUNITY,
        Feature.TRAUMA_INFORMED,
        Feature.LICENSED,
        Feature.INSURED,
    ),
    checks=(Check.IDENTITY, Check.LICENCE, Check.CODE_OF_CONDUCT),
)
