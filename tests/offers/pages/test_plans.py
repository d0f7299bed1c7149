"""Plans in the console: asked for, watched, looked at, questioned, carried out as a whole or pair by pair."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kernel.accounts.models import Member, Organisation
from offers.kinds.vocabulary import Kind
from offers.matching.deeds import propose
from offers.matching.runs.asking import MOST_UNFINISHED, ask_for_run
from offers.matching.runs.beating import Beat
from offers.matching.runs.carrying import carry_out, take_up
from offers.matching.runs.models import MatchingRun
from offers.matching.runs.thinning import thin_run
from offers.models import Match, Need
from offers.pages.plan_picture import picture
from tests.console import console_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator, make_partner
from tests.factories.pledges import make_pledge
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db
Pair = tuple[str, str]


@pytest.fixture
def house() -> Organisation:
    return make_operator()


@pytest.fixture
def coordinator(house: Organisation) -> Member:
    return make_member(house, "coordinator")


@pytest.fixture
def browser(coordinator: Member) -> StrictClient:
    return console_client(coordinator)


def page(browser: StrictClient, name: str, *args: str, **query: str) -> str:
    response = browser.get(reverse(f"offers:{name}", args=args), query)
    assert response.status_code == 200
    return str(response.content.decode())


def post(browser: StrictClient, name: str, *args: str, **fields: Any) -> str:
    response = browser.post(reverse(f"offers:{name}", args=args), fields, follow=True)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def carried(run: MatchingRun) -> MatchingRun:
    """Let this process be the worker's."""
    taken = take_up(run.pk, at=timezone.now())
    assert taken is not None
    return carry_out(taken, beat=Beat(taken))


def planned(browser: StrictClient, **fields: Any) -> MatchingRun:
    post(browser, "plan_new", time_limit_s="10", seed="1", **fields)
    return carried(MatchingRun.objects.order_by("-created_at")[0])


@pytest.fixture
def scarce(house: Organisation) -> tuple[Need, Need, Need]:
    """One room for two that want it, and a third whom nothing fits."""
    make_pledge(house)
    return (
        make_need(make_partner("A"), urgency="urgent"),
        make_need(house),
        make_need(house, urgency="planned", countries=["FR"]),
    )


def test_asking_leads_to_a_page_that_looks_again_by_itself(browser: StrictClient, coordinator: Member) -> None:
    country = make_pledge(coordinator.organisation).country
    post(browser, "plan_new", kinds=["housing"], countries=[country], time_limit_s="10", seed="4")
    run = MatchingRun.objects.get()
    assert (run.kinds, run.countries, run.time_limit_s, run.seed, run.dry_run) == (["housing"], [country], 10, 4, True)
    assert run.history.get().by == coordinator.user.actor
    address = reverse("offers:plan", args=[run.pk])
    assert browser.get(address)["Refresh"] == "3"
    assert "Stopped. Nothing was held." in post(browser, "plan_cancel", run.pk)
    run.refresh_from_db()
    assert run.status == "canceled"
    assert "Refresh" not in browser.get(address)


def test_a_form_that_is_filled_in_wrongly_asks_for_nothing(browser: StrictClient) -> None:
    response = browser.post(reverse("offers:plan_new"), {"kinds": "castle", "time_limit_s": "9", "seed": "-1"})
    assert response.status_code == 400
    assert response.content.decode().count('class="field-error"') == 3
    assert not MatchingRun.objects.exists()


def test_while_many_are_made_it_says_so_and_asks_for_none(browser: StrictClient, coordinator: Member) -> None:
    for _ in range(MOST_UNFINISHED):
        ask_for_run(organisation=coordinator.organisation, by="user:0", at=timezone.now())
    answer = browser.post(reverse("offers:plan_new"), {"time_limit_s": "10", "seed": "4"})
    assert (answer.status_code, MatchingRun.objects.count()) == (400, MOST_UNFINISHED)
    assert "Wait until one of them is there, or cancel one." in answer.content.decode()


def test_it_says_what_is_reached_who_goes_where_and_who_is_left_over_and_why(
    browser: StrictClient, scarce: tuple[Need, Need, Need]
) -> None:
    run = planned(browser)
    shown = page(browser, "plan", run.pk)
    assert "1 of 3" in shown
    assert "Nothing better exists" in shown
    assert "<svg" in shown
    assert "2 needs are left over" in shown
    assert "Given to more urgent needs: 1." in shown
    assert "1 × It is not in a country that is accepted." in shown
    assert len(shown) < 60_000
    everybody = page(browser, "plan_left_over", run.pk)
    assert everybody.index(scarce[1].pk[:11]) < everybody.index(scarce[2].pk[:11])
    one = page(browser, "plan_need", run.pk, scarce[1].pk)
    assert "the plan gives it to 1 other need" in one
    assert "What stands in the way" not in one
    assert "It is not in a country that is accepted." in page(browser, "plan_need", run.pk, scarce[2].pk, explain="1")


def test_accepting_one_pair_proposes_it_alone_and_accepting_all_the_rest(
    browser: StrictClient, house: Organisation, coordinator: Member
) -> None:
    mine, other = make_need(house, urgency="urgent"), make_need(make_partner())
    make_pledge(house, units_total=2)
    run = planned(browser)
    post(browser, "plan_apply", run.pk, need=mine.pk)
    match = Match.objects.get()
    assert (match.need_id, match.status) == (mine.pk, "proposed")
    assert [row.by for row in match.history.all()] == [coordinator.user.actor]
    shown = page(browser, "plan", run.pk)
    assert reverse("offers:match", args=[match.pk]) in shown
    other.version += 1
    other.save()
    shown = post(browser, "plan_apply", run.pk)
    assert "1 × The need was changed after the plan was made." in shown
    assert Match.objects.count() == 1
    assert "Accept all" not in shown


def test_a_match_of_others_is_not_linked(browser: StrictClient, house: Organisation) -> None:
    partner = make_partner()
    make_need(partner)
    make_pledge(partner)
    run = planned(browser)
    shown = post(browser, "plan_apply", run.pk)
    assert reverse("offers:match", args=[Match.objects.get().pk]) not in shown


def test_what_if_not_stands_beside_the_plan_with_what_it_costs_whom(
    browser: StrictClient, scarce: tuple[Need, Need, Need]
) -> None:
    run = planned(browser)
    pair = run.assignments.get()
    post(browser, "plan_what_if", run.pk, need=pair.need_id, pledge=pair.pledge_id, wish="forbid")
    other = MatchingRun.objects.get(alternative_to=run)
    assert other.forbid == [[pair.need_id, pair.pledge_id]]
    assert "One of the two has no plan yet." in page(browser, "plan_compare", other.pk)
    carried(other)
    shown = page(browser, "plan_compare", other.pk)
    assert "1 need loses its place," in shown
    assert "1 gains one," in shown
    assert shown.index(scarce[0].pk[:11]) < shown.index(scarce[1].pk[:11])
    assert page(browser, "plan", run.pk).count(reverse("offers:plan_compare", args=[other.pk])) == 1
    post(browser, "plan_apply", other.pk)
    assert Match.objects.get().need_id == scarce[1].pk


def test_forcing_what_a_rule_forbids_says_which(browser: StrictClient, scarce: tuple[Need, Need, Need]) -> None:
    run = planned(browser)
    pledge = run.assignments.get().pledge_id
    shown = post(browser, "plan_what_if", run.pk, need=scarce[2].pk, pledge=pledge, wish="force")
    assert "It is not in a country that is accepted." in shown
    shown = post(browser, "plan_what_if", run.pk, need="nd_x", pledge=pledge, wish="force")
    assert "Nothing was asked" in shown
    assert MatchingRun.objects.count() == 1


@pytest.mark.parametrize("name", ["plan_apply", "plan_what_if", "plan_cancel"])
def test_deeds_of_a_plan_are_the_operators_coordinators_alone(name: str, browser: StrictClient) -> None:
    run = planned(browser)
    path = reverse(f"offers:{name}", args=[run.pk])
    for member in (make_member(make_partner(), "coordinator"), make_member(make_operator(), "caseworker")):
        assert console_client(member).post(path).status_code == 403
        assert console_client(member).get(reverse("offers:plan", args=[run.pk])).status_code == 403


def test_of_a_need_it_shows_no_more_than_its_card(browser: StrictClient, scarce: tuple[Need, Need, Need]) -> None:
    run = planned(browser)
    elsewhere = make_need(make_partner())
    assert browser.get(reverse("offers:plan_need", args=[run.pk, elsewhere.pk])).status_code == 404
    shown = page(browser, "plan", run.pk) + page(browser, "plan_need", run.pk, scarce[0].pk)
    assert f"/console/needs/{scarce[0].pk}" not in shown


def test_an_old_plan_keeps_its_figures(browser: StrictClient, scarce: tuple[Need, Need, Need]) -> None:
    run = planned(browser)
    thin_run(run, at=timezone.now())
    shown = page(browser, "plan", run.pk)
    assert "1 of 3" in shown
    assert "kept for thirty days" in shown
    assert "Accept all" not in shown


def test_it_speaks_russian(browser: StrictClient, scarce: tuple[Need, Need, Need]) -> None:
    run = planned(browser)
    pages = [("plans", []), ("plan_new", []), ("plan", [run.pk]), ("plan_left_over", [run.pk])]
    for path in [reverse(f"offers:{name}", args=args) for name, args in pages]:
        shown = browser.get(f"/ru{path}").content.decode()
        words = re.sub(r"<[^>]+>", " ", shown[shown.index("<main") :])
        assert re.search("[а-я]", words)
        assert not re.search(r"\b(the|needs|plan|offers)\b", words), words


def test_the_picture_draws_what_is_small_together_and_what_is_urgent_by_itself(coordinator: Member) -> None:
    kinds = list(Kind.values)
    report = {
        "groups": [
            {"urgency": urgency, "kind": kind, "needs": 100 if urgency == "planned" else 1, "placed": 0}
            for urgency in ("urgent", "planned")
            for kind in kinds
        ]
    }
    run = ask_for_run(organisation=coordinator.organisation, by="user:0", at=timezone.now())
    run.report = report
    drawn = str(picture(run))
    assert drawn.count('class="end') == 12 + 1 == len(kinds) + 2, "twelve groups, and those that are left over"
    for kind in kinds:
        assert f"urgent: {Kind(kind).label} " in drawn
    assert "planned: all kinds" in drawn
    assert sum(map(int, re.findall(r'<td class="number">(\d+)</td>', drawn))) == 101 * len(kinds)


def test_an_open_proposal_that_stays_is_said_to_stay(browser: StrictClient, house: Organisation) -> None:
    need, pledge = make_need(house), make_pledge(house)
    words: dict[str, Any] = {"organisation": house, "by": "user:0", "at": timezone.now()}
    match = propose(need_id=need.pk, pledge_id=pledge.pk, **words)
    shown = page(browser, "plan", planned(browser).pk)
    assert "stays proposed" in shown
    assert reverse("offers:match", args=[match.pk]) in shown
    assert "Accept" not in shown
