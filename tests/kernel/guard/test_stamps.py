"""A stamp is believed while it is ours, of this form, and fresh."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from kernel.guard.stamps import LASTS, new_stamp, read_stamp
from tests.open_forms import stamped

pytestmark = pytest.mark.django_db


def test_it_tells_when_the_form_was_shown_and_how_hard_its_riddle_is(settings):
    settings.FORM_WORK_BITS = 9
    stamp = read_stamp(stamped("offer", seconds=40)["opened"], "offer")
    assert (stamp.form, stamp.bits, round(stamp.age)) == ("offer", 9, 40)


def test_no_two_are_alike():
    words = {read_stamp(new_stamp("offer"), "offer").word for _ in range(100)}
    assert len(words) == 100


def test_it_opens_no_other_form():
    assert read_stamp(new_stamp("offer"), "give") is None


def test_it_is_not_believed_when_it_is_old():
    stamp = new_stamp("offer")
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=LASTS + 1)):
        assert read_stamp(stamp, "offer") is None


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text.replace("offer.6", "offer.1"),
        lambda text: text[:-1],
        lambda text: f"{text}x",
        lambda text: text.partition(":")[0],
        lambda text: "offer.6.0.a.b:c",
        lambda text: "\0" * 40,
        lambda text: "é" * 160,
    ],
)
def test_it_is_not_believed_when_it_was_changed(change):
    assert read_stamp(change(new_stamp("offer")), "offer") is None


def test_showing_a_form_writes_nothing(client):
    assert client.get("/offer/").status_code == 200  # this client fails on a GET that writes
