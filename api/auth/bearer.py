"""From a token to a Principal: one query."""

import hashlib

from django.utils import timezone
from oauth2_provider.models import AccessToken
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from api.auth.principal import Principal

_CLIENT = ("client_id", "scopes", "return_urls", "organisation")
_ORGANISATION = ("name", "role", "steward")
_READ = (
    "scope",
    *(f"application__{name}" for name in _CLIENT),
    *(f"application__organisation__{name}" for name in _ORGANISATION),
)
_CHALLENGE = 'Bearer realm="api"'


class BearerAuthentication(BaseAuthentication):
    """Reads `Authorization: Bearer …`. A scope taken from the client is gone from its tokens at once."""

    def authenticate(self, request: Request) -> tuple[Principal, str] | None:
        """Return the Principal and its token's id, or None without a token. Raises AuthenticationFailed."""
        kind, _, text = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not text.strip():
            return None
        checksum = hashlib.sha256(text.strip().encode()).hexdigest()
        token = (
            AccessToken.objects.select_related("application__organisation")
            .only(*_READ)
            .filter(token_checksum=checksum, expires__gt=timezone.now(), application__isnull=False)
            .first()
        )
        if token is None or token.application is None:
            raise AuthenticationFailed("The token is unknown or has expired. Ask for a new one.", code="invalid_token")
        client = token.application
        scopes = frozenset(token.scope.split()) & frozenset(client.scopes)
        return Principal(client.organisation, client, scopes), str(token.pk)

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401 (RFC 6750)."""
        sent = "authorization" in request.headers
        return f'{_CHALLENGE}, error="invalid_token"' if sent else _CHALLENGE
