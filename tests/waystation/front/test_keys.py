"""The pages of the keys: each form does its one deed, with the own key in hand."""

import base64
import re

import pytest
from django.utils import timezone

from kernel.accounts.models import Member
from kernel.disclosure.models import GroupKeySeat, MemberKey
from kernel.disclosure.opening import unlock
from kernel.disclosure.unlocking.deeds import hold
from kernel.vault.models import GroupKey, KeyShare
from tests.console import console_client
from tests.factories.organisations import make_member
from tests.guard import StrictClient
from tests.kernel.disclosure.keyed import Keyed, make_keyed, seal

pytestmark = pytest.mark.django_db
KEYS = "/console/keys/"


@pytest.fixture
def keyed() -> Keyed:
    return make_keyed()


def browser_of(keyed: Keyed, member: Member) -> StrictClient:
    """A browser in which this member has signed in and unlocked the key."""
    browser = console_client(member)
    cookie = hold(
        member=member,
        private_key=keyed.private[member.pk],
        session_key=browser.session.session_key or "",
        at=timezone.now(),
    )
    browser.cookies["vault"] = base64.urlsafe_b64encode(cookie).decode()
    return browser


def post(browser: StrictClient, path: str, **fields: str) -> str:
    """Send a form; return the page it leads to."""
    return browser.post(f"{KEYS}{path}", fields, follow=True).content.decode()


def test_a_newcomer_makes_a_key_and_two_let_them_in(keyed: Keyed) -> None:
    member = make_member(keyed.organisation, "caseworker")
    answer = console_client(member).post(f"{KEYS}make/")
    assert "no-store" in answer["Cache-Control"]
    words, digits = re.findall(r"<code>([^<]+)</code>", answer.content.decode())
    assert unlock(member, words)
    wrong = post(browser_of(keyed, keyed.people["B"][0]), f"members/{member.pk}/let-in/", digits="1" * 30)
    assert "These are not the digits of this key." in wrong
    for by in (keyed.people["B"][0], keyed.people["A"][0]):
        assert "Signed." in post(browser_of(keyed, by), f"members/{member.pk}/let-in/", digits=digits)
    assert GroupKeySeat.objects.filter(member_key__member=member).exists()
    assert "in use" in console_client(member).get(KEYS).content.decode()


def test_somebody_leaves_the_group_gets_a_new_key_and_the_records_move(keyed: Keyed) -> None:
    seal(keyed)
    leaver, stays = keyed.people["A"]
    admin = console_client(make_member(keyed.organisation, "admin"))
    assert "The key is gone." in post(admin, f"members/{leaver.pk}/take-away/", why="gone")
    page = admin.get(KEYS).content.decode()
    assert "Somebody left the caseworkers" in page
    assert "Fewer than two people hold the key" in page
    assert "Something is due about the keys" in admin.get("/console/").content.decode()
    own, other = browser_of(keyed, stays), browser_of(keyed, keyed.people["B"][0])
    assert "Made." in post(own, "new/", recipients="")
    pending = GroupKey.objects.get(state="pending")
    assert "in force" in post(other, f"{pending.pk}/sign/")
    assert "1 record of the caseworkers has to move" in own.get(KEYS).content.decode()
    assert "Moved." in post(own, "move/")
    assert "Moved." in post(other, "move/")
    assert KeyShare.objects.count() == 2
    assert keyed.open("pl_1", stays, keyed.people["B"][0]) == b"Canary Sixpence"


@pytest.mark.parametrize("path", ["new/", "move/"])
def test_a_locked_key_leads_to_where_it_is_unlocked(keyed: Keyed, path: str) -> None:
    answer = console_client(keyed.people["A"][0]).post(f"{KEYS}{path}")
    assert answer["Location"].startswith("/console/vault/unlock/?next=")


def test_one_gives_up_ones_own_key(keyed: Keyed) -> None:
    member = keyed.people["A"][0]
    browser = browser_of(keyed, member)
    assert "Say what happened" in post(browser, "give-up/", why="nonsense")
    assert "Your key is gone." in post(browser, "give-up/", why="lost")
    assert MemberKey.objects.get(pk=member.pk).left_why == "lost"
    assert "Make my key" in browser.get(KEYS).content.decode()


def test_another_organisations_people_and_keys_do_not_exist_here(keyed: Keyed) -> None:
    stranger = make_keyed()
    browser = browser_of(keyed, keyed.people["A"][0])
    theirs, key = stranger.people["A"][0], GroupKey.objects.filter(owner=stranger.organisation.pk)[0]
    for path in (f"members/{theirs.pk}/let-in/", f"members/{theirs.pk}/take-away/", f"{key.pk}/sign/"):
        assert browser.post(f"{KEYS}{path}", {"why": "gone"}).status_code == 404
    assert theirs.user.email not in browser.get(KEYS).content.decode()


def test_it_says_what_is_wrong(keyed: Keyed) -> None:
    browser = browser_of(keyed, keyed.people["A"][0])
    assert "Say why" in post(browser, f"members/{keyed.people['A'][1].pk}/take-away/", why="nonsense")
    assert "no age recipient" in post(browser, "new/", recipients="age1x age1y")
    assert "You have a key." in post(browser, "make/")


def test_the_page_speaks_russian(keyed: Keyed) -> None:
    page = console_client(keyed.people["A"][0]).get("/ru/console/keys/").content.decode()
    assert "Ключи" in page


def test_an_organisation_without_keys_is_told_so(db: None) -> None:
    page = console_client(make_member(role="admin")).get(KEYS).content.decode()
    assert "No keys yet" in page
