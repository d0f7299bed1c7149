"""An old run, thinned: when it was, what it reached in figures, and no pair of it."""

from datetime import datetime

from django.db import transaction

from offers.matching.runs.models import MatchingRun


@transaction.atomic
def thin_run(run: MatchingRun, *, at: datetime) -> int:
    """Let go of the pairs, the prices, and the needs and pairs that were named of a run; return how many pairs went."""
    stale = MatchingRun.objects.select_for_update().filter(pk=run.pk, thinned_at=None).first()
    if stale is None:
        return 0
    gone, _by_model = stale.assignments.all().delete()
    MatchingRun.objects.filter(pk=stale.pk).update(
        prices=[], needs_named=None, forbid=[], force=[], report=None, thinned_at=at, updated_at=at
    )
    return gone
