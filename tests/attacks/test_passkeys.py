"""Attacks on passkeys: made-up answers, somebody else's keys, and a bare key without its PIN."""

import base64
import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache

from tests.console import console_client
from tests.factories.organisations import make_member
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


def _word(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _answer(**changes: Any) -> str:
    told = json.dumps({"type": "webauthn.get", "challenge": _word(b"x" * 32), "origin": "http://testserver"}).encode()
    response = {
        "clientDataJSON": _word(told),
        "authenticatorData": _word(b"\0" * 37),
        "signature": _word(b"sig"),
        "userHandle": _word(b"1"),
    }
    return json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": {**response, **changes}})


NONSENSE = [
    "", "{}", "[]", "null", "1", '"word"', "not json", "[" * 5000, '{"id": 1}', '{"id": "eA", "rawId": "eA"}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": []}',
    _answer(), _answer(userHandle=None), _answer(userHandle="!"), _answer(userHandle=_word(b"9" * 40)),
    _answer(userHandle=7), _answer(clientDataJSON="!"), _answer(clientDataJSON=_word(b"[]")),
    _answer(authenticatorData=""), _answer(authenticatorData=_word(b"\xff" * 40)), "x" * 20_000,
]  # fmt: skip


@pytest.fixture(autouse=True)
def _many_tries(settings: Any) -> None:
    cache.clear()
    settings.MFA_RATE_LIMITS = {"webauthn_login": "1000/m/ip"}


@pytest.mark.parametrize("said", NONSENSE)
def test_it_lets_no_made_up_answer_in(said: str) -> None:
    browser = StrictClient()
    member = make_member()
    assert browser.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"}).status_code == 200
    answer = browser.post("/accounts/2fa/webauthn/login/", {"credential": said})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/")
    assert browser.get("/console/").status_code == 302
    assert member


@pytest.mark.parametrize("said", NONSENSE)
def test_it_adds_no_made_up_key(said: str) -> None:
    member = make_member()
    browser = console_client(member)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert browser.get("/accounts/2fa/webauthn/add/").status_code == 200
    answer = browser.post("/accounts/2fa/webauthn/add/", {"credential": said, "name": "key"})
    assert answer.status_code == 200
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()


def test_it_asks_for_the_pin_wherever_a_passkey_is_shown() -> None:
    """Else the challenge of a page that does not ask could be answered at the one that takes a key for two factors."""
    assert settings.MFA_WEBAUTHN_USER_VERIFICATION == "required"
    told = StrictClient().get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"}).json()
    assert told["request_options"]["publicKey"]["userVerification"] == "required"
    assert not told["request_options"]["publicKey"].get("allowCredentials")


def test_it_removes_no_key_of_somebody_else() -> None:
    theirs = Authenticator.objects.create(
        user=make_member().user, type=Authenticator.Type.WEBAUTHN, data={"name": "key", "credential": {}}
    )
    browser = console_client(make_member())
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert browser.post(f"/accounts/2fa/webauthn/keys/{theirs.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()
