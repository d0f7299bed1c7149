"""The scenario has the shape of the operation it is modelled on, and every deed in it is a real one."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from donations.expenses.models import Expense
from donations.funds.models import Fund
from donations.ledger.queries import booked
from donations.ledger.verify import verify
from kernel.accounts.models import Member, Organisation
from kernel.audit.verify import verify_trail
from kernel.vault.models import SealedRecord
from offers.matching.models import Match
from offers.matching.replacing import place_again
from offers.matching.runs.checking import check
from offers.matching.runs.comparing import compared
from offers.matching.runs.models import MatchingRun
from offers.matching.safety.models import Incident
from offers.models import PlacementCheck, PledgePhoto
from offers.needs.board.models import Publication
from offers.needs.models import Need
from offers.pledges.models import Pledge
from tests.factories.organisations import make_operator
from waystation.demo.logins import Logins
from waystation.demo.scenario import ensure
from waystation.demo.scenario.figures import EVACUATED, RAISED_THROUGH_WEBSITE, SPENDING_SHARES, SPENT_PER_MILLE
from waystation.demo.supervisor import Trouble
from waystation.demo.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world in a folder of its own, with its secrets written."""
    world = World.of({"DATA_DIR": str(tmp_path)})
    world.keep()
    return world


def _silent(words: str) -> None:
    """Progress is not shown."""


def _euros_in() -> int:
    """What the ledger says came in, in cents."""
    rows = [row for rows in booked(list(Fund.objects.all())).values() for row in rows]
    return sum(row["gross"] for row in rows if row["currency"] == "EUR")


def _check_money() -> None:
    assert _euros_in() == RAISED_THROUGH_WEBSITE.minor
    spent = [expense.amount_minor for expense in Expense.objects.all()]
    assert sum(spent) == RAISED_THROUGH_WEBSITE.minor * SPENT_PER_MILLE // 1000
    assert set(Expense.objects.values_list("category", flat=True)) == set(SPENDING_SHARES)
    assert verify()[1] == []


def _check_people(logins: Logins) -> None:
    roles = [organisation["role"] for organisation in logins.organisations]
    assert (roles.count("operator"), roles.count("partner")) == (1, 3)
    assert [o["trusted"] for o in logins.organisations if o["role"] == "partner"] == [["needs", "providers"], [], []]
    assert all(scope.endswith(":read") for scope in logins.organisations[-1]["scopes"])
    holders = Member.objects.filter(role__in=("caseworker", "coordinator", "approver")).count()
    assert sum(bool(user["vault_passphrase"]) for user in logins.users) == holders
    assert all(user["password"] and user["totp_secret"] for user in logins.users)


def _check_help() -> None:
    assert {"submitted", "vetting", "active", "paused", "rejected", "withdrawn"} <= _states(Pledge)
    assert {"draft", "in_review", "open", "held", "matched", "fulfilled", "withdrawn"} <= _states(Need)
    ways = {"proposed", "person_agreed", "provider_accepted", "confirmed", "started", "declined_by_provider"}
    assert ways == _states(Match)
    assert Incident.objects.get().match.frozen
    assert len(place_again(Organisation.operator(), timezone.now())) == 1
    assert Match.objects.filter(status="person_agreed", asked_at__isnull=False).exists()
    due = PlacementCheck.objects.open().filter(step="week")
    assert sorted(due.values_list("side", "by_mail")) == [("person", False), ("provider", True)]
    assert Need.objects.filter(status="fulfilled").count() == EVACUATED // 2
    assert len(set(Pledge.objects.values_list("kind", flat=True))) == 11
    assert SealedRecord.objects.filter(purpose="pledge.contact").count() == Pledge.objects.count()
    assert set(PledgePhoto.objects.values_list("pledge__status", flat=True)) == {"vetting"}
    assert Publication.objects.exists()
    linked = Need.objects.exclude(bundle="").order_by("kind")
    assert [need.kind for need in linked] == ["housing", "psychological"]
    twice = Need.objects.filter(kind="legal", status="open")
    assert sum(Need.objects.perhaps_the_same_as(need).count() for need in twice) == 2
    assert Need.objects.open().filter(expires_at__lte=timezone.now() + timedelta(days=2)).count() == 1


def _check_plans() -> None:
    plan, other = MatchingRun.objects.order_by("created_at")
    assert plan.alternative_to is None
    assert other.alternative_to == plan
    assert {(run.status, run.dry_run, run.applied_at) for run in (plan, other)} == {("succeeded", True, None)}
    assert plan.assignments.count() > 20
    assert compared(other).changes
    assert all(check(run).holds for run in (plan, other))


def _states(model: type[Pledge] | type[Need] | type[Match]) -> set[str]:
    return set(model._default_manager.values_list("status", flat=True))


def test_it_tells_the_whole_operation_once(world: World) -> None:
    logins = ensure(world, say=_silent)
    _check_money()
    _check_people(logins)
    _check_help()
    _check_plans()
    assert verify_trail().fault is None
    again = ensure(world, say=_silent)
    assert again.as_json() == logins.as_json()
    assert Organisation.objects.count() == 4


def test_it_does_not_start_a_world_whose_logins_are_elsewhere(world: World) -> None:
    make_operator()
    with pytest.raises(Trouble, match="holds a world whose logins"):
        ensure(world, say=_silent)
