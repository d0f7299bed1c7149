"""The secrets of second factors, when the server key changes: they lie as words inside the login library's rows."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from kernel.vault import kek
from kernel.vault.boxes import BrokenSeal
from kernel.vault.rewrapping import Kept, keeps

CONTEXT = "mfa"
WORDS = ("secret", "seed")  # one secret each
LISTS = ("migrated_codes",)  # one secret an item


def _changed(data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """Return a row's data with every secret in it changed."""
    words = {name: change(data[name]) for name in WORDS if name in data}
    lists = {name: [change(word) for word in data[name]] for name in LISTS if data.get(name) is not None}
    return {**data, **words, **lists}


def _blob(word: str) -> bytes:
    try:
        return base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BrokenSeal from error


def _key_ids(row: Any) -> list[str]:
    found: list[str] = []

    def note(word: str) -> str:
        found.append(kek.key_id(_blob(word)))
        return word

    _changed(row.data, note)
    return found


def _renewed(word: str) -> str:
    return base64.b64encode(kek.renewed(_blob(word), CONTEXT)).decode("ascii")


def _renew(row: Any) -> None:
    row.data = _changed(row.data, _renewed)
    row.save(update_fields=["data"])


def tell_what_is_kept() -> None:
    """Register them with those who change the server key."""
    from allauth.mfa.models import Authenticator

    def rows() -> QuerySet[Any]:
        kept: QuerySet[Any] = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
        return kept

    keeps(Kept("accounts.second_factors", "kernel.accounts.adapter", rows, _key_ids, _renew))
