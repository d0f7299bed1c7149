"""The same address twice: it finds the other offers, and says which look like the same one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.vault.index import blind_email
from offers.pledges.availability import Days, columns
from offers.pledges.doubles import looks_the_same, of_the_same_address
from tests.factories.organisations import make_partner
from tests.factories.pledges import make_pledge


@pytest.fixture
def blind(db) -> bytes:
    return blind_email("helper@waystation.invalid")


def test_it_finds_what_an_address_offered_and_nothing_else(operator, blind):
    mine = make_pledge(blind_email=blind)
    others = {make_pledge(blind_email=blind).pk, make_pledge(make_partner(), blind_email=blind, status="rejected").pk}
    make_pledge(blind_email=blind, status="draft")
    make_pledge(blind_email=blind_email("another@waystation.invalid"))
    make_pledge()
    assert set(of_the_same_address(mine).values_list("pk", flat=True)) == others
    assert not of_the_same_address(make_pledge()).exists()


def later() -> dict[str, object]:
    today = timezone.localdate()
    return columns([Days(today + timedelta(days=180), today + timedelta(days=200))])


@pytest.mark.parametrize(
    ("traits", "same"),
    [
        ({}, True),
        ({"units_total": 2}, True),
        ({"status": "vetting"}, True),
        ({"status": "expired"}, False),
        ({"status": "withdrawn"}, False),
        ({"kind": "food"}, False),
        ({"region": "DE-HH"}, False),
        ({"country": "FR", "region": ""}, False),
        ("later", False),
    ],
)
def test_it_says_which_look_like_one_offer(operator, traits, same):
    other = make_pledge(**(later() if traits == "later" else traits))
    assert looks_the_same(make_pledge(), other) is same
