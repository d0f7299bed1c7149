"""Who is asking: tokens, scopes, and the order of the questions."""

import base64
from typing import Any

import pytest

from api.auth.models import Client
from tests.api.clients import api_client, make_client, make_token
from tests.factories.organisations import make_partner
from tests.guard import StrictApiClient

pytestmark = pytest.mark.django_db
SECRET = "s" * 128
NOBODYS = "dn_" + "a" * 26


@pytest.fixture
def registered() -> Client:
    return make_client(make_partner(), ["donations:read", "pledges:read"], client_secret=SECRET)


def ask(client: Client, path: str = "/oauth/token/", secret: str = SECRET, **form: str) -> Any:
    basic = base64.b64encode(f"{client.client_id}:{secret}".encode()).decode()
    return StrictApiClient(headers={"Authorization": f"Basic {basic}"}).post(
        path, {"grant_type": "client_credentials", **form}, format="multipart"
    )


@pytest.mark.parametrize("path", ["/oauth/token/", "/oauth/token"])
def test_it_gives_a_token_of_900_seconds_for_all_scopes_when_none_is_asked(registered: Client, path: str) -> None:
    answer = ask(registered, path)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 900, "donations:read pledges:read")
    assert answer["Cache-Control"] == "no-store"
    read = StrictApiClient(headers={"Authorization": f"Bearer {told['access_token']}"}).get("/api/v1/donations")
    assert read.status_code == 200


def test_it_takes_the_secret_in_the_body_too(registered: Client) -> None:
    form = {"grant_type": "client_credentials", "client_id": registered.client_id, "client_secret": SECRET}
    assert StrictApiClient().post("/oauth/token/", form, format="multipart").status_code == 200


def test_it_keeps_neither_secret_nor_token_in_clear(registered: Client) -> None:
    registered.refresh_from_db()
    assert registered.client_secret.startswith("client_secret_sha256$")
    token = ask(registered).json()["access_token"]
    assert token not in repr(list(registered.accesstoken_set.values()))


def test_it_narrows_to_the_scopes_asked_and_refuses_more(registered: Client) -> None:
    assert ask(registered, scope="pledges:read").json()["scope"] == "pledges:read"
    refused = ask(registered, scope="pledges:read matching:run")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


def test_it_refuses_a_wrong_secret_and_other_grants_as_rfc_6749_says(registered: Client) -> None:
    wrong = ask(registered, secret="t" * 128)
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert "WWW-Authenticate" in wrong
    other = ask(registered, grant_type="password", username="a", password="b")
    assert (other.status_code, other.json()["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("field", ["client_id", "client_secret", "scope", "grant_type"])
def test_it_refuses_a_nul_byte_in_a_token_request(registered: Client, field: str) -> None:
    form = {"grant_type": "client_credentials", "client_id": "a", "client_secret": "b", field: "a\x00b"}
    assert StrictApiClient().post("/oauth/token/", form, format="multipart").status_code == 400


def test_it_finds_no_client_by_a_name_with_a_nul_byte(registered: Client) -> None:
    registered.client_id = "a\x00b"
    assert ask(registered).status_code == 401


def test_it_answers_405_to_get(registered: Client) -> None:
    answer = StrictApiClient().get("/oauth/token/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in answer["Allow"]


def test_it_asks_first_who_then_which_scope_then_whether_it_exists() -> None:
    path = f"/api/v1/donations/{NOBODYS}"
    anonymous = StrictApiClient().get(path)
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "not_authenticated")
    assert anonymous["WWW-Authenticate"] == 'Bearer realm="api"'
    without = api_client(["pledges:read"]).get(path)
    assert (without.status_code, without.json()["code"]) == (403, "insufficient_scope")
    assert 'scope="donations:read"' in without["WWW-Authenticate"]
    absent = api_client(["donations:read"]).get(path)
    assert (absent.status_code, absent.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/api/v1/donations", "/api/v1/funds"])
@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer \xe9", "Bearer a\x00b"])
def test_it_refuses_a_token_it_does_not_know_even_where_none_is_needed(path: str, header: str) -> None:
    answer = StrictApiClient(headers={"Authorization": header}).get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


def test_it_refuses_an_expired_token() -> None:
    client = make_client(make_partner())
    token = make_token(client, seconds=-1)
    assert StrictApiClient(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/donations").status_code == 401


def test_it_takes_back_a_scope_from_tokens_already_given() -> None:
    partner = api_client(["donations:read"])
    Client.objects.update(scopes=[])
    assert partner.get("/api/v1/donations").status_code == 403


def test_it_refuses_writes_to_a_read_only_client() -> None:
    reader = api_client(["donations:read", "funds:read"])
    answer = reader.create("/api/v1/donations", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
