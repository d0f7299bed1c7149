"""Vetting: one person checks, a second one signs, and only then may an offer be matched."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop as _

from kernel import audit
from kernel.states import Refusal
from kernel.vault import addresses
from offers.kinds.registry import kind_of
from offers.kinds.vocabulary import PROVEN_BY, Check
from offers.pledges.locking import locked, moved, only_while, save
from offers.pledges.models import Pledge, PledgeStatus, VettingStep
from offers.pledges.references.ending import end_references

LASTS = timedelta(days=365)  # how long a check holds unless it says otherwise
REASONS = ("checks_failed", "not_suitable", "no_answer", "duplicate")
SUSPICIONS = ("safety_report", "checks_in_doubt", "unreachable")


def confirm_by(today: date) -> date:
    """Return the day until which "this is still so" counts when it was said today."""
    return today + timedelta(days=settings.CONFIRM_EVERY_DAYS)


def void_steps(pledge: Pledge, *, at: datetime) -> None:
    """Void what was checked so far, references included: it was said of something else. The rows stay."""
    pledge.vetting.filter(voided_at=None).update(voided_at=at)
    end_references(pledge, at=at, void=True)


def last_day(step: VettingStep, today: date) -> date:
    """Return the last day on which a check counts: the one it names, or a year from its signature, today's if none."""
    return step.valid_until or (localdate(step.seconded_at) if step.seconded_at else today) + LASTS


@transaction.atomic
def begin_vetting(*, pledge: Pledge, by: str, at: datetime, why: str = "") -> Pledge:
    """Hand an offer to those who check. Raises Refusal `illegal_transition`."""
    pledge = locked(pledge)
    moved(pledge, to=PledgeStatus.VETTING, by=by, at=at, why=why)
    audit.record(by, "pledge.vetting", pledge.pk, reason=why, at=at)
    return pledge


@transaction.atomic
def vet_anew(*, pledge: Pledge, by: str, at: datetime) -> Pledge:
    """Check an offer anew that was stopped or has expired, from the first check on. Raises `illegal_transition`."""
    # the table lets an active offer go back too, when it is changed: never by the word of one person here
    pledge = locked(pledge)
    only_while(pledge, PledgeStatus.SUSPENDED, PledgeStatus.EXPIRED)
    void_steps(pledge, at=at)
    return begin_vetting(pledge=pledge, by=by, at=at, why="checked_anew")


def _in_vetting(pledge: Pledge) -> Pledge:
    pledge = locked(pledge)
    only_while(pledge, PledgeStatus.VETTING)
    return pledge


def _check_features(pledge: Pledge, step: str, outcome: str, features: Iterable[str]) -> list[str]:
    shown = sorted(set(features))
    if shown and outcome != VettingStep.Outcome.PASSED:
        raise Refusal("not_proven", _("A check that failed proves nothing."), "features")
    if not set(shown) <= set(pledge.features):
        raise Refusal("not_declared", _("Only what the provider declared can be verified."), "features")
    for word, check in PROVEN_BY.items():
        if word in shown and step != check:
            raise Refusal("not_proven", f"{word} is proven by the step {check} alone.", "features")
    return shown


@transaction.atomic
def record_step(
    *,
    pledge: Pledge,
    step: str,
    outcome: str,
    by: str,
    at: datetime,
    features: Iterable[str] = (),
    valid_until: date | None = None,
    evidence_hash: str = "",
) -> VettingStep:
    """Write the outcome (`passed`, `failed`) of one check, in place of an earlier one; it waits for a second person.

    `features` are the declared features that this check has proven, `evidence_hash` the SHA-256 of a document that is
    not kept. Raises Refusal `illegal_transition`, `invalid_choice`, `in_the_past`, `not_declared` or `not_proven`.
    """
    pledge = _in_vetting(pledge)
    if step not in Check.values:
        raise Refusal("invalid_choice", _("Choose one of the checks."), "step")
    if outcome not in VettingStep.Outcome.values:
        raise Refusal("invalid_choice", _("A check is passed or failed."), "outcome")
    if valid_until is not None and valid_until <= localdate(at):
        raise Refusal("in_the_past", _("A check is valid until a day to come."), "valid_until")
    shown = _check_features(pledge, step, outcome, features)
    written, _new = VettingStep.objects.update_or_create(
        pledge=pledge,
        step=step,
        voided_at=None,
        renews=False,
        defaults={
            "outcome": outcome,
            "reviewer": by,
            "reviewed_at": at,
            "second_reviewer": "",
            "seconded_at": None,
            "valid_until": valid_until,
            "evidence_hash": evidence_hash,
            "features": shown,
        },
    )
    save(pledge, at=at)  # whoever read the pledge before this has not seen the outcome: their signature is refused
    audit.record(by, f"vetting.{outcome}", pledge.pk, reason=step, fields=shown, at=at)
    return written


def missing_checks(pledge: Pledge, steps: Iterable[VettingStep]) -> list[Check]:
    """Return the checks the pledge still needs, in order: those without an outcome in force."""
    recorded = {step.step for step in steps}
    return [check for check in kind_of(pledge.kind).checks_for(pledge.features) if check not in recorded]


@transaction.atomic
def sign_vetting(
    *,
    pledge: Pledge,
    by: str,
    at: datetime,
    verified_features: Iterable[str] | None = None,
    version: int | None = None,
) -> Pledge:
    """Sign, as a second person, every check that somebody else recorded. Once all are signed the pledge is active.

    `verified_features` narrows what is taken as verified; left out, it is all that the checks have proven. Checks `by`
    recorded alone still wait for another person, and so does the pledge. `version` is the pledge's as the signer saw
    it. Raises Refusal `illegal_transition`, `stale`, `steps_missing`, `step_failed`, `check_ran_out`,
    `second_person_needed`, `not_proven`.
    """
    pledge = _in_vetting(pledge)
    if version is not None and pledge.version != version:
        raise Refusal("stale", _("Someone changed this in the meantime. Read it again."))
    steps = list(pledge.vetting.in_force())
    if missing := missing_checks(pledge, steps):
        raise Refusal(
            "steps_missing", _("Not every check has an outcome yet."), missing=[str(check) for check in missing]
        )
    if any(step.outcome != VettingStep.Outcome.PASSED for step in steps):
        raise Refusal("step_failed", _("A check failed: record it anew, or do not accept this offer."))
    today = localdate(at)
    if any(last_day(step, today) <= today for step in steps):
        raise Refusal("check_ran_out", _("A check has run out in the meantime: record it anew."))
    waiting = [step for step in steps if not step.second_reviewer]
    signable = [step for step in waiting if step.reviewer != by]
    if not signable:
        raise Refusal("second_person_needed", _("A second person signs: you recorded these checks yourself."))
    proven = {word for step in steps for word in step.features} & set(pledge.features)
    verified = proven if verified_features is None else set(verified_features)
    if not verified <= proven:
        raise Refusal("not_proven", _("Only what a check has proven can be verified."), "verified_features")
    pledge.vetting.filter(pk__in=[step.pk for step in signable]).update(second_reviewer=by, seconded_at=at)
    audit.record(by, "vetting.seconded", pledge.pk, fields=sorted(step.step for step in signable), at=at)
    if len(signable) < len(waiting):
        return pledge
    return moved(
        pledge,
        to=PledgeStatus.ACTIVE,
        by=by,
        at=at,
        verified_features=sorted(verified),
        vetting_valid_until=min(last_day(step, today) for step in steps),
        confirm_by=confirm_by(today),
    )


@transaction.atomic
def reject(*, pledge: Pledge, by: str, at: datetime, why: str) -> Pledge:
    """Do not accept an offer, for one of REASONS. Its links end and its address is forgotten.

    Raises Refusal `illegal_transition` or `invalid_choice`.
    """
    if why not in REASONS:
        raise Refusal("invalid_choice", _("Choose one of the reasons."), "why")
    pledge = locked(pledge)
    # the table lets what was sent be discarded too, before it is even confirmed: that is moderation
    only_while(pledge, PledgeStatus.VETTING)
    moved(pledge, to=PledgeStatus.REJECTED, by=by, at=at, why=why, link_version=pledge.link_version + 1)
    addresses.forget(pledge.pk)
    end_references(pledge, at=at)
    audit.record(by, "pledge.rejected", pledge.pk, reason=why, at=at)
    return pledge


@transaction.atomic
def suspend(*, pledge: Pledge, by: str, at: datetime, why: str) -> Pledge:
    """Stop an offer for safety, for one of SUSPICIONS; what was checked counts for nothing until it is checked again.

    The caller frees what it promised, in the same transaction. Raises Refusal `illegal_transition`, `invalid_choice`.
    """
    if why not in SUSPICIONS:
        raise Refusal("invalid_choice", _("Choose one of the reasons."), "why")
    pledge = locked(pledge)
    void_steps(pledge, at=at)
    moved(
        pledge,
        to=PledgeStatus.SUSPENDED,
        by=by,
        at=at,
        why=why,
        verified_features=[],
        vetting_valid_until=None,
    )
    audit.record(by, "pledge.suspended", pledge.pk, reason=why, at=at)
    return pledge
