"""The kill switch: one person clears the whole board at once; another opens it again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Member
from kernel.accounts.rules import may
from kernel.states import Refusal
from offers.needs.board.clock import current_slot
from offers.needs.board.models import BoardSwitch, Cohort


def _check_signer(by: Member) -> None:
    if not may(by, "offers.tend_board"):
        raise Refusal("not_a_signer", _("A coordinator or approver of the operator works the switch."))


@transaction.atomic
def close_board(*, by: Member, at: datetime) -> BoardSwitch:
    """Take everything off the board now and release nothing until it is opened; done twice, it changes nothing."""
    _check_signer(by)
    switch, __ = BoardSwitch.objects.select_for_update().get_or_create(pk=1)
    if switch.closed_at:
        return switch
    slot = current_slot(at)
    Cohort.objects.filter(until_slot__gt=slot).update(until_slot=slot)
    switch.closed_at, switch.closed_by = at, by.user.actor
    switch.save(update_fields=["closed_at", "closed_by"])
    audit.record(by.user.actor, "board.closed", f"slot:{slot}")
    return switch


@transaction.atomic
def open_board(*, by: Member, at: datetime) -> BoardSwitch:
    """Let releases go on. Raises Refusal `second_person_needed` for the one who closed it."""
    _check_signer(by)
    switch, __ = BoardSwitch.objects.select_for_update().get_or_create(pk=1)
    if not switch.closed_at:
        return switch
    if switch.closed_by == by.user.actor:
        raise Refusal("second_person_needed", _("Someone else opens the board than the one who closed it."))
    switch.closed_at, switch.closed_by = None, ""
    switch.save(update_fields=["closed_at", "closed_by"])
    audit.record(by.user.actor, "board.opened", f"slot:{current_slot(at)}")
    return switch
