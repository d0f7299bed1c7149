"""Lapsing: what nobody answered, what was not read in time, and what somebody who leaves had a part in."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kernel.accounts.models import Member
from kernel.disclosure.disclosing.asking import end
from kernel.disclosure.models import Disclosure, DisclosureBox, DisclosureStatus


def lapse_overdue(at: datetime | None = None) -> int:
    """End every open request whose time is over, each in a transaction of its own; return how many.

    Run by the schedule every minute; running it twice does no harm.
    """
    now = at or timezone.now()
    overdue = Disclosure.objects.open().filter(expires_at__lte=now).order_by("pk").values_list("pk", flat=True)
    return sum(_lapse(pk, now) for pk in list(overdue))


@transaction.atomic
def _lapse(pk: str, at: datetime) -> bool:
    fresh = Disclosure.objects.open().select_for_update().filter(pk=pk, expires_at__lte=at).first()
    if fresh is None:
        return False  # somebody was first
    end(fresh, to=DisclosureStatus.LAPSED, by="system", at=at, why="no_time_left")
    return True


@transaction.atomic
def lapse_for(*record_ids: str, by: str, at: datetime, why: str) -> int:
    """End every open request that would show one of the records; return how many halves of them were taken away."""
    halves, _by_model = DisclosureBox.objects.filter(record_id__in=record_ids).delete()
    for disclosure in Disclosure.objects.open().select_for_update().order_by("pk"):
        if not set(record_ids).isdisjoint(disclosure.record_ids):
            end(disclosure, to=DisclosureStatus.LAPSED, by=by, at=at, why=why)
    return halves


@transaction.atomic
def lapse_of(member: Member, *, by: str, at: datetime, for_good: bool) -> None:
    """End what somebody who stops had asked for, or given a half of."""
    part = Q(requester=member) | Q(half_a_by=member) | Q(half_b_by=member)
    for disclosure in Disclosure.objects.open().select_for_update().filter(part).order_by("pk"):
        end(disclosure, to=DisclosureStatus.LAPSED, by=by, at=at, why="left")
