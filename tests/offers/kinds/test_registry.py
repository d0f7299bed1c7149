"""The register of kinds: it finds a file for every word, and each says what is needed to use it."""

import pytest

from offers.kinds.helpkind import FIELDS
from offers.kinds.registry import found, kind_of
from offers.kinds.vocabulary import Check, Feature, Kind


def test_it_finds_every_kind_in_the_order_of_the_vocabulary():
    assert list(found()) == Kind.values


@pytest.mark.parametrize("word", Kind.values)
def test_each_kind_is_whole(word):
    kind = kind_of(word)
    assert kind.code == word
    assert set(kind.fields) <= set(FIELDS)
    assert {Check.IDENTITY, Check.CODE_OF_CONDUCT} <= set(kind.checks)
    assert kind.title
    assert kind.about
    assert kind.units


def test_it_knows_no_other_word():
    with pytest.raises(KeyError):
        kind_of("castle")


@pytest.mark.parametrize("word", Kind.values)
@pytest.mark.parametrize("feature", [Feature.CHILDREN_OK, Feature.BACKGROUND_CHECKED])
def test_who_may_meet_children_is_checked_by_the_police(word, feature):
    assert Check.POLICE_CHECK in kind_of(word).checks_for([feature])


def test_who_says_that_they_are_licensed_shows_it():
    assert Check.LICENCE in kind_of("food").checks_for([Feature.LICENSED])


def test_strangers_never_share_a_home():
    assert [kind.code for kind in found().values() if kind.always_exclusive] == ["housing"]
