"""Attacks by what a body holds: depth, surrogates, numbers without end, addresses that two readers read differently."""

from time import process_time
from typing import Any
from uuid import uuid4

import pytest

from api.v1.return_urls import is_allowed
from tests.api.clients import Partner, api_client

pytestmark = pytest.mark.django_db
PATHS = (
    "/api/v1/needs",
    "/api/v1/needs/bulk",
    "/api/v1/pledges",
    "/api/v1/pledges/bulk",
    "/api/v1/donations",
    "/api/v1/matches",
)


def send(caller: Partner, path: str, body: str) -> Any:
    headers = {"Idempotency-Key": uuid4().hex}
    return caller.generic("POST", path, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("depth", [50, 400, 800, 900, 990, 5000])
@pytest.mark.parametrize("opened", ['{"rows":[', '{"party":', '{"contact":'])
def test_it_answers_nesting_of_any_depth_with_a_refusal(depth: int, opened: str) -> None:
    caller = api_client()
    body = opened + "[" * depth + "]" * depth + ("]}" if opened.endswith("[") else "}")
    for path in PATHS:
        answer = send(caller, path, body)
        assert answer.status_code in (200, 400), (path, answer.status_code)
        if answer.status_code == 200:
            assert all(row["status"] == 400 for row in answer.json()["results"])


@pytest.mark.parametrize(
    "value", ['"\\ud800"', "1e999", "-0", "9" * 5000, '"\\u0000"', "true", '"' + "A" * 5000 + '"', "null", "{}", "[[]]"]
)
def test_it_answers_any_value_anywhere_with_a_refusal(value: str) -> None:
    caller = api_client()
    for path in PATHS:
        for member in (
            "case_ref",
            "kind",
            "contact",
            "party",
            "amount",
            "need",
            "rows",
            "exclusions",
            "languages",
            "return_url",
        ):
            for body in (f'{{"{member}":{value}}}', f'{{"rows":[{{"{member}":{value}}}]}}'):
                answer = send(caller, path, body)
                assert answer.status_code in (200, 400), (path, body[:60], answer.status_code)


def _distinct(count: int) -> str:
    return ",".join(f'"t{i}"' for i in range(count))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/needs", f'{{"exclusions":[{_distinct(60_000)}]}}'),
        ("/api/v1/needs/bulk", f'{{"rows":[{"0," * 300_000}0]}}'),
        ("/api/v1/pledges", f'{{"features":[{_distinct(60_000)}]}}'),
        ("/api/v1/needs", "{" + _distinct(60_000).replace(",", ":0,") + ":0}"),
    ],
)
def test_it_reads_no_list_and_no_object_beyond_its_bound(path: str, body: str) -> None:
    caller, began = api_client(), process_time()
    answer = send(caller, path, body)
    assert answer.status_code == 400
    assert len(answer.content) < 10_000
    assert process_time() - began < 5


ALLOWED = ["https://partner.example/thanks/"]


@pytest.mark.parametrize(
    "url",
    [
        "https://partner.example.evil/thanks/", "https://partner.example@evil.example/thanks/",
        "//partner.example/thanks/",
        "https://partner.example:444/thanks/", "https://partner.example\\@evil.example/thanks/",
        "http://partner.example/thanks/",
        "https://partner.example/thanks/../admin/", "https://partner.example/thanks/%2e%2e/admin/",
        "https://partner.example/thanksgiving/", "https://partner.example/thanks/%5c..",
        "https:partner.example/thanks/",
        "https://partner.example./thanks/", "javascript://partner.example/thanks/", "https://[::1]/thanks/",
        "https://[", "",
        "https://partner.example/thanks/\n", "https://pаrtner.example/thanks/",
    ],
)  # fmt: skip
def test_it_sends_donors_nowhere_but_home(url: str) -> None:
    assert not is_allowed(url, ALLOWED)
