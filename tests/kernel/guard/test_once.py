"""A stamp serves once, and its second use is answered as the first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.guard.models import SpentStamp
from kernel.guard.once import forget_old_stamps, once
from kernel.guard.stamps import LASTS, new_stamp, read_stamp
from kernel.states import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def stamp():
    return read_stamp(new_stamp("offer"), "offer")


def test_it_does_the_deed_once_and_answers_alike(stamp):
    done = []

    def deed():
        done.append(1)
        return "pl_one"

    assert [once(stamp, deed) for _ in range(3)] == ["pl_one"] * 3
    assert len(done) == 1


def test_it_refuses_a_second_use_for_something_else(stamp):
    once(stamp, lambda: "pl_one")
    with pytest.raises(Refusal) as refused:
        once(stamp, lambda: "pl_two", same=lambda known: known == "pl_two")
    assert refused.value.code == "sent_already"


def test_a_deed_that_fails_leaves_the_stamp_as_it_was(stamp):
    def refuse():
        raise Refusal("no", "No.")

    with pytest.raises(Refusal):
        once(stamp, refuse)
    assert not SpentStamp.objects.exists()
    assert once(stamp, lambda: "pl_one") == "pl_one"


def test_it_is_remembered_for_as_long_as_it_would_be_believed(stamp):
    once(stamp, lambda: "pl_one")
    assert forget_old_stamps() == 0
    SpentStamp.objects.update(spent_at=timezone.now() - timedelta(seconds=LASTS + 1))
    assert forget_old_stamps() == 1
