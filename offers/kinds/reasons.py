"""Why somebody stops, ends or answers something: closed lists, since a history keeps its words for good."""

from django.db import models
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from kernel.states import Refusal


class PauseReason(models.TextChoices):
    """Why an offer stops for a while."""

    CHANGED_PLANS = "changed_plans", _("Plans have changed")
    AWAY = "away", _("The provider is away")
    OCCUPIED = "occupied", _("It is taken for now")
    ILLNESS = "illness", _("Illness")
    REST = "rest", _("The provider needs a rest")
    REPAIRS = "repairs", _("Something has to be repaired")
    SAFETY = "safety", _("For safety")
    NO_REASON = "no_reason", _("No reason given")
    OTHER = "other", _("Another reason")


class WithdrawReason(models.TextChoices):
    """Why an offer is taken back."""

    CHANGED_PLANS = "changed_plans", _("Plans have changed")
    CHANGED_MIND = "changed_mind", _("The provider thought better of it")
    NO_LONGER_POSSIBLE = "no_longer_possible", _("It is no longer possible")
    OCCUPIED = "occupied", _("It is taken for now")
    MOVED_AWAY = "moved_away", _("The provider has moved")
    ILLNESS = "illness", _("Illness")
    BAD_EXPERIENCE = "bad_experience", _("It went badly before")
    DUPLICATE = "duplicate", _("It is here twice")
    MISTAKE = "mistake", _("A mistake")
    SAFETY = "safety", _("For safety")
    NO_REASON = "no_reason", _("No reason given")
    OTHER = "other", _("Another reason")


class NeedEndReason(models.TextChoices):
    """Why a need is taken back, or by what it was met elsewhere."""

    NO_LONGER_NEEDED = "no_longer_needed", _("It is no longer needed")
    CHANGED_PLANS = "changed_plans", _("Plans have changed")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("Consent was taken back")
    LOST_CONTACT = "lost_contact", _("Contact was lost")
    FOUND_ELSEWHERE = "found_elsewhere", _("Help was found elsewhere")
    MET_BY_US = "met_by_us", _("Our own people helped")
    MET_PRIVATELY = "met_privately", _("Family or friends helped")
    MET_BY_AUTHORITIES = "met_by_authorities", _("Authorities helped")
    DUPLICATE = "duplicate", _("It is here twice")
    MISTAKE = "mistake", _("A mistake")
    SAFETY = "safety", _("For safety")
    NO_REASON = "no_reason", _("No reason given")
    OTHER = "other", _("Another reason")


class MatchReason(models.TextChoices):
    """Why one side of a match answers as it does, or calls it off."""

    NOT_SUITABLE = "not_suitable", _("It does not suit")
    CHANGED_PLANS = "changed_plans", _("Plans have changed")
    TOO_FAR = "too_far", _("It is too far away")
    DATES_DO_NOT_FIT = "dates_do_not_fit", _("The dates do not fit")
    FOUND_ELSEWHERE = "found_elsewhere", _("Help was found elsewhere")
    NO_LONGER_NEEDED = "no_longer_needed", _("It is no longer needed")
    CHANGED_MIND = "changed_mind", _("Somebody thought better of it")
    OCCUPIED = "occupied", _("It is taken for now")
    ILLNESS = "illness", _("Illness")
    LOST_CONTACT = "lost_contact", _("Contact was lost")
    MISTAKE = "mistake", _("A mistake")
    SAFETY = "safety", _("For safety")
    NO_REASON = "no_reason", _("No reason given")
    OTHER = "other", _("Another reason")


# what each side is asked to choose from on a page; a program may give any word of the list
SAID_BY_THE_PERSON = (
    MatchReason.NOT_SUITABLE,
    MatchReason.TOO_FAR,
    MatchReason.DATES_DO_NOT_FIT,
    MatchReason.FOUND_ELSEWHERE,
    MatchReason.NO_LONGER_NEEDED,
    MatchReason.CHANGED_PLANS,
    MatchReason.CHANGED_MIND,
    MatchReason.LOST_CONTACT,
    MatchReason.SAFETY,
    MatchReason.NO_REASON,
    MatchReason.OTHER,
)
SAID_BY_THE_PROVIDER = (
    MatchReason.DATES_DO_NOT_FIT,
    MatchReason.OCCUPIED,
    MatchReason.NOT_SUITABLE,
    MatchReason.CHANGED_PLANS,
    MatchReason.ILLNESS,
    MatchReason.CHANGED_MIND,
    MatchReason.SAFETY,
    MatchReason.NO_REASON,
    MatchReason.OTHER,
)
# after these the offer itself may say something that is no longer so
ABOUT_THE_DAYS = (MatchReason.DATES_DO_NOT_FIT, MatchReason.OCCUPIED, MatchReason.CHANGED_PLANS, MatchReason.ILLNESS)


class FailReason(models.TextChoices):
    """How help failed that both sides had agreed to."""

    NO_SHOW = "no_show", _("The provider was not there")
    BREAKDOWN = "breakdown", _("It broke down")
    UNSAFE = "unsafe", _("It was not safe")


class Concern(models.TextChoices):
    """What a safety report is about. Nobody is asked to describe it: a word is enough to stop everything."""

    VIOLENCE = "violence", _("Violence, or threats of it")
    HARASSMENT = "harassment", _("Harassment or unwanted advances")
    EXPOSURE = "exposure", _("Somebody may learn who or where the person is")
    EXPLOITATION = "exploitation", _("Work, money or something else is asked in return")
    CHILDREN = "children", _("A child may be in danger")
    FALSE_IDENTITY = "false_identity", _("Somebody is not who they said they were")
    UNSAFE_PLACE = "unsafe_place", _("The place itself is not safe")
    OTHER = "other", _("Something else is not safe")


def must_be_listed(why: str, *, among: type[models.TextChoices]) -> None:
    """Raise Refusal `invalid_choice` on `reason`, naming the words, unless `why` is one of them or not said."""
    if why and why not in among.values:
        words = translated("Choose one of the reasons: %(words)s.") % {"words": ", ".join(among.values)}
        raise Refusal("invalid_choice", words, "reason")


def words_of_reasons() -> dict[str, object]:
    """Return every word of the lists with what it says to a person."""
    lists = (PauseReason, WithdrawReason, NeedEndReason, MatchReason, FailReason)
    return {word: label for reasons in lists for word, label in reasons.choices}
