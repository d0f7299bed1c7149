"""Merge patches: what a patch names is merged with what the caller read, at any depth."""

from typing import Any

import pytest

from api.v1.needs import Needs
from tests.api.clients import Partner, api_client

pytestmark = pytest.mark.django_db
NEEDS = "/api/v1/needs"


@pytest.fixture
def caller() -> Partner:
    return api_client()


@pytest.fixture
def need(caller: Partner) -> str:
    written = caller.create(NEEDS, {**Needs.examples["create"], "prefers": ["quiet"], "requires": ["insured"]})
    return str(written["Location"])


def patched(caller: Partner, path: str, patch: dict[str, Any], status: int = 200) -> dict[str, Any]:
    answer = caller.change(path, patch)
    assert answer.status_code == status, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_it_moves_one_end_of_a_range(caller: Partner, need: str) -> None:
    assert patched(caller, need, {"window": {"until": "2027-02-01"}})["window"] == {
        "from": "2027-01-10",
        "until": "2027-02-01",
    }


def test_it_takes_null_as_back_to_the_default(caller: Partner, need: str) -> None:
    said = patched(caller, need, {"prefers": None, "requires": None, "units": None})
    assert (said["prefers"], said["requires"], said["units"]) == ([], [], 1)


@pytest.mark.parametrize("name", ["kind", "party", "window", "case_ref", "languages", "consent"])
def test_it_keeps_what_every_need_must_say(caller: Partner, need: str, name: str) -> None:
    assert patched(caller, need, {name: None}, 400)["errors"][0]["attr"] == name
