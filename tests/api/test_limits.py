"""Limits: a bucket per client, told on every answer."""

from typing import Any

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured

from api.limits import Bucket
from api.limits.buckets import caller_of
from tests.api.clients import api_client
from tests.guard import StrictApiClient

pytestmark = pytest.mark.django_db


def test_it_counts_down_then_answers_429_until_the_window_is_over(settings: Any) -> None:
    settings.API_RATE = "2/min"
    partner = api_client()
    with time_machine.travel("2026-11-22T10:00:15Z", tick=False) as clock:
        partner.credentials()  # tokens are older than this clock: the anonymous bucket serves as well
        left = [partner.get("/api/v1/funds", REMOTE_ADDR="192.0.2.7")["RateLimit"] for _ in range(2)]
        assert left == ['"default";r=1;t=45', '"default";r=0;t=45']
        refused = partner.get("/api/v1/funds", REMOTE_ADDR="192.0.2.7")
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert refused["Retry-After"] == "45"
        assert refused["RateLimit-Policy"] == '"default";q=2;w=60'
        assert partner.get("/api/v1/funds", REMOTE_ADDR="192.0.2.8").status_code == 200
        clock.shift(45)
        assert partner.get("/api/v1/funds", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_it_keeps_a_bucket_per_client(settings: Any) -> None:
    settings.API_RATE = "1/hour"
    first, second = api_client(), api_client()
    assert [client.get("/api/v1/donations").status_code for client in (first, second, first)] == [200, 200, 429]


def test_it_counts_wrong_tokens_and_missing_scopes_too(settings: Any) -> None:
    settings.API_RATE = "2/hour"
    guessing = StrictApiClient(REMOTE_ADDR="192.0.2.9", headers={"Authorization": "Bearer guess"})
    assert [guessing.get("/api/v1/donations").status_code for _ in range(3)] == [401, 401, 429]
    without = api_client(["funds:read"])
    assert [without.get("/api/v1/donations").status_code for _ in range(3)] == [403, 403, 429]


def test_it_says_where_one_stands_on_refusals_too() -> None:
    assert "RateLimit" in api_client().create("/api/v1/donations", {})


def test_it_never_names_an_address(rf: Any) -> None:
    request = rf.get("/", REMOTE_ADDR="192.0.2.7")
    with time_machine.travel("2026-11-22T10:00:00Z"):
        today = caller_of(request, None)
    with time_machine.travel("2026-11-23T10:00:00Z"):
        tomorrow = caller_of(request, None)
    assert "192.0.2.7" not in today
    assert today != tomorrow


@pytest.mark.parametrize("rate", ["", "600", "x/min", "0/min", "6/year", "-1/min"])
def test_it_refuses_a_rate_it_cannot_read(rate: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        Bucket(rate)


def test_it_carries_a_request_id_on_every_answer() -> None:
    answer = StrictApiClient().get("/api/v1/funds")
    assert answer["Request-Id"].startswith("req_")
