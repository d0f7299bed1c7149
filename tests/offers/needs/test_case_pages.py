"""A need's page: the other needs of its case, linked, doubled, and more time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from offers.matching.deeds import propose
from offers.needs.models import Need
from tests.console import console_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_partner
from tests.factories.pledges import make_pledge

pytestmark = pytest.mark.django_db
NEEDS = "/console/needs/"


def test_it_links_and_unlinks_and_both_pages_show_it() -> None:
    browser = console_client(make_member())
    room, soul = make_need(case_ref="A-17"), make_need(case_ref="A-17", kind="psychological")
    assert "Must be in the same area as" in browser.get(f"{NEEDS}{room.pk}/").content.decode()
    browser.post(f"{NEEDS}{room.pk}/link/", {"other": soul.pk})
    for one, other in ((room, soul), (soul, room)):
        page = browser.get(f"{NEEDS}{one.pk}/").content.decode()
        assert "Linked, and looked for in the same area:" in page
        assert f'href="{NEEDS}{other.pk}/"' in page
    browser.post(f"{NEEDS}{soul.pk}/unlink/")
    assert not Need.objects.exclude(bundle="").exists()


def test_the_candidates_say_what_should_be_in_the_same_area_and_where_it_is_held() -> None:
    browser = console_client(make_member())
    room, soul = make_need(case_ref="A-17"), make_need(case_ref="A-17", kind="psychological")
    browser.post(f"{NEEDS}{room.pk}/link/", {"other": soul.pk})
    page = browser.get(f"{NEEDS}{room.pk}/candidates/").content.decode()
    assert "All of them should be in the same area:" in page
    assert f'href="{NEEDS}{soul.pk}/"' in page
    pledge = make_pledge(kind="psychological")
    propose(need_id=soul.pk, pledge_id=pledge.pk, organisation=soul.organisation, by="user:1", at=timezone.now())
    assert "Berlin" in browser.get(f"{NEEDS}{room.pk}/candidates/").content.decode()


def test_it_suggests_a_double_and_lets_one_stand_for_both() -> None:
    browser = console_client(make_member())
    first, second = make_need(case_ref="A-17"), make_need(case_ref="A-17")
    assert "Perhaps this need is here twice" in browser.get(f"{NEEDS}{first.pk}/").content.decode()
    browser.post(f"{NEEDS}{second.pk}/merge/", {"into": first.pk, "reason": "asked_again"})
    second.refresh_from_db()
    assert (second.status, second.merged_into_id) == ("merged", first.pk)
    assert "The need that stands for both" in browser.get(f"{NEEDS}{second.pk}/").content.decode()
    assert "Perhaps this need is here twice" not in browser.get(f"{NEEDS}{first.pk}/").content.decode()


def test_it_gives_more_time() -> None:
    need = make_need()
    console_client(make_member()).post(f"{NEEDS}{need.pk}/extend/", {"days": "14"})
    assert Need.objects.get(pk=need.pk).expires_at == need.expires_at + timedelta(days=14)


def test_a_wrong_form_changes_nothing_and_says_what_to_choose() -> None:
    browser = console_client(make_member())
    need, theirs = make_need(case_ref="A-17"), make_need(make_partner(), case_ref="A-17")
    before = list(Need.objects.order_by("pk").values())
    for deed, fields in (
        ("link", {"other": theirs.pk}),
        ("link", {"other": "x"}),
        ("merge", {}),
        ("merge", {"into": theirs.pk}),
    ):
        answer = browser.post(f"{NEEDS}{need.pk}/{deed}/", fields, follow=True)
        assert "Choose another need of the same case." in answer.content.decode()
    assert "Choose one of" in browser.post(f"{NEEDS}{need.pk}/extend/", {"days": "9"}, follow=True).content.decode()
    assert list(Need.objects.order_by("pk").values()) == before


def test_the_operator_who_reviews_a_need_learns_nothing_of_its_case() -> None:
    partner = make_partner()
    waiting = make_need(partner, status="in_review", case_ref="A-17")
    other = make_need(partner, case_ref="A-17")
    browser = console_client(make_member(role="coordinator"))
    page = browser.get(f"{NEEDS}{waiting.pk}/").content.decode()
    assert other.pk not in page
    assert "This case" not in page
    for deed in ("extend", "link", "unlink", "merge"):
        assert browser.post(f"{NEEDS}{waiting.pk}/{deed}/").status_code == 404


def test_it_withdraws_with_a_reason() -> None:
    need = make_need()
    console_client(make_member()).post(f"{NEEDS}{need.pk}/withdraw/", {"reason": "lost_contact"})
    assert need.history.get().why == "lost_contact"
