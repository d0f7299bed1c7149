"""Opening a fund, and changing what it says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from donations.funds.models import Fund
from kernel import audit
from kernel.money import Money
from kernel.states import Refusal


@dataclass(frozen=True, slots=True)
class FundTerms:
    """What a fund says of itself."""

    name: str
    summary: str = ""
    name_ru: str = ""
    summary_ru: str = ""
    goal: Money | None = None
    is_open: bool = True
    position: int = 100

    def columns(self) -> Mapping[str, object]:
        """Return the values of the row."""
        return {
            "name": self.name,
            "summary": self.summary,
            "name_ru": self.name_ru,
            "summary_ru": self.summary_ru,
            "goal_minor": self.goal.minor if self.goal else None,
            "goal_currency": self.goal.currency if self.goal else "",
            "is_open": self.is_open,
            "position": self.position,
        }


@transaction.atomic
def open_fund(*, slug: str, terms: FundTerms, by: str, at: datetime) -> Fund:
    """Write a new fund. Raises Refusal `slug_taken`."""
    if Fund.objects.filter(slug=slug).exists():
        raise _taken()
    fund = Fund(slug=slug, created_at=at, updated_at=at, **terms.columns())
    try:
        with transaction.atomic():
            fund.save(force_insert=True)
    except IntegrityError as race:
        raise _taken() from race
    audit.record(by, "fund.open", fund.pk, at=at)
    return fund


@transaction.atomic
def change_fund(fund: Fund, *, terms: FundTerms, by: str, at: datetime) -> Fund:
    """Change what a fund says of itself, or close it to new gifts. Its address and its books stay."""
    held = Fund.objects.select_for_update().get(pk=fund.pk)
    changed = [name for name, value in terms.columns().items() if getattr(held, name) != value]
    if changed:
        Fund.objects.filter(pk=held.pk).update(**terms.columns(), updated_at=at)
        audit.record(by, "fund.change", held.pk, fields=changed, at=at)
        held.refresh_from_db()
    return held


def _taken() -> Refusal:
    return Refusal("slug_taken", _("Another fund has this address."), "slug")
