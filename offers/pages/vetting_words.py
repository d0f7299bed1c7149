"""What an offer still needs, in words for those who check it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from offers.kinds.registry import kind_of
from offers.kinds.vocabulary import Check, Feature
from offers.pledges.models import PledgeStatus
from offers.pledges.vetting import missing_checks

# a pledge here is one with its steps at hand: `steps_in_force`, from a prefetch


def next_action(pledge: Any, actor: str) -> tuple[str, str]:
    """Return what is to be done next with an offer, seen by `actor`, and the tone to say it in."""
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
