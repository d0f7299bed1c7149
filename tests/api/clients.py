"""A partner's program with a token: `api_client(scopes=["pledges:read"], organisation=partner)`."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone
from oauth2_provider.models import AccessToken

from api.auth.models import Client
from api.auth.scopes import SCOPES
from kernel.accounts.models import Organisation
from tests.factories.organisations import make_partner
from tests.guard import StrictApiClient

RETURN_URL = "https://partner.example/thanks/"


class Partner(StrictApiClient):
    """DRF's client with a bearer token of a client of `organisation`."""

    organisation: Organisation
    registered: Client

    def create(self, path: str, body: Any, *, key: str = "", **headers: str) -> Any:
        """POST with an Idempotency-Key (a fresh one unless given)."""
        return self.post(path, body, format="json", headers={"Idempotency-Key": key or uuid4().hex, **headers})

    def change(self, path: str, body: Any, *, etag: str = "", **headers: str) -> Any:
        """PATCH with If-Match: the resource's present ETag unless given."""
        return self.patch(path, body, format="json", headers={"If-Match": etag or self.get(path)["ETag"], **headers})


def make_client(organisation: Organisation, scopes: Iterable[str] = SCOPES, **columns: Any) -> Client:
    """Return a registered client of an organisation. Its secret is `columns["client_secret"]`, or a random one."""
    values = {
        "name": "test",
        "client_type": Client.CLIENT_CONFIDENTIAL,
        "authorization_grant_type": Client.GRANT_CLIENT_CREDENTIALS,
        "scopes": sorted(scopes),
        "return_urls": [RETURN_URL],
    }
    return Client.objects.create(organisation=organisation, **{**values, **columns})


def make_token(client: Client, scopes: Iterable[str] | None = None, *, seconds: int = 900) -> str:
    """Return a token of a client, as the token endpoint would keep it: by its hash alone."""
    text = secrets.token_urlsafe(24)
    AccessToken.objects.create(
        application=client,
        token="",
        token_checksum=hashlib.sha256(text.encode()).hexdigest(),
        expires=timezone.now() + timedelta(seconds=seconds),
        scope=" ".join(client.scopes if scopes is None else scopes),
    )
    return text


def api_client(scopes: Iterable[str] = SCOPES, organisation: Organisation | None = None, **columns: Any) -> Partner:
    """Return a client with a token for `scopes` of `organisation` (a new partner without one)."""
    partner = Partner()
    partner.organisation = organisation or make_partner()
    partner.registered = make_client(partner.organisation, scopes, **columns)
    partner.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(partner.registered)}")
    return partner
