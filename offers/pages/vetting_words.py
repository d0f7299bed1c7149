"""What an offer still needs, in words for those who check it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from offers.kinds.reasons import words_of_reasons
from offers.kinds.registry import kind_of
from offers.kinds.vocabulary import Check, Feature
from offers.pages.moderation_forms import DISCARD_WORDS
from offers.pages.vetting_forms import REASON_WORDS
from offers.pledges.models import PledgeStatus
from offers.pledges.vetting import missing_checks

WHY_WORDS = {
    **words_of_reasons(),
    **REASON_WORDS,
    **DISCARD_WORDS,
    "checked_anew": gettext_lazy("checked anew"),
    "checks_lapsed": gettext_lazy("the checks have lapsed"),
    "days_over": gettext_lazy("the days are over"),
    "material_change": gettext_lazy("changed in what was checked"),
    "partner": gettext_lazy("brought by a partner"),
    "trusted_partner": gettext_lazy("brought by a trusted partner"),
}

# a pledge here is one with its steps at hand: `steps_in_force`, from a prefetch


def next_action(pledge: Any, actor: str) -> tuple[str, str]:
    """Return what is to be done next with an offer, seen by `actor`, and the tone to say it in."""
    if pledge.status == PledgeStatus.SUBMITTED and getattr(pledge, "held", None) and not pledge.held.decision:
        return _("held: keep or discard it"), "warn"
    if pledge.status == PledgeStatus.SUBMITTED:
        return _("wait for the address to be confirmed"), "plain"
    if pledge.status in (PledgeStatus.SUSPENDED, PledgeStatus.EXPIRED):
        return _("check anew, or leave it"), "warn"
    if pledge.status != PledgeStatus.VETTING:
        return _("nothing"), "plain"
    if any(step.outcome == "failed" for step in pledge.steps_in_force):
        return _("a check failed: decide"), "bad"
    if missing := len(missing_checks(pledge, pledge.steps_in_force)):
        return ngettext("%(count)d check", "%(count)d checks", missing) % {"count": missing}, "info"
    if any(not step.second_reviewer and step.reviewer != actor for step in pledge.steps_in_force):
        return _("sign as the second person"), "warn"
    return _("another person signs"), "plain"


def step_rows(pledge: Any) -> list[dict[str, Any]]:
    """Return a line for every check the offer needs, and every other that was made, in the order of the vocabulary."""
    made = {step.step: step for step in pledge.steps_in_force}
    asked = kind_of(pledge.kind).checks_for(pledge.features)
    return [
        {
            "label": check.label,
            "step": made.get(check),
            "needed": check in asked,
            "proven": [Feature(word).label for word in made[check].features] if check in made else [],
        }
        for check in Check
        if check in asked or check in made
    ]


def said_history(pledge: Any) -> Iterator[tuple[datetime, Any, Any, str]]:
    """Yield when, into which state, why and by whom, oldest first."""
    for move in pledge.history.all():
        yield move.at, PledgeStatus(move.new).label, WHY_WORDS.get(move.why, move.why), move.by
