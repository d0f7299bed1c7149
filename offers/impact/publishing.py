"""Freezing a month's figures once it is over. Called at any time and twice, it changes nothing more."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from kernel import audit
from offers.impact.models import Figure, ImpactFigure
from offers.impact.moving import Counted, floored, may_move
from offers.needs.models import Need, NeedMove, NeedStatus
from offers.pledges.models import PledgeMove, PledgeStatus

First = Iterator[tuple[Counted, datetime]]


def _asked() -> First:
    rows = Need.objects.filter(erased_at=None).exclude(opened_at=None).order_by()
    columns = ("household", "organisation_id", "organisation__role")
    for word, owner, role, first in rows.values_list(*columns).annotate(Min("opened_at")).iterator():
        yield Counted(bytes(word), owner, role != "operator"), first


def _helped() -> First:
    rows = NeedMove.objects.filter(new=NeedStatus.FULFILLED, need__erased_at=None).order_by()
    columns = ("need__household", "need__organisation_id", "need__organisation__role")
    for word, owner, role, first in rows.values_list(*columns).annotate(Min("at")).iterator():
        yield Counted(bytes(word), owner, role != "operator"), first


def _offered() -> First:
    rows = PledgeMove.objects.filter(new=PledgeStatus.ACTIVE).order_by()
    columns = ("pledge_id", "pledge__blind_email", "pledge__organisation_id", "pledge__organisation__role")
    for pledge, address, owner, role, first in rows.values_list(*columns).annotate(Min("at")).iterator():
        yield Counted(bytes(address) if address else pledge.encode(), owner, role != "operator"), first


SOURCES: Mapping[Figure, Callable[[], First]] = {
    Figure.HOUSEHOLDS_ASKED: _asked,
    Figure.HOUSEHOLDS_HELPED: _helped,
    Figure.PROVIDERS: _offered,
}


@transaction.atomic
def freeze_month(*, at: datetime) -> int:
    """Freeze the figures of the month before `at`, unless they are; return how many moved."""
    over = month_of(at)
    month = (over - timedelta(days=1)).replace(day=1)
    frozen = set(ImpactFigure.objects.filter(month=month).values_list("figure", flat=True))
    rows = [_figure(figure, month, until=over) for figure in SOURCES if figure not in frozen]
    # two workers at once: the constraint keeps the first one's row
    ImpactFigure.objects.bulk_create(rows, ignore_conflicts=True)
    moved = sum(row.moved for row in rows)
    if rows:
        audit.record("system", "impact.frozen", f"month:{month:%Y-%m}", reason=f"moved:{moved}", at=at)
    return moved


def _figure(figure: Figure, month: date, *, until: date) -> ImpactFigure:
    before = ImpactFigure.objects.filter(figure=figure, month__lt=month).order_by("-month")
    last, move = before.first(), before.filter(moved=True).first()
    since = _after(move.month) if move else datetime.min.replace(tzinfo=UTC)
    end = datetime(until.year, until.month, 1, tzinfo=UTC)
    earliest: dict[bytes, tuple[datetime, Counted]] = {}
    for one, first in SOURCES[figure]():
        earliest[one.word] = min((first, one), earliest.get(one.word, (first, one)))
    new = [one for first, one in earliest.values() if since <= first < end]
    if may_move(new):
        counted = (last.counted if last else 0) + len(new)
        return ImpactFigure(month=month, figure=figure, shown=floored(counted), counted=counted, moved=True)
    shown, counted = (last.shown, last.counted) if last else (0, 0)
    return ImpactFigure(month=month, figure=figure, shown=shown, counted=counted, moved=False)


def month_of(at: datetime) -> date:
    """Return the first day of the month of a moment, in UTC."""
    return at.astimezone(UTC).date().replace(day=1)


def _after(month: date) -> datetime:
    following = (month + timedelta(days=32)).replace(day=1)
    return datetime(following.year, following.month, 1, tzinfo=UTC)


def freeze_month_now() -> None:
    """Do it for now: what the schedule calls."""
    freeze_month(at=timezone.now())
