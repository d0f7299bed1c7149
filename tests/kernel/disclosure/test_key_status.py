"""`dues` and `manage.py key_status`: what is due about the keys, until it is done."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from kernel.disclosure.alarms import Due, dues
from kernel.disclosure.leaving import take_key_away
from kernel.disclosure.rekeying import rekey
from kernel.disclosure.rotating import make_group_key
from kernel.vault.models import ChainLink, GroupKey
from tests.factories.organisations import make_partner
from tests.kernel.disclosure.keyed import NOW, Keyed, make_keyed, seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def keyed() -> Keyed:
    return make_keyed(people=3, trustees=True)


def said(keyed: Keyed) -> list[Due]:
    return dues(keyed.organisation, at=NOW)


def test_nothing_is_due_when_all_is_well(keyed: Keyed) -> None:
    assert said(keyed) == []
    assert dues(make_partner(), at=NOW) == []


def test_it_follows_a_leaver_to_the_end(keyed: Keyed) -> None:
    seal(keyed)
    take_key_away(member=keyed.people["A"][2], why="gone", by="user:1", at=NOW)
    assert said(keyed) == [Due("change_key", "A")]
    make_group_key(**keyed.as_(keyed.people["A"][0]))
    assert said(keyed) == [Due("change_key", "A"), Due("sign_key", "A")]
    keyed.rotate("A")
    assert said(keyed) == [Due("move_records", "A", 1)]
    rekey(**keyed.as_(keyed.people["A"][0]))
    assert said(keyed) == [Due("move_records", "B", 1)]
    rekey(**keyed.as_(keyed.people["B"][0]))
    assert said(keyed) == []


def test_a_lost_passphrase_asks_for_no_new_key(keyed: Keyed) -> None:
    take_key_away(member=keyed.people["A"][0], why="lost", by="user:1", at=NOW)
    assert said(keyed) == []
    take_key_away(member=keyed.people["A"][1], why="lost", by="user:1", at=NOW)
    assert said(keyed) == [Due("too_few", "A", 1)]


def test_a_key_older_than_a_year_is_due() -> None:
    keyed = make_keyed(trustees=True, at=NOW - timedelta(days=366))
    assert said(keyed) == [Due("too_old", "A"), Due("too_old", "B")]
    keyed.rotate("A")
    assert said(keyed) == [Due("too_old", "B")]


def test_keys_without_trustees_are_due() -> None:
    assert said(make_keyed()) == [Due("no_trustees", "A"), Due("no_trustees", "B")]


@pytest.mark.parametrize("broken", ["body", "state", "signature"])
def test_a_chain_that_does_not_hold_is_the_only_thing_said(keyed: Keyed, broken: str) -> None:
    key = keyed.rotate("A")
    if broken == "body":
        ChainLink.objects.filter(group_key=key).update(body=b"nonsense")
    elif broken == "signature":
        key.links.get().signatures.all()[0].delete()
        ChainLink.objects.filter(group_key=key).update(number=99)
    else:
        GroupKey.objects.filter(pk=key.pk).update(state="retired")
    assert said(keyed) == [Due("chain_broken")]


def test_the_command_ends_with_one_while_something_is_due(keyed: Keyed) -> None:
    out = StringIO()
    call_command("key_status", stdout=out)
    assert "Nothing is due." in out.getvalue()
    take_key_away(member=keyed.people["A"][2], why="exposed", by="user:1", at=NOW)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("key_status", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {keyed.organisation.pk: [{"code": "change_key", "group": "A", "number": 0}]}
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("key_status", stdout=out)
    assert f"{keyed.organisation.pk}: change_key A\n" in out.getvalue()
