"""A room. A home for somebody in danger: who lives there, what it is like and why it is offered is all checked."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.helpkind import HelpKind
from offers.kinds.vocabulary import Check, Feature, KindGroup

KIND = HelpKind(
    code="housing",
    order=10,
    group=KindGroup.HOME,
    noun=_("a room"),
    title=_("A room"),
    about=_("A safe room in your home, or a flat, for days or months."),
    unit="room",
    units=_("Rooms"),
    usual_days=30,
    exclusive=True,
    always_exclusive=True,
    fields=("max_party", "notice_days", "min_stay_days", "max_stay_days", "refusals", "preferences"),
    features=(
        Feature.STEP_FREE,
        Feature.PETS_OK,
        Feature.CHILDREN_OK,
        Feature.WOMEN_ONLY,
        Feature.LGBTQ_AFFIRMING,
        Feature.SMOKE_FREE,
        Feature.PRIVATE_BATHROOM,
        Feature.LOCKABLE_ROOM,
        Feature.QUIET,
        Feature.NO_CONTACT_WITH_ORIGIN_COMMUNITY,
        Feature.TRAUMA_INFORMED,
        Feature.BACKGROUND_CHECKED,
    ),
    checks=(
        Check.IDENTITY,
        Check.HOUSEHOLD_LIST,
        Check.REFERENCES,
        Check.HOME_VISIT,
        Check.INTERVIEW,
        Check.CODE_OF_CONDUCT,
    ),
)
