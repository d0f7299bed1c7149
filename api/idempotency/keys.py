"""Reading the header, and what of it is remembered."""

import json
from dataclasses import dataclass

from django.utils.crypto import salted_hmac
from rest_framework.request import Request

from api.auth.principal import Principal
from api.errors.problem import Problem
from kernel.accounts.models import Organisation

HEADER = "Idempotency-Key"
LONGEST = 255


@dataclass(frozen=True, slots=True)
class Key:
    """One use of a key: by whom, and keyed hashes of the key and of the request it came with."""

    organisation: Organisation
    digest: str
    fingerprint: str


def required_key(request: Request) -> Key:
    """Return the key of a request. Raises Problem 400 `idempotency_key_required` or `idempotency_key_invalid`."""
    key = key_of(request)
    if key is None:
        raise Problem(400, "idempotency_key_required", f"Send {HEADER}: a fresh random text per request.", HEADER)
    return key


def key_of(request: Request) -> Key | None:
    """Return the key of a request, or None if it brought none. Raises Problem 400 `idempotency_key_invalid`."""
    sent = request.headers.get(HEADER)
    if sent is None:
        return None
    if not isinstance(request.user, Principal):
        raise TypeError("Only a client has keys.")
    organisation = request.user.organisation
    return Key(
        organisation,
        _hmac("key", f"{organisation.pk}\n{_read(sent)}"),
        _hmac("request", f"{request.method}\n{request.path}\n{json.dumps(request.data, sort_keys=True)}"),
    )


def _read(sent: str) -> str:
    """Return the key, bare or as the quoted string of RFC 9651."""
    text = sent.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if not text or len(text) > LONGEST or not text.isascii() or not text.isprintable():
        raise Problem(400, "idempotency_key_invalid", f"A key is 1 to {LONGEST} printable ASCII characters.", HEADER)
    return text


def _hmac(what: str, text: str) -> str:
    return salted_hmac(f"api.idempotency.{what}", text, algorithm="sha256").hexdigest()
