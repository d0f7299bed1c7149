"""Visitors are told apart by the address a trusted proxy saw, and by nothing they can write themselves."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import RequestFactory

from kernel.limits.models import DailySalt
from kernel.limits.visitors import visitor_word

pytestmark = pytest.mark.django_db


def word(rf: RequestFactory, forwarded: str = "", came_from: str = "192.0.2.1", purpose: str = "test") -> str:
    """Return the word for a request with these addresses."""
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return visitor_word(rf.get("/", REMOTE_ADDR=came_from, **headers), purpose)


def test_it_believes_no_header_without_a_proxy(rf: RequestFactory, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 0
    assert word(rf, "198.51.100.7") == word(rf)


@pytest.mark.parametrize("forged", ["", "10.0.0.9, ", "10.0.0.9, 10.0.0.8, "])
def test_it_takes_what_the_outermost_trusted_proxy_saw(rf: RequestFactory, settings: Any, forged: str) -> None:
    settings.TRUSTED_PROXIES = 2
    assert word(rf, f"{forged}198.51.100.7, 203.0.113.1") == word(rf, "198.51.100.7, 203.0.113.1")
    assert word(rf, f"{forged}198.51.100.8, 203.0.113.1") != word(rf, "198.51.100.7, 203.0.113.1")


def test_it_falls_back_on_the_connection_when_the_header_is_too_short(rf: RequestFactory, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 2
    assert word(rf, "198.51.100.7") == word(rf)


def test_it_changes_daily_and_by_purpose(rf: RequestFactory) -> None:
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        monday = word(rf)
        assert monday == word(rf) != word(rf, purpose="other")
        assert len(monday) == 32
    with time_machine.travel("2026-06-02T12:00:00Z", tick=False):
        assert word(rf) != monday


def test_it_cannot_be_found_again_once_the_day_is_over(rf: RequestFactory) -> None:
    with time_machine.travel(datetime(2026, 6, 1, 23, 59, tzinfo=UTC), tick=False):
        monday = word(rf)
    with time_machine.travel(datetime(2026, 6, 2, 0, 0, tzinfo=UTC), tick=False):
        word(rf)
        assert list(DailySalt.objects.values_list("day", flat=True)) == [datetime.now(UTC).date()]
    # even a clock that is set back finds another word
    with time_machine.travel(datetime(2026, 6, 1, 23, 59, tzinfo=UTC), tick=False):
        assert word(rf) != monday


def test_it_takes_the_salt_and_the_secret_key_together(rf: RequestFactory, settings: Any) -> None:
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        here = word(rf)
        settings.SECRET_KEY = "another-" + "1" * 60
        assert word(rf) != here


def test_one_household_is_one_visitor_however_many_addresses_it_has(rf: RequestFactory) -> None:
    here = word(rf, came_from="2001:db8:1:2::1")
    assert word(rf, came_from="2001:db8:1:2:ffff::9") == here
    assert word(rf, came_from="2001:db8:1:3::1") != here
    assert word(rf, came_from="::ffff:192.0.2.1") == word(rf, came_from="192.0.2.1")
