"""Letting a program in, and shutting it out."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from oauth2_provider.models import AccessToken

from api.auth.models import Client
from api.auth.scopes import SCOPES
from kernel import audit
from kernel.accounts.models import Organisation
from kernel.states import Refusal

_SECRET_BYTES = 48
_OPERATORS_OWN = frozenset({"matching:run"})


@transaction.atomic
def register_client(
    *,
    organisation: Organisation,
    name: str,
    scopes: Iterable[str],
    return_urls: Iterable[str] = (),
    by: str,
    at: datetime,
) -> tuple[Client, str]:
    """Register a program of `organisation` and return it with its secret, which is known here for the last time.

    `return_urls` are prefixes a donor may be sent back to: absolute, without query. Raises Refusal `unknown_scope`,
    `operator_only` or `return_url_invalid`.
    """
    wanted = sorted(set(scopes))
    if unknown := set(wanted) - set(SCOPES):
        raise Refusal("unknown_scope", f"There is no scope {', '.join(sorted(unknown))}.", "scopes")
    if _OPERATORS_OWN & set(wanted) and not organisation.is_operator:
        raise Refusal("operator_only", "Runs over every organisation's needs are the operator's alone.", "scopes")
    prefixes = list(return_urls)
    if not all(_is_prefix(prefix) for prefix in prefixes):
        raise Refusal("return_url_invalid", "A return address is absolute and has no query.", "return_urls")
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    client = Client.objects.create(
        organisation=organisation,
        name=name,
        client_secret=secret,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
        scopes=wanted,
        return_urls=prefixes,
    )
    audit.record(by, "client.registered", client.client_id, fields=wanted, at=at)
    return client, secret


@transaction.atomic
def shut_out(*, client: Client, by: str, at: datetime) -> Client:
    """Take every scope and every token from a client, at once. What it did stays its organisation's."""
    Client.objects.filter(pk=client.pk).update(scopes=[], return_urls=[])
    AccessToken.objects.filter(application=client).delete()
    client.refresh_from_db()
    audit.record(by, "client.shut_out", client.client_id, at=at)
    return client


def _is_prefix(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    plain = not parts.query and not parts.fragment and parts.username is None
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.path.startswith("/") and plain
