import pytest

from kernel.accounts.models import Organisation
from offers.matching.deeds import cancel, free_pledge, propose
from offers.models import Match
from tests.offers.matching.rows import NOW, make_need, make_pledge

pytestmark = pytest.mark.django_db


def test_it_frees_every_hold_of_a_suspended_pledge(ours: Organisation, theirs: Organisation) -> None:
    pledge = make_pledge(theirs, units_total=3)
    needs = [make_need(ours) for _ in range(3)]
    matches = [propose(need_id=need.pk, pledge_id=pledge.pk, organisation=ours, by="user:1", at=NOW) for need in needs]
    cancel(match=matches[0], organisation=ours, by="user:1", at=NOW)
    assert free_pledge(pledge=pledge, by="user:9", at=NOW, why="suspended") == 2
    assert {match.status for match in Match.objects.all()} == {"canceled"}
    assert {match.need.status for match in Match.objects.select_related("need")} == {"open"}
    pledge.refresh_from_db()
    assert pledge.units_held == 0
    assert matches[1].history.last().why == "suspended"  # type: ignore[union-attr]
