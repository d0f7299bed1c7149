"""Errors: one shape, whatever failed and wherever."""

from typing import Any

import pytest
from django.db import OperationalError

from api.errors.statuses import status_of
from api.v1.donations import Donations
from kernel.states import Refusal
from tests.api.clients import Partner, api_client
from tests.guard import StrictApiClient

pytestmark = pytest.mark.django_db
MEMBERS = {"type", "title", "status", "code", "detail", "instance", "request_id", "errors"}
FUND = "fd_" + "a" * 26


@pytest.fixture
def partner() -> Partner:
    return api_client()


def told(answer: Any, status: int, code: str, attr: str | None = None) -> dict[str, Any]:
    """Check that an answer is a problem of that status, code and field; return its body."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
    body: dict[str, Any] = answer.json()
    assert set(body) >= MEMBERS
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"].endswith(code.replace("_", "-"))
    assert body["request_id"] == answer["Request-Id"]
    assert body["errors"][0]["attr"] == attr
    return body


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing",
        "/api/v1/funds/",
        "/api/v1/",
        "/api/nothing",
        "/oauth/nothing",
        "/oauth/authorize/",
        "/api/v1/funds/fd_%00",
        "/api/v1/%ff%fe",
        "/api/v1/funds/" + FUND,
        "/api/v1/funds/" + FUND + "%0A",
        "/api/v1/funds/nd_" + "a" * 26,
        "/api/v1/funds/" + "x" * 3000,
    ],
)
def test_it_answers_404_alike_for_what_never_was(path: str) -> None:
    told(StrictApiClient().get(path), 404, "not_found")


def test_it_answers_404_to_a_post_without_slash_redirects(partner: Partner) -> None:
    told(partner.create("/api/v1/donations/", {}), 404, "not_found")


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options", "trace"])
def test_it_answers_405_with_what_is_allowed(partner: Partner, method: str) -> None:
    answer = partner.generic(method.upper(), "/api/v1/donations", "{}", content_type="application/json")
    told(answer, 405, "method_not_allowed")
    assert set(answer["Allow"].split(", ")) == {"GET", "POST", "HEAD"}


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json"])
def test_it_answers_415_to_what_it_does_not_read(partner: Partner, kind: str) -> None:
    answer = partner.generic("POST", "/api/v1/donations", "{}", content_type=kind, headers={"Idempotency-Key": "key"})
    told(answer, 415, "unsupported_media_type")


def test_it_answers_406_to_who_wants_something_else_than_json(partner: Partner) -> None:
    told(partner.get("/api/v1/donations", headers={"Accept": "text/html"}), 406, "not_acceptable")


@pytest.mark.parametrize(
    "body", [b"{", b"", b"\xff", b"[" * 100_000, b'{"amount": NaN}', b'{"a": ' + b"1" * 5000 + b"}", b'"\\ud800"']
)
def test_it_answers_400_to_what_is_no_json_or_no_object(partner: Partner, body: bytes) -> None:
    answer = partner.generic(
        "POST", "/api/v1/donations", body, content_type="application/json", headers={"Idempotency-Key": "key"}
    )
    assert answer.status_code == 400
    assert answer.json()["code"] in ("malformed", "not_an_object", "required", "invalid")


@pytest.mark.parametrize("charset", ["base64", "rot13", "utf-16", "nonsense"])
def test_it_reads_utf_8_whatever_charset_is_claimed(partner: Partner, charset: str) -> None:
    answer = partner.generic(
        "POST",
        "/api/v1/donations",
        b"{}",
        content_type=f"application/json; charset={charset}",
        headers={"Idempotency-Key": "key"},
    )
    assert answer.json()["errors"][0] == {"code": "required", "detail": "This field is required.", "attr": "amount"}


def test_it_answers_413_to_too_much(partner: Partner, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    told(partner.create("/api/v1/donations", {"a": "b" * 200}), 413, "too_large")


def test_it_survives_a_field_name_that_utf_8_cannot_say(partner: Partner) -> None:
    answer = partner.generic(
        "POST",
        "/api/v1/donations",
        b'{"\\ud800": 1, "fund": "\\udfff"}',
        content_type="application/json",
        headers={"Idempotency-Key": "key"},
    )
    assert answer.status_code == 400
    assert {error["attr"] for error in answer.json()["errors"]} >= {"\ud800", "fund", "amount"}


def test_it_answers_500_in_the_same_shape_and_logs_no_word_of_the_failure(
    partner: Partner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Donations, "rows", lambda self: 1 / int("private" and "0"))
    partner.raise_request_exception = False
    body = told(partner.get("/api/v1/donations"), 500, "server_error")
    assert "zero_division_error" in caplog.text
    assert "division by zero" not in caplog.text
    assert body["request_id"] in caplog.text


def test_it_answers_503_while_the_database_is_away(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: Donations) -> None:
        raise OperationalError

    monkeypatch.setattr(Donations, "rows", away)
    answer = partner.get("/api/v1/donations")
    told(answer, 503, "unavailable")
    assert answer["Retry-After"] == "1"


def test_it_speaks_english_whatever_the_caller_prefers(partner: Partner) -> None:
    answer = partner.create("/api/v1/donations", {}, **{"Accept-Language": "ru"})
    assert "This field is required." in answer.json()["detail"]


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Refusal("illegal_transition", "No."), 409),
        (Refusal("capacity_taken", "No."), 409),
        (Refusal("not_a_candidate", "No.", "pledge"), 409),
        (Refusal("not_your_side", "No."), 403),
        (Refusal("not_trusted", "No.", "verified_features"), 403),
        (Refusal("unknown_reference", "No.", "need"), 400),
        (Refusal("safeguarding", "No."), 400),
        (Refusal("no_group_key", "No."), 503),
        (Refusal("anything", "No.", "field"), 400),
        (Refusal("anything", "No."), 409),
    ],
)
def test_it_answers_a_refusal_by_its_code_else_by_whether_it_names_a_field(refusal: Refusal, status: int) -> None:
    assert status_of(refusal) == status


def test_it_can_be_read_by_who_accepts_compressed_answers(partner: Partner) -> None:
    answer = partner.get("/api/v1/" + "nothing-here/" * 60, headers={"Accept-Encoding": "gzip"})
    assert answer.get("Content-Encoding", "identity") == "identity"
    assert answer.json()["code"] == "not_found"
