"""What an offer still needs, in words for those who check it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from offers.kinds.reasons import words_of_reasons
from offers.kinds.registry import kind_of
from offers.kinds.vocabulary import Check, Feature
from offers.matching.record import Record
from offers.pages.moderation_forms import DISCARD_WORDS
from offers.pages.vetting_forms import REASON_WORDS
from offers.pledges import queue
from offers.pledges.models import PledgeStatus
from offers.pledges.references.models import Reference
from offers.pledges.vetting import missing_checks

WHY_WORDS = {
    **words_of_reasons(),
    **REASON_WORDS,
    **DISCARD_WORDS,
    "checked_anew": gettext_lazy("checked anew"),
    "checks_in_date": gettext_lazy("the checks still hold"),
    "checks_lapsed": gettext_lazy("the checks have lapsed"),
    "days_over": gettext_lazy("the days are over"),
    "material_change": gettext_lazy("changed in what was checked"),
    "offered_again": gettext_lazy("offered again"),
    "partner": gettext_lazy("brought by a partner"),
    "trusted_partner": gettext_lazy("brought by a trusted partner"),
}

# a pledge here is one with its steps and references at hand, from a prefetch, and with `action` (offers.pledges.queue)
TONES = {
    queue.WARNED: "bad",
    queue.FAILED: "bad",
    queue.RAN_OUT: "bad",
    queue.RUNS_OUT: "warn",
    queue.RENEWED: "warn",
    queue.SIGN: "warn",
    queue.REFERENCE_WAITING: "plain",
    queue.REFERENCE_ANSWERED: "warn",
}


def next_action(pledge: Any, actor: str, at: datetime) -> tuple[str, str]:
    """Return what is to be done next with an offer, seen by `actor`, and the tone to say it in."""
    if pledge.status == PledgeStatus.SUBMITTED and getattr(pledge, "held", None) and not pledge.held.decision:
        return _("held: keep or discard it"), "warn"
    if pledge.status == PledgeStatus.SUBMITTED:
        return _("wait for the address to be confirmed"), "plain"
    if pledge.status in (PledgeStatus.SUSPENDED, PledgeStatus.EXPIRED):
        return _("check anew, or leave it"), "warn"
    return _said(pledge, actor, at), TONES.get(pledge.action, "info" if pledge.action else "plain")


def _said(pledge: Any, actor: str, at: datetime) -> str:
    """Put the next action into words, with the days that matter."""
    action, left = pledge.action, _days_left(pledge, at)
    if action in Check.values:
        return _not_checked(pledge, Check(action))
    if action == queue.REFERENCE_WAITING:
        waited = max((queue.days_since(one.asked_at, at) for one in pledge.asked if one.ended_at is None), default=0)
        text = ngettext(
            "reference asked %(count)d day ago, no answer", "reference asked %(count)d days ago, no answer", waited
        )
        return text % {"count": waited}
    if action == queue.RUNS_OUT:
        return ngettext("runs out in %(count)d day", "runs out in %(count)d days", left) % {"count": left}
    if action == queue.RAN_OUT:
        text = ngettext("ran out %(count)d day ago: not matched", "ran out %(count)d days ago: not matched", -left)
        return text % {"count": -left}
    waiting = [step for step in (*pledge.steps_in_force, *pledge.renewals) if not step.second_reviewer]
    if action in (queue.SIGN, queue.RENEWED) and any(step.reviewer != actor for step in waiting):
        return _("second signature missing: sign it")
    words = {
        queue.FAILED: _("a check failed: decide"),
        queue.WARNED: _("a referee warned: decide"),
        queue.REFERENCE_ANSWERED: _("references have answered: record them"),
        queue.SIGN: _("second signature missing: another person signs"),
        queue.RENEWED: _("second signature missing: another person signs"),
    }
    return words.get(action, _("nothing"))


def _days_left(pledge: Any, at: datetime) -> int:
    return (pledge.vetting_valid_until - localdate(at)).days if pledge.vetting_valid_until else 0


def _not_checked(pledge: Any, check: Check) -> str:
    more = len(missing_checks(pledge, pledge.steps_in_force)) - 1
    if more <= 0:
        return _("%(check)s: not checked yet") % {"check": capfirst(check.label)}
    return _("%(check)s: not checked yet (and %(count)d more)") % {"check": capfirst(check.label), "count": more}


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


def reference_rows(pledge: Any, at: datetime) -> list[dict[str, Any]]:
    """Return a line for everyone who was asked about the provider: never who it is, and what they chose to answer."""
    return [
        {
            "code": one.code,
            "asked_at": one.asked_at,
            "by_provider": one.named_by.startswith("provider:"),
            "named_by": one.named_by,
            "state": _state_of(one, at),
            "answers": _answers(one),
        }
        for one in pledge.asked
    ]


def _state_of(reference: Reference, at: datetime) -> tuple[Any, str]:
    if reference.held_back:
        return reference.get_held_back_display(), "bad"
    if reference.answered_at is None:
        return (_("waiting"), "info") if reference.is_open(at) else (_("no answer came"), "warn")
    if reference.warns:
        return _("warns"), "bad"
    return (_("speaks for them"), "good") if reference.speaks_for else (_("says nothing"), "warn")


def _answers(reference: Reference) -> list[tuple[Any, Any]]:
    if reference.answered_at is None:
        return []
    return [
        (_("Known for"), reference.get_known_for_display()),
        (_("Trusts them"), reference.get_trust_display()),
        (_("Reason against children"), reference.get_against_children_display()),
    ]


def said_records(own: Record, everything: Record) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Return what is known of a provider: of this offer, and of all they offer if that is more."""
    told = [(_("This offer"), own)] if own else []
    told += [(_("All that this provider offers"), everything)] if everything != own else []
    return [(label, _counts(record)) for label, record in told]


def _counts(record: Record) -> list[tuple[str, str]]:
    """Return what was counted with its tone, the worst first."""
    unsafe = ngettext("%(count)d report that it was not safe", "%(count)d reports that it was not safe", record.unsafe)
    counts = (
        (record.unsafe, unsafe, "bad"),
        (record.no_show, ngettext("%(count)d no-show", "%(count)d no-shows", record.no_show), "warn"),
        (record.breakdown, ngettext("%(count)d breakdown", "%(count)d breakdowns", record.breakdown), "warn"),
        (record.completed, ngettext("%(count)d ended well", "%(count)d ended well", record.completed), "good"),
    )
    return [(text % {"count": count}, tone) for count, text, tone in counts if count]
