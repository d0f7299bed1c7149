"""How a need ends without a match."""

from datetime import datetime

from django.db import transaction

from kernel import audit
from kernel.states import IllegalMove, move
from offers.kinds.reasons import NeedEndReason, must_be_listed
from offers.needs.deeds.locking import locked, must_be_as_read
from offers.needs.models import Need, NeedStatus

_IN_A_MATCH = (NeedStatus.HELD, NeedStatus.MATCHED)
_MAY_EXPIRE = (NeedStatus.OPEN, NeedStatus.IN_REVIEW)


def _refuse_while_matched(need: Need, what: str) -> None:
    if need.status in _IN_A_MATCH:
        raise IllegalMove(
            f"This need is {need.status} and cannot be {what}: cancel its match first.",
            state=need.status,
            legal=list(need.moves.legal(need.status)),
        )


@transaction.atomic
def withdraw_need(*, need: Need, by: str, at: datetime, why: str = "", version: int | None = None) -> Need:
    """Take a need back; done twice, it changes nothing. `why` is a word of NeedEndReason, `version` the one read.

    Raises Refusal `illegal_transition` while a match lives, `invalid_choice`, or `stale`.
    """
    must_be_listed(why, among=NeedEndReason)
    need = locked(need)
    must_be_as_read(need, version)
    if need.status == NeedStatus.WITHDRAWN:
        return need
    _refuse_while_matched(need, "withdrawn")
    move(need, to=NeedStatus.WITHDRAWN, by=by, at=at, why=why, also={"version": need.version + 1})
    audit.record(by, "need.withdrawn", need.pk)
    return need


@transaction.atomic
def fulfil_need(*, need: Need, by: str, at: datetime, why: str = "") -> Need:
    """Say that an open need was met elsewhere; done twice, it changes nothing. `why` is a word of NeedEndReason.

    Raises Refusal `illegal_transition` or `invalid_choice`.
    """
    must_be_listed(why, among=NeedEndReason)
    need = locked(need)
    if need.status == NeedStatus.FULFILLED:
        return need
    _refuse_while_matched(need, "fulfilled")
    move(need, to=NeedStatus.FULFILLED, by=by, at=at, why=why, also={"version": need.version + 1})
    audit.record(by, "need.fulfilled", need.pk)
    return need


def expire_overdue(*, at: datetime) -> int:
    """End open and waiting needs whose time is over; return how many. A second run finds nothing."""
    overdue = Need.objects.filter(status__in=_MAY_EXPIRE, expires_at__lte=at).order_by("expires_at", "pk")
    return sum(expire_need(need=need, at=at) for need in list(overdue))


@transaction.atomic
def expire_need(*, need: Need, at: datetime) -> bool:
    """End one need if its time is over; return whether it was. Given more time in the meantime, it stands."""
    need = locked(need)
    if need.status not in _MAY_EXPIRE or need.expires_at > at:
        return False
    move(need, to=NeedStatus.EXPIRED, by="system", at=at, why="overdue", also={"version": need.version + 1})
    audit.record("system", "need.expired", need.pk, at=at)
    return True
