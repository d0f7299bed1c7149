"""A hundred presses of one button at one moment are one deed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from kernel.guard.models import SpentStamp
from kernel.guard.once import once
from kernel.guard.stamps import new_stamp, read_stamp
from kernel.ids import new_id

PRESSES = 24


@pytest.mark.django_db(transaction=True)
def test_it_does_the_deed_once_when_all_press_at_once():
    stamp = read_stamp(new_stamp("offer"), "offer")
    done = []

    def press(_number):
        def deed():
            done.append(new_id("pl"))
            return done[-1]

        try:
            return once(stamp, deed)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(press, range(PRESSES)))
    assert answers == {SpentStamp.objects.get().came_to}
    assert answers <= set(done)
