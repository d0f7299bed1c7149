"""Renewing a check before it runs out: made again by one person, signed by another, and nothing else checked anew."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop as _

from kernel import audit
from kernel.states import Refusal
from offers.pledges.locking import locked, only_while, save
from offers.pledges.models import Pledge, PledgeStatus, VettingStep
from offers.pledges.vetting import last_day

AHEAD = timedelta(days=30)  # so long before a check runs out it can be renewed, and the queue shows it
WHILE = (PledgeStatus.ACTIVE, PledgeStatus.PAUSED)


def running_out(pledge: Pledge, today: date) -> list[VettingStep]:
    """Return the checks in force that run out within 30 days, or have, soonest first; none while all is checked."""
    if pledge.status not in WHILE:
        return []
    due = [step for step in pledge.vetting.in_force() if last_day(step, today) <= today + AHEAD]
    return sorted(due, key=lambda step: (last_day(step, today), step.pk))


@transaction.atomic
def renew_step(
    *, pledge: Pledge, step: str, by: str, at: datetime, valid_until: date | None = None, evidence_hash: str = ""
) -> VettingStep:
    """Record that a check was made again and passed; the old one counts until a second person signs, or it runs out.

    What it proved stays what it was. One that fails now stops the offer instead. Raises Refusal `illegal_transition`,
    `not_due`, `in_the_past`.
    """
    pledge = locked(pledge)
    only_while(pledge, *WHILE)
    today = localdate(at)
    old = next((one for one in running_out(pledge, today) if one.step == step), None)
    if old is None:
        raise Refusal("not_due", _("This check does not run out within 30 days."), "step")
    if valid_until is not None and valid_until <= today:
        raise Refusal("in_the_past", _("A check is valid until a day to come."), "valid_until")
    written, _new = VettingStep.objects.update_or_create(
        pledge=pledge,
        step=step,
        voided_at=None,
        renews=True,
        defaults={
            "outcome": VettingStep.Outcome.PASSED,
            "reviewer": by,
            "reviewed_at": at,
            "valid_until": valid_until,
            "evidence_hash": evidence_hash,
            "features": old.features,
        },
    )
    save(pledge, at=at)  # whoever read the page before this has not seen it: their signature is refused
    audit.record(by, "vetting.renewed", pledge.pk, reason=step, at=at)
    return written


@transaction.atomic
def sign_renewals(*, pledge: Pledge, by: str, at: datetime, version: int | None = None) -> Pledge:
    """Sign, as a second person, the renewals somebody else recorded: they take the place of what runs out.

    Raises Refusal `illegal_transition`, `stale`, `nothing_to_sign`, `second_person_needed`, `check_ran_out`.
    """
    pledge = locked(pledge)
    only_while(pledge, *WHILE)
    if version is not None and pledge.version != version:
        raise Refusal("stale", _("Someone changed this in the meantime. Read it again."))
    waiting = list(pledge.vetting.renewing())
    if not waiting:
        raise Refusal("nothing_to_sign", _("No check of this offer is being renewed."))
    signable = [step for step in waiting if step.reviewer != by]
    if not signable:
        raise Refusal("second_person_needed", _("A second person signs: you recorded these checks yourself."))
    today = localdate(at)
    if any(step.valid_until is not None and step.valid_until <= today for step in signable):
        raise Refusal("check_ran_out", _("A check has run out in the meantime: record it anew."))
    names = [step.step for step in signable]
    pledge.vetting.in_force().filter(step__in=names).update(voided_at=at)
    pledge.vetting.filter(pk__in=[step.pk for step in signable]).update(
        renews=False, second_reviewer=by, seconded_at=at
    )
    pledge.vetting_valid_until = min(last_day(step, today) for step in pledge.vetting.in_force())
    save(pledge, "vetting_valid_until", at=at)
    audit.record(by, "vetting.seconded", pledge.pk, fields=sorted(names), at=at)
    return pledge
