"""The audit trail in the console: by object, by person, and never more than one may read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.auth.deeds import register_client
from kernel import audit
from kernel.accounts.models import Member
from kernel.ids import new_id
from tests.console import console_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator, make_partner
from tests.factories.pledges import make_pledge

pytestmark = pytest.mark.django_db

NEED, PLEDGE = new_id("nd"), new_id("pl")


def page(member: Member, **asked: object) -> str:
    """The page as a member sees it."""
    response = console_client(member).get("/console/trail/", asked)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.fixture
def coordinator() -> Member:
    return make_member(make_operator(), role="coordinator")


@pytest.mark.parametrize("role", ["coordinator", "approver", "admin"])
def test_it_shows_who_did_what_newest_first(role: str) -> None:
    audit.record("user:7", "need.edited", NEED, reason="typo", fields=["languages"])
    audit.record("user:8", "need.opened", NEED)
    html = page(make_member(make_operator(), role=role))
    assert html.index("need.opened") < html.index("need.edited")
    for word in ("user:7", "user:8", "typo", "languages", NEED[:11]):
        assert word in html


@pytest.mark.parametrize("role", ["caseworker", "finance"])
def test_it_is_closed_to_the_other_roles(role: str) -> None:
    assert console_client(make_member(make_operator(), role=role)).get("/console/trail/").status_code == 403


def test_it_can_be_read_by_object_and_by_person(coordinator: Member) -> None:
    audit.record("user:71", "need.edited", NEED)
    audit.record("user:72", "pledge.edited", PLEDGE)
    audit.record("user:71", "pledge.paused", PLEDGE)
    by_object = page(coordinator, object=PLEDGE)
    assert "pledge.edited" in by_object
    assert "need.edited" not in by_object
    by_person = page(coordinator, actor="user:72")
    assert "pledge.edited" in by_person
    assert "pledge.paused" not in by_person
    both = page(coordinator, actor="user:71", object=PLEDGE)
    assert "pledge.paused" in both
    assert "pledge.edited" not in both


def test_it_says_which_seal_an_entry_has(coordinator: Member) -> None:
    audit.record("user:7", "need.edited", NEED)
    assert "not yet" in page(coordinator, object=NEED)
    audit.seal_pending()
    assert "not yet" not in page(coordinator, object=NEED)


def test_it_shows_a_partner_what_its_own_people_and_programs_did_and_nothing_else() -> None:
    ours, theirs = make_partner(), make_partner()
    reader, colleague, stranger = (
        make_member(ours, role="approver"), make_member(ours), make_member(theirs)
    )  # fmt: skip
    client, _secret = register_client(
        organisation=ours, name="ours", scopes=["needs:read"], by="system", at=timezone.now()
    )
    need = make_need(ours)
    audit.record(colleague.user.actor, "need.mine", need.pk)
    audit.record(client.actor, "need.program", need.pk)
    audit.record(stranger.user.actor, "need.foreign", need.pk)
    audit.record("system", "need.system", need.pk)
    audit.record(f"provider:{PLEDGE}", "pledge.provider", PLEDGE)
    audit.record(make_member(role="coordinator").user.actor, "need.operator", need.pk)
    hidden = ("need.foreign", "need.system", "pledge.provider", "need.operator", stranger.user.actor)
    for asked in ({}, {"object": need.pk}, {"actor": stranger.user.actor}, {"actor": "system"}):
        html = page(reader, **asked).partition("<table")[2]
        assert [word for word in hidden if word in html] == []
        assert ("need.mine" in html) == ("need.program" in html) == ("actor" not in asked)


def test_it_takes_as_many_queries_for_many_entries_as_for_one(coordinator: Member) -> None:
    browser, counts = console_client(coordinator), []
    for number in (1, 60, 60):
        for which in range(number):
            audit.record(f"user:{which}", "need.edited", make_need().pk if which < 2 else NEED)
        audit.seal_pending()
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get("/console/trail/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2]


def test_it_leads_through_all_of_it_a_page_at_a_time(coordinator: Member) -> None:
    for which in range(120):
        audit.record("user:7", f"step.{which:03}", NEED)
    browser, address, seen = console_client(coordinator), f"/console/trail/?object={NEED}", []
    for _ in range(3):
        response = browser.get(address)
        seen += [entry.action for entry in response.context["rows"]]
        address = f"/console/trail/{response.context['older']}"
    assert seen == [f"step.{which:03}" for which in reversed(range(120))]
    assert response.context["older"] == ""
    assert response.context["newest"] == f"?object={NEED}"


@pytest.mark.parametrize("before", ["x", "0", "-1", "9" * 30, "1e3"])
def test_it_begins_at_the_newest_where_the_page_asked_for_is_none(coordinator: Member, before: str) -> None:
    audit.record("user:7", "need.edited", NEED)
    assert "need.edited" in page(coordinator, before=before)


@pytest.mark.parametrize("word", ["someone@example.org", "a b", "<script>", "х", "a" * 81, "%00"])
def test_it_asks_for_an_id_and_shows_nothing_for_what_is_none(coordinator: Member, word: str) -> None:
    audit.record("user:7", "need.edited", NEED)
    html = page(coordinator, object=word)
    assert "need.edited" not in html
    assert "<script" not in html
    assert 'aria-invalid="true"' in html


def test_it_links_an_object_to_the_page_one_may_open_and_back(coordinator: Member) -> None:
    need, pledge = make_need(make_operator()), make_pledge(make_operator())
    for object_id, address in ((need.pk, f"/console/needs/{need.pk}/"), (pledge.pk, f"/console/pledges/{pledge.pk}/")):
        assert f'href="{address}"' in page(coordinator, object=object_id)
        there = console_client(coordinator).get(address).content.decode()
        assert f'href="/console/trail/?object={object_id}"' in there
        assert f'href="{address}"' not in page(make_member(role="admin"), object=object_id)
    partner = make_member(make_partner(), role="coordinator")
    assert "/console/pledges/pl_" not in page(partner, object=pledge.pk)


def test_a_caseworker_is_shown_no_link_to_it() -> None:
    need = make_need(make_operator())
    html = console_client(make_member(role="caseworker")).get(f"/console/needs/{need.pk}/").content.decode()
    assert "/console/trail/" not in html


def test_it_speaks_russian(coordinator: Member) -> None:
    html = console_client(coordinator).get("/ru/console/trail/").content.decode()
    assert "Журнал аудита" in html
    assert "Audit trail" not in html
