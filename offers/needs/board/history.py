"""All that was ever published, held against what it was promised: asserted after every slot."""

from collections import defaultdict

from django.db.models import Count

from offers.needs.board.models import Cohort, Publication
from offers.needs.gate.cohort import PASSES, Tally


class GateBroken(RuntimeError):
    """A release would have given somebody away: it was rolled back, and the operator has to look."""


def assert_everyone_hidden() -> None:
    """Raise GateBroken unless every atom of all history passes under the k it was promised.

    An atom is exactly one cohort: a class appears once a slot (a constraint), and a cohort is seen whole from its slot
    on. A household is one organisation's, so counts of households by organisation add up. A delta raised since must not
    stop every release from then on: of old rows, k alone is asked.
    """
    tallies = _tallies()
    nobody = Tally(0, 0, ())
    broken = [
        pk
        for pk, k in Cohort.objects.values_list("pk", "k").iterator()
        if tallies.get(pk, nobody).in_the_way(k=k, delta=0) != PASSES
    ]
    if broken:
        raise GateBroken(f"{len(broken)} atoms would hide too few households; the release was rolled back.")


def _tallies() -> dict[int, Tally]:
    """Count the rows of every cohort, in two queries over all history."""
    lines = Publication.objects.order_by()
    households: dict[int, int] = defaultdict(int)
    partners: dict[int, list[int]] = defaultdict(list)
    owned = lines.values("cohort_id", "need__organisation_id", "need__organisation__role").annotate(
        households=Count("household", distinct=True)
    )
    for row in owned.iterator():
        households[row["cohort_id"]] += row["households"]
        if row["need__organisation__role"] != "operator":
            partners[row["cohort_id"]].append(row["households"])
    writers = lines.values_list("cohort_id").annotate(Count("need__caseworker_ref", distinct=True))
    caseworkers = dict(writers.iterator())
    return {pk: Tally(caseworkers[pk], count, tuple(partners[pk])) for pk, count in households.items()}
