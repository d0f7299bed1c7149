from typing import Any

import pytest
from django.urls import reverse

from kernel.accounts.models import Member
from kernel.ids import new_id
from offers.matching.deeds import agree, propose
from offers.models import Match, Need, Pledge
from tests.console import console_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_partner
from tests.factories.pledges import make_pledge
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db


def signed_in(member: Member) -> StrictClient:
    return console_client(member)


def page(client: StrictClient, name: str, *args: str, **query: str) -> Any:
    return client.get(reverse(f"offers:{name}", args=args), query)


def post(client: StrictClient, name: str, *args: str, **fields: str) -> str:
    """Post a form and return the page it leads to."""
    response = client.post(reverse(f"offers:{name}", args=args), fields, follow=True)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


@pytest.fixture
def caseworker(db: None) -> Member:
    return make_member(make_partner("Ours"))


@pytest.fixture
def host(db: None) -> Member:
    return make_member(make_partner("Theirs"), role="coordinator")


@pytest.fixture
def need(caseworker: Member) -> Need:
    return make_need(caseworker.organisation, languages=("ru", "en"))


@pytest.fixture
def pledge(host: Member) -> Pledge:
    return make_pledge(host.organisation, verified_features=["quiet"])


@pytest.fixture
def match(caseworker: Member, need: Need, pledge: Pledge) -> Match:
    return propose(
        need_id=need.pk, pledge_id=pledge.pk, organisation=caseworker.organisation, by=caseworker.user.actor,
        at=need.created_at,
    )  # fmt: skip


def test_it_shows_who_could_help_and_why(caseworker: Member, need: Need, pledge: Pledge) -> None:
    for _ in range(6):
        make_pledge(pledge.organisation, country="LT", region="")
    text = page(signed_in(caseworker), "candidates", need.pk, explain="1").content.decode()
    assert pledge.pk in text
    assert "Berlin, Germany" in text
    assert "It is in the country the party ranked first." in text
    assert "It is not in a country that is accepted." in text
    assert "If Lithuania were accepted too." in text
    assert "+5" in text
    assert pledge.organisation.name not in text
    assert "Propose" in text


def test_it_says_what_stands_in_the_way_when_nobody_fits(caseworker: Member, need: Need) -> None:
    text = page(signed_in(caseworker), "candidates", need.pk, explain="1").content.decode()
    assert "Nobody fits" in text
    assert "No other offer of this kind is known." in text


def test_it_counts_the_others_only_for_whoever_asks(caseworker: Member, need: Need, host: Member) -> None:
    for country in ("LT",) * 5 + ("DE",) * 21:
        make_pledge(host.organisation, country=country, region="")
    client, sentence = signed_in(caseworker), "It is not in a country that is accepted."
    first = page(client, "candidates", need.pk)
    assert "explained" not in first.context
    assert sentence not in first.content.decode()
    for before in ("?explain=1", f"?after={first.context['after']}&explain=1"):
        answer = client.get(reverse("offers:candidates", args=[need.pk]) + before)
        assert sentence in answer.content.decode()
    second = page(client, "candidates", need.pk, after=str(first.context["after"]))
    assert f'href="{before.replace("&", "&amp;")}#why-not"' in second.content.decode()
    assert 'href="?explain=1#why-not"' in first.content.decode()


def test_it_pages_through_many(caseworker: Member, need: Need, host: Member) -> None:
    made = {make_pledge(host.organisation).pk for _ in range(23)}
    client = signed_in(caseworker)
    first = page(client, "candidates", need.pk)
    second = page(client, "candidates", need.pk, after=str(first.context["after"]))
    seen = [one["card"].id for answer in (first, second) for one in answer.context["cards"]]
    assert (len(seen), set(seen)) == (23, made)
    assert page(client, "candidates", need.pk, after="nonsense").status_code == 404


def test_it_searches_nothing_before_the_need_is_open(caseworker: Member) -> None:
    need = make_need(caseworker.organisation, status="in_review")
    text = page(signed_in(caseworker), "candidates", need.pk).content.decode()
    assert "Not open yet" in text
    assert "Propose" not in text


def test_it_proposes_in_one_click(caseworker: Member, need: Need, pledge: Pledge) -> None:
    text = post(signed_in(caseworker), "candidates", need.pk, pledge=pledge.pk)
    assert "Proposed. The units are held; now ask the person." in text
    match = Match.objects.get()
    assert (match.need, match.pledge, match.status) == (need, pledge, "proposed")
    assert match.history.get().by == caseworker.user.actor


def test_it_says_why_a_proposal_is_refused(caseworker: Member, need: Need, match: Match) -> None:
    other = make_need(caseworker.organisation)
    client = signed_in(caseworker)
    assert "Someone else took it first" in post(client, "candidates", other.pk, pledge=match.pledge_id)
    assert "There is no such pledge." in post(client, "candidates", other.pk, pledge=new_id("pl"))
    assert "Nothing was proposed" in post(client, "candidates", other.pk)
    assert Match.objects.count() == 1


def test_it_lets_no_approver_propose(caseworker: Member, need: Need, pledge: Pledge) -> None:
    approver = make_member(caseworker.organisation, role="approver")
    assert "Nothing was proposed" in post(signed_in(approver), "candidates", need.pk, pledge=pledge.pk)
    assert not Match.objects.exists()


def test_it_goes_from_the_person_to_the_provider_to_the_second_person(
    caseworker: Member, host: Member, match: Match
) -> None:
    ours, theirs = signed_in(caseworker), signed_in(host)
    second = signed_in(make_member(caseworker.organisation, role="approver"))
    assert "Now the provider is asked." in post(ours, "match_deed", match.pk, "agree")
    assert "A second person confirms." in post(theirs, "match_deed", match.pk, "accept")
    assert "A second person confirms: you proposed" in post(ours, "match_deed", match.pk, "confirm")
    assert "Confirmed." in post(second, "match_deed", match.pk, "confirm")
    match.refresh_from_db()
    assert match.status == "confirmed"
    match.need.refresh_from_db()
    assert match.need.status == "matched"


def test_it_shows_each_side_what_is_theirs_to_do(caseworker: Member, host: Member, match: Match) -> None:
    mine = page(signed_in(caseworker), "match", match.pk).content.decode()
    assert "The person agreed" in mine
    assert match.need_id in mine
    assert "History" in mine
    other = page(signed_in(host), "match", match.pk).content.decode()
    assert "The person agreed" not in other
    assert match.need_id not in other
    assert "History" not in other
    agree(match=match, organisation=caseworker.organisation, by=caseworker.user.actor, at=match.created_at)
    assert "The provider accepted" in page(signed_in(host), "match", match.pk).content.decode()
    assert "ask the provider" in page(signed_in(host), "matches").content.decode()


def test_it_declines_with_a_reason_from_the_list(caseworker: Member, match: Match) -> None:
    client = signed_in(caseworker)
    bad = post(client, "match_deed", match.pk, "decline", side="person", reason="Her name is")
    assert "Choose a reason from the list." in bad
    post(client, "match_deed", match.pk, "decline", side="person", reason="too_far")
    match.refresh_from_db()
    assert match.status == "declined_by_person"
    assert [row.why for row in match.history.all()] == ["", "too_far"]


def test_it_lets_no_side_decline_for_the_other(host: Member, match: Match) -> None:
    text = post(signed_in(host), "match_deed", match.pk, "decline", side="person", reason="too_far")
    assert "Only the need&#x27;s owner can do this." in text


def test_it_is_canceled_by_either_side(host: Member, match: Match) -> None:
    assert "Canceled." in post(signed_in(host), "match_deed", match.pk, "cancel", reason="changed_plans")
    match.refresh_from_db()
    assert match.status == "canceled"


def test_it_lists_live_matches_and_on_request_all(caseworker: Member, match: Match) -> None:
    client = signed_in(caseworker)
    assert "ask the person" in page(client, "matches").content.decode()
    post(client, "match_deed", match.pk, "cancel", reason="changed_plans")
    assert match.pk not in page(client, "matches").content.decode()
    assert match.pk in page(client, "matches", all="1").content.decode()


def test_it_does_not_exist_for_anyone_else(need: Need, match: Match) -> None:
    stranger = signed_in(make_member(make_partner(), role="caseworker"))
    operator = signed_in(make_member(role="coordinator"))
    for client in (stranger, operator):
        assert page(client, "candidates", need.pk).status_code == 404
        assert page(client, "match", match.pk).status_code == 404
        assert client.post(reverse("offers:match_deed", args=[match.pk, "agree"])).status_code == 404
    assert signed_in(make_member(role="finance")).get(reverse("offers:matches")).status_code == 403


def test_it_knows_five_deeds_and_no_other(caseworker: Member, match: Match) -> None:
    client = signed_in(caseworker)
    assert client.post(reverse("offers:match_deed", args=[match.pk, "erase"])).status_code == 404
    assert client.get(reverse("offers:match_deed", args=[match.pk, "agree"])).status_code == 405
    approver = signed_in(make_member(caseworker.organisation, role="approver"))
    assert approver.post(reverse("offers:match_deed", args=[match.pk, "agree"])).status_code == 404


def test_it_speaks_the_language_of_the_page(caseworker: Member, need: Need, pledge: Pledge) -> None:
    make_pledge(caseworker.organisation, country="LT", region="")
    response = signed_in(caseworker).get("/ru" + reverse("offers:candidates", args=[need.pk]) + "?explain=1")
    assert response.status_code == 200
    text = response.content.decode()
    assert "Германия" in text
    assert "Почему больше никто не подходит" in text
    assert "Страна стоит в списке группы первой." in text
    assert "Если подойдёт и эта страна: Литва." in text
