"""Psychological help. Therapy after violence: a licence, and a talk about working with trauma."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.helpkind import HelpKind
from offers.kinds.vocabulary import Check, Feature, KindGroup

KIND = HelpKind(
    code="psychological",
    order=30,
    group=KindGroup.HEALTH,
    noun=_("psychological help"),
    title=_("Psychological help"),
    about=_("Counselling or therapy, in a room or by video."),
    unit="session",
    units=_("Sessions"),
    fields=("notice_days", "radius_km", "remote", "service_area"),
    features=(
        Feature.STEP_FREE,
        Feature.CHILDREN_OK,
        Feature.LGBTQ_AFFIRMING,
        Feature.QUIET,
        Feature.NO_CONTACT_WITH_ORIGIN_COMMUNITY,
        Feature.TRAUMA_INFORMED,
        Feature.LICENSED,
        Feature.INSURED,
        Feature.BACKGROUND_CHECKED,
    ),
    checks=(Check.IDENTITY, Check.LICENCE, Check.INTERVIEW, Check.CODE_OF_CONDUCT),
)
