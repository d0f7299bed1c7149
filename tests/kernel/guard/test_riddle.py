"""A riddle: found by trying, proven by one hash, harder when many come."""

import hashlib
import timeit

import pytest
from django.core.cache import caches
from django.utils import timezone

from kernel.guard.models import SpentStamp
from kernel.guard.riddle import bits_for, bits_now, solved
from tests.open_forms import solution, stamped


@pytest.mark.django_db
def test_it_is_solved_by_what_was_tried_long_enough():
    stamp = stamped("offer")["opened"]
    proof = solution(stamp)
    assert solved(stamp, proof, 6)
    seed = hashlib.sha256(stamp.encode()).digest()
    assert hashlib.sha256(seed + int(proof).to_bytes(8, "big")).digest()[0] >> 2 == 0
    assert not solved(f"{stamp}x", proof, 40)


@pytest.mark.parametrize("proof", ["", "-1", "1e3", "0x1", "٣", "9" * 11, "1\n", "1" * 100_000, "\0"])
def test_it_is_solved_by_a_number_alone(proof):
    assert not solved("stamp", proof, 0)


def test_one_try_in_so_many_solves_it():
    found = sum(solved("any stamp", str(number), 4) for number in range(4_000))
    assert 180 < found < 330  # 250 expected; the hashes are fixed, so this is one number and no chance


def test_proving_it_takes_less_than_a_millisecond():
    assert timeit.timeit(lambda: solved("offer.17.1700000000000.abc:def", "123456", 17), number=200) / 200 < 0.001


@pytest.mark.parametrize(("forms", "harder"), [(0, 0), (100, 0), (199, 0), (200, 1), (399, 1), (800, 3), (10**7, 5)])
def test_it_grows_with_what_comes_in(settings, forms, harder):
    settings.FORM_WORK_BITS = 17
    assert bits_for(forms) == 17 + harder


@pytest.mark.django_db
def test_it_is_harder_now_when_many_came_lately(settings):
    easy = bits_now()
    caches["buckets"].clear()
    SpentStamp.objects.bulk_create(SpentStamp(word=f"w{n}", spent_at=timezone.now()) for n in range(450))
    assert bits_now() == easy + 2
