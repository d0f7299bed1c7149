"""The published view: the only shape in which anyone but the owner ever sees a need."""

from collections.abc import Iterable
from datetime import datetime

from offers.needs.board.clock import current_slot
from offers.needs.board.models import Publication, PublicationQuerySet
from offers.needs.models import Need


def board(at: datetime) -> PublicationQuerySet:
    """Return what stands on the board, sorted by its random ids."""
    return Publication.objects.listed(current_slot(at)).select_related("cohort").order_by("pk")


def published_view(row: Publication) -> dict[str, object]:
    """Return exactly the six words of the published view."""
    said = row.cohort
    return {
        "id": row.pk,
        "zone": said.zone,
        "kind_group": said.kind_group,
        "party_band": said.party_band,
        "period": said.period,
        "requires": said.requires,
    }


def listed_needs(needs: Iterable[Need], at: datetime) -> set[str]:
    """Return the ids of those needs that stand on the board: what their owner is told."""
    return set(board(at).filter(need__in=[need.pk for need in needs]).values_list("need_id", flat=True))
