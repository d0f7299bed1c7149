"""Private links: it opens for its own purpose and version, and for nothing else."""

import re

import pytest

from offers.models import Pledge
from offers.pledges.links import CONFIRM, DRAFT, MANAGE, TOKEN, pledge_behind, token
from tests.factories.pledges import make_pledge


@pytest.fixture
def pledge(db: None) -> Pledge:
    return make_pledge()


@pytest.mark.parametrize("purpose", [DRAFT, CONFIRM, MANAGE])
def test_it_leads_to_its_pledge(pledge, purpose):
    word = token(pledge, purpose)
    assert re.fullmatch(TOKEN, word)
    assert pledge_behind(word, purpose) == pledge


def test_it_opens_nothing_it_was_not_made_for(pledge):
    assert pledge_behind(token(pledge, DRAFT), MANAGE) is None
    assert pledge_behind(token(pledge, CONFIRM), MANAGE) is None


def test_it_ends_with_its_version(pledge):
    word = token(pledge, MANAGE)
    Pledge.objects.update(link_version=2)
    assert pledge_behind(word, MANAGE) is None


def test_it_cannot_be_moved_to_another_pledge(pledge):
    other = make_pledge()
    assert pledge_behind(other.pk[3:] + token(pledge, MANAGE)[26:], MANAGE) is None


def test_it_cannot_be_guessed(pledge):
    assert pledge_behind(pledge.pk[3:] + "a" * 32, MANAGE) is None
    assert pledge_behind("a" * 58, MANAGE) is None
