"""Attacks with a copy of the database: no row of it opens the API."""

import base64

import pytest
from oauth2_provider.models import AccessToken

from api.auth.models import Client
from tests.api.clients import make_client
from tests.factories.organisations import make_partner
from tests.guard import StrictApiClient, StrictClient

pytestmark = pytest.mark.django_db
SECRET = "s" * 64


def test_it_keeps_neither_tokens_nor_secrets_but_their_hashes() -> None:
    client = make_client(make_partner(), client_secret=SECRET)
    basic = base64.b64encode(f"{client.client_id}:{SECRET}".encode()).decode()
    form = {"grant_type": "client_credentials"}
    answer = StrictClient().post("/oauth/token/", form, headers={"Authorization": f"Basic {basic}"})
    token = answer.json()["access_token"]
    kept = [*AccessToken.objects.values().get().values(), *Client.objects.values().get().values()]
    assert not any(word in str(value) for value in kept for word in (token, SECRET))
    for stolen in (str(AccessToken.objects.get().token_checksum), str(Client.objects.get().client_secret)):
        caller = StrictApiClient(headers={"Authorization": f"Bearer {stolen}"})
        assert caller.get("/api/v1/needs").status_code == 401
