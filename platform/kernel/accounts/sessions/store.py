"""Where sessions are kept: Django's database store, with hashed keys, two limits and an owner."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from kernel.accounts.sessions.models import Session
from kernel.vault import kek
from kernel.vault.boxes import BrokenSeal

PURPOSE = "session"
BEGUN = "_begun"  # when its owner signed in, as a timestamp: a new key does not make a session younger
NOTED_EVERY = timedelta(minutes=1)  # a row is not written anew for every page


def hashed(key: str | None) -> str:
    """Return the name under which the session of that key is kept."""
    return hashlib.sha256((key or "").encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Loads what is alive, and notes once a minute that it was used."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the table of sessions."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        """Return the row if the session is alive; of one that is over, forget the key."""
        now = timezone.now()
        row = Session.objects.alive(now).filter(pk=hashed(self.session_key)).first()
        if row is None:
            self._session_key = None
        elif row.used_at < now - NOTED_EVERY:
            Session.objects.filter(pk=row.pk).update(used_at=now)
        return row

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return the session under the server's key: a one-time-code secret waits in it while an app is set up."""
        return base64.b64encode(kek.encrypt(super().encode(session_dict).encode(), PURPOSE)).decode("ascii")

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Return the session; what cannot be read, or was changed, is empty."""
        try:
            return super().decode(kek.decrypt(base64.b64decode(session_data), PURPOSE).decode())
        except (BrokenSeal, ValueError):
            return {}

    def exists(self, session_key: str) -> bool:
        """Return whether a session of that key is kept."""
        return Session.objects.filter(pk=hashed(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to be written."""
        now = timezone.now()
        begun = data.get(BEGUN)
        return Session(
            session_key=hashed(self._get_or_create_session_key()),  # type: ignore[attr-defined]  # the stubs omit it
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get(SESSION_KEY),
            begun_at=datetime.fromtimestamp(begun, tz=now.tzinfo) if begun else now,
            used_at=now,
        )

    def delete(self, session_key: str | None = None) -> None:
        """End the session of that key, or this one."""
        key = session_key or self.session_key
        if key:
            Session.objects.filter(pk=hashed(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Delete what is over."""
        Session.objects.all().over(timezone.now()).delete()
