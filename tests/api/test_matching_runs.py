"""Matching runs over the API: asked for, watched, looked at, applied."""

from typing import Any

import pytest
from django.utils import timezone

from kernel.accounts.models import Organisation
from offers.matching.runs.asking import MOST_UNFINISHED
from offers.matching.runs.beating import Beat
from offers.matching.runs.carrying import carry_out, take_up
from tests.api.clients import Partner, api_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator, make_partner
from tests.factories.pledges import make_pledge

pytestmark = pytest.mark.django_db
RUNS = "/api/v1/matching-runs"
OBJECTIVE = {
    "needs", "placed", "persons_placed", "by_urgency", "score",
    "blocking_pairs", "edges", "optimal", "bound", "seconds",
}  # fmt: skip


@pytest.fixture
def house() -> Organisation:
    return make_operator()


@pytest.fixture
def operator(house: Organisation) -> Partner:
    return api_client(organisation=house)


def planned(client: Partner, **body: Any) -> str:
    """Ask for a run and let this process be the worker's."""
    asked = client.create(RUNS, body)
    assert asked.status_code == 202, asked.content
    run = take_up(asked.json()["id"], at=timezone.now())
    assert run is not None
    carry_out(run, beat=Beat(run))
    return f"{RUNS}/{run.pk}"


def test_it_answers_202_and_the_run_is_queued(operator: Partner) -> None:
    answer = operator.create(RUNS, {})
    told = answer.json()
    assert answer.status_code == 202
    assert answer["Location"].endswith(f"{RUNS}/{told['id']}")
    assert told["id"].startswith("run_")
    assert (told["status"], told["progress"], told["dry_run"], told["seed"], told["time_limit_s"]) == (
        "queued", 0, True, 1, 60,
    )  # fmt: skip
    assert [told[name] for name in ("objective", "proof", "applied", "error", "needs")] == [None] * 5
    assert operator.get(f"{RUNS}/{told['id']}").json() == told


def test_so_many_are_made_at_once_and_no_more(operator: Partner) -> None:
    first = operator.create(RUNS, {}).json()["id"]
    for _ in range(MOST_UNFINISHED - 1):
        assert operator.create(RUNS, {}).status_code == 202
    refused = operator.create(RUNS, {})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_unfinished")
    assert "cancel one" in refused.json()["detail"]
    assert operator.create(f"{RUNS}/{first}/cancel", {}).status_code == 200
    assert operator.create(RUNS, {}).status_code == 202


def test_it_takes_a_key_and_gives_the_same_run_again(operator: Partner) -> None:
    first, again = (operator.create(RUNS, {"seed": 3}, key="one") for _ in range(2))
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert operator.post(RUNS, {}, format="json").json()["code"] == "idempotency_key_required"


def test_the_objective_has_exactly_the_members_of_the_contract(operator: Partner, house: Organisation) -> None:
    need, pledge = make_need(make_partner(), party_size=1), make_pledge(house)
    path = planned(operator)
    told = operator.get(path).json()
    assert (told["status"], told["progress"]) == ("succeeded", 1)
    assert set(told["objective"]) == OBJECTIVE
    assert told["objective"]["by_urgency"] == {"emergency": 0, "urgent": 0, "soon": 1, "planned": 0}
    assert told["objective"]["optimal"] is True
    assert len(told["proof"]["snapshot"]) == 64
    (row,) = operator.get(f"{path}/assignments").json()["results"]
    assert (row["need"], row["pledge"], row["units"], row["outcome"]) == (need.pk, pledge.pk, 1, "planned")
    assert row["from"] == need.window_from.isoformat()
    assert 0 < row["score"] == told["objective"]["score"] == told["objective"]["bound"]


def test_applying_makes_matches(operator: Partner, house: Organisation) -> None:
    owner = make_partner()
    need, pledge = make_need(owner), make_pledge(house)
    path = planned(operator)
    answer = operator.post(f"{path}/apply", {}, format="json")
    assert answer.status_code == 202, answer.content
    told = operator.get(path).json()
    assert told["applied"] == {"status": "done", "proposed": 1, "lost": 0, "planned": 0, "changed": []}
    (row,) = operator.get(f"{path}/assignments").json()["results"]
    assert row["outcome"] == "proposed"
    (match,) = api_client(organisation=owner).get("/api/v1/matches").json()["results"]
    assert (match["id"], match["need"], match["pledge"], match["status"]) == (
        row["match"],
        need.pk,
        pledge.pk,
        "proposed",
    )
    assert operator.post(f"{path}/apply", {}, format="json").status_code == 202
    assert operator.get(path).json()["applied"]["proposed"] == 1


def test_a_run_without_a_plan_is_not_applied(operator: Partner) -> None:
    path = f"{RUNS}/{operator.create(RUNS, {}).json()['id']}"
    refused = operator.post(f"{path}/apply", {}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_plan")


def test_it_can_be_canceled(operator: Partner) -> None:
    path = f"{RUNS}/{operator.create(RUNS, {}).json()['id']}"
    assert operator.post(f"{path}/cancel", {}, format="json").json()["status"] == "canceled"
    assert operator.post(f"{path}/cancel", {}, format="json").status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kinds": ["castle"]}, "kinds"),
        ({"countries": ["XX"]}, "countries"),
        ({"needs": ["nd_" + "a" * 26]}, "needs"),
        ({"seed": "1"}, "seed"),
        ({"time_limit_s": 0}, "time_limit_s"),
        ({"dry_run": 1}, "dry_run"),
        ({"priority": 1}, "priority"),
        ({"forbid": [{"need": "nd_" + "a" * 26}]}, "forbid"),
        ({"forbid": [{"need": "nd_" + "a" * 26, "pledge": "pl_" + "a" * 26}]}, "forbid"),
        ({"force": [{"need": "nd_" + "a" * 26, "pledge": "pl_" + "a" * 26}]}, "force"),
        ({"alternative_to": "run_" + "a" * 26}, "alternative_to"),
        ({"alternative_to": "run_" + "a" * 26, "kinds": ["housing"]}, "kinds"),
        ({"alternative_to": "run_" + "a" * 26, "dry_run": False}, "dry_run"),
    ],
)
def test_it_names_the_field_that_is_wrong(operator: Partner, body: dict[str, Any], field: str) -> None:
    answer = operator.create(RUNS, body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"].split(".")[0] == field


def test_a_partner_plans_for_nobody_and_sees_no_run(operator: Partner) -> None:
    partner = api_client(organisation=make_partner())
    refused = partner.create(RUNS, {})
    assert (refused.status_code, refused.json()["code"]) == (403, "operator_only")
    path = f"{RUNS}/{operator.create(RUNS, {}).json()['id']}"
    for answer in (
        partner.get(path),
        partner.get(f"{path}/assignments"),
        partner.get(f"{path}/comparison"),
        partner.post(f"{path}/apply", {}, format="json"),
        partner.post(f"{path}/cancel", {}, format="json"),
    ):
        assert answer.status_code == 404
    assert api_client(["matches:read"]).get(path).status_code == 403
    assert operator.get(f"{RUNS}/run_nonsense/assignments").status_code == 404


def test_what_if_not(operator: Partner, house: Organisation) -> None:
    need, pledges = make_need(make_partner()), {make_pledge(house).pk for _ in range(2)}
    path = planned(operator, seed=5, time_limit_s=7)
    (row,) = operator.get(f"{path}/assignments").json()["results"]
    pair = {"need": need.pk, "pledge": row["pledge"]}
    other = planned(operator, alternative_to=path.rsplit("/", 1)[1], forbid=[pair])
    told = operator.get(other).json()
    assert (told["alternative_to"], told["forbid"], told["force"]) == (path.rsplit("/", 1)[1], [pair], [])
    assert (told["seed"], told["time_limit_s"], told["dry_run"]) == (5, 7, True)
    (row,) = operator.get(f"{other}/assignments").json()["results"]
    assert {row["pledge"], pair["pledge"]} == pledges
    beside = operator.get(f"{other}/comparison").json()
    assert (beside["id"], beside["alternative_to"], beside["same_facts"]) == (told["id"], told["alternative_to"], True)
    assert (beside["difference"]["placed"], beside["needs_changed"]) == (0, 1)
    (change,) = beside["changes"]
    assert (change["need"], change["change"], change["before"]["pledge"]) == (need.pk, "moves", pair["pledge"])
    refused = operator.get(f"{path}/comparison")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_an_alternative")
    both = operator.create(RUNS, {"force": [pair], "forbid": [pair]})
    assert (both.status_code, both.json()["code"]) == (400, "contradiction")


def test_a_forced_pair_that_a_rule_forbids_is_a_409_that_names_the_rule(operator: Partner, house: Organisation) -> None:
    pair = {"need": make_need(make_partner()).pk, "pledge": make_pledge(house, status="paused").pk}
    refused = operator.create(RUNS, {"force": [pair]})
    assert (refused.status_code, refused.json()["code"], refused.json()["rule"]) == (
        409,
        "not_a_candidate",
        "pledge_inactive",
    )


def test_what_has_no_plan_has_no_alternative(operator: Partner) -> None:
    run = operator.create(RUNS, {}).json()["id"]
    refused = operator.create(RUNS, {"alternative_to": run})
    assert (refused.status_code, refused.json()["code"]) == (409, "no_plan")


def test_one_pair_can_be_applied_alone_and_what_was_lost_is_said(operator: Partner, house: Organisation) -> None:
    first, second = make_need(make_partner(), urgency="urgent"), make_need(make_partner())
    for _room in range(2):
        make_pledge(house)
    path = planned(operator)
    for _twice in range(2):
        answer = operator.post(f"{path}/apply", {"needs": [first.pk]}, format="json")
        assert answer.status_code == 202, answer.content
    assert operator.get(path).json()["applied"] == {
        "status": "done",
        "proposed": 1,
        "lost": 0,
        "planned": 1,
        "changed": [],
    }
    second.version += 1
    second.save()
    operator.post(f"{path}/apply", {}, format="json")
    told = operator.get(path).json()["applied"]
    sentence = "The need was changed after the plan was made."
    assert told["changed"] == [{"why": "need_changed", "detail": sentence, "count": 1}]
    rows = operator.get(f"{path}/assignments").json()["results"]
    assert [(row["need"], row["outcome"], row["detail"]) for row in rows] == [
        (first.pk, "proposed", None),
        (second.pk, "lost", sentence),
    ]
    nobody = operator.post(f"{path}/apply", {"needs": ["nd_" + "a" * 26]}, format="json")
    assert (nobody.status_code, nobody.json()["errors"][0]["attr"]) == (400, "needs")
