"""A job. Work must not become exploitation: the employer is known and was talked to."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.helpkind import HelpKind
from offers.kinds.vocabulary import Check, Feature, KindGroup

KIND = HelpKind(
    code="employment",
    order=90,
    group=KindGroup.DAILY,
    noun=_("a job"),
    title=_("A job"),
    about=_("A post with a contract and fair pay."),
    unit="post",
    units=_("Posts"),
    usual_days=365,
    fields=("notice_days", "min_stay_days", "remote"),
    features=(
        Feature.STEP_FREE,
        Feature.WOMEN_ONLY,
        Feature.LGBTQ_AFFIRMING,
        Feature.NO_CONTACT_WITH_ORIGIN_COMMUNITY,
        Feature.LICENSED,
        Feature.INSURED,
    ),
    checks=(Check.IDENTITY, Check.REFERENCES, Check.INTERVIEW, Check.CODE_OF_CONDUCT),
)
