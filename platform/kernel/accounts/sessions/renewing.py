"""Sessions, when the server key changes: what waits in them lies under it."""

import base64
import binascii
from typing import Any

from kernel.accounts.sessions import store
from kernel.accounts.sessions.models import Session
from kernel.vault import kek
from kernel.vault.boxes import BrokenSeal
from kernel.vault.rewrapping import Kept, keeps


def _blob(row: Any) -> bytes:
    try:
        return base64.b64decode(row.session_data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BrokenSeal from error


def _key_ids(row: Any) -> list[str]:
    return [kek.key_id(_blob(row))]


def _renew(row: Any) -> None:
    row.session_data = base64.b64encode(kek.renewed(_blob(row), store.PURPOSE)).decode("ascii")
    row.save(update_fields=["session_data"])


def tell_what_is_kept() -> None:
    """Register them with those who change the server key."""
    keeps(Kept("accounts.sessions", store.__name__, Session.objects.all, _key_ids, _renew))
