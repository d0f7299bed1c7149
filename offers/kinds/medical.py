"""Medical help. Treatment by people whose licence was looked up."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.helpkind import HelpKind
from offers.kinds.vocabulary import Check, Feature, KindGroup

KIND = HelpKind(
    code="medical",
    order=20,
    group=KindGroup.HEALTH,
    noun=_("medical help"),
    title=_("Medical help"),
    about=_("Consultations, treatment or medicines, as a doctor, a nurse or a practice."),
    unit="session",
    units=_("Sessions"),
    fields=("notice_days", "radius_km", "remote", "service_area"),
    features=(
        Feature.STEP_FREE,
        Feature.CHILDREN_OK,
        Feature.LGBTQ_AFFIRMING,
        Feature.NO_CONTACT_WITH_ORIGIN_COMMUNITY,
        Feature.TRAUMA_INFORMED,
        Feature.LICENSED,
        Feature.INSURED,
        Feature.BACKGROUND_CHECKED,
    ),
    checks=(Check.IDENTITY, Check.LICENCE, Check.CODE_OF_CONDUCT),
)
