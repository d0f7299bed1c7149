"""The console's page of the public directory."""

from typing import Any

import pytest
from django.utils import timezone

from kernel.accounts.listing import list_organisation
from kernel.accounts.models import Organisation
from kernel.audit.models import AuditEntry
from kernel.states import Refusal
from tests.console import console_client
from tests.factories.organisations import make_member, make_operator, make_partner
from tests.factories.pledges import make_pledge

pytestmark = pytest.mark.django_db
PAGE = "/console/directory/"


def _listed(organisation: Organisation) -> bool:
    return Organisation.objects.get(pk=organisation.pk).listed_at is not None


def _trail(organisation: Organisation) -> list[tuple[str, str]]:
    entries: Any = AuditEntry.objects.filter(object_id=organisation.pk).order_by("pk")
    return [(entry.action, entry.actor) for entry in entries]


def test_it_lists_nobody_by_itself() -> None:
    assert not _listed(make_partner())


def test_it_lets_an_administrator_list_the_own_organisation_and_take_it_out() -> None:
    partner = make_partner()
    admin = make_member(partner, "admin")
    browser = console_client(admin)
    assert browser.post(f"{PAGE}{partner.pk}/add/").status_code == 302
    assert _listed(partner)
    assert browser.post(f"{PAGE}{partner.pk}/remove/").status_code == 302
    assert not _listed(partner)
    actor = admin.user.actor
    assert _trail(partner) == [("organisation.listed", actor), ("organisation.unlisted", actor)]


def test_it_changes_nothing_twice() -> None:
    partner = make_partner()
    browser = console_client(make_member(partner, "admin"))
    for _ in range(2):
        browser.post(f"{PAGE}{partner.pk}/add/")
    assert len(_trail(partner)) == 1


def test_it_does_not_let_the_operator_agree_for_an_organisation_that_has_an_administrator() -> None:
    partner = make_partner()
    make_member(partner, "admin")
    operators = make_member(make_operator(), "admin")
    page = console_client(operators)
    said = page.post(f"{PAGE}{partner.pk}/add/", follow=True).content.decode()
    assert "An organisation with an administrator of its own says so itself." in said
    assert "Its own administrator decides." in said
    assert not _listed(partner)
    with pytest.raises(Refusal) as refused:
        list_organisation(organisation=partner, by=operators, at=timezone.now())
    assert refused.value.code == "not_your_side"


def test_it_lets_the_operator_speak_for_one_that_has_nobody_here_and_take_out_anybody() -> None:
    quiet, loud = make_partner(), make_partner(listed_at=timezone.now())
    make_member(loud, "admin")
    browser = console_client(make_member(make_operator(), "admin"))
    browser.post(f"{PAGE}{quiet.pk}/add/")
    browser.post(f"{PAGE}{loud.pk}/remove/")
    assert (_listed(quiet), _listed(loud)) == (True, False)


def test_it_shows_a_partner_only_itself_with_what_would_be_told() -> None:
    mine, theirs = make_partner("Harbour"), make_partner("Hill")
    make_pledge(mine, kind="legal", provider_type="organisation")
    make_pledge(mine, kind="housing", provider_type="person")
    page = console_client(make_member(mine, "admin")).get(PAGE).content.decode()
    assert "Harbour" in page
    assert "Legal help" in page
    assert "A room" not in page
    assert theirs.name not in page
    other = console_client(make_member(mine, "admin")).post(f"{PAGE}{theirs.pk}/remove/")
    assert other.status_code == 404


def test_it_is_for_administrators() -> None:
    for role in ("caseworker", "coordinator", "approver", "finance"):
        assert console_client(make_member(make_partner(), role)).get(PAGE).status_code == 403
