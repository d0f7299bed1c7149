"""A session: whose it is, when it began, when it was last used. No address, no browser."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class SessionQuerySet(models.QuerySet["Session"]):
    """Adjectives of sessions."""

    def alive(self, at: datetime) -> "SessionQuerySet":
        """Those neither left alone too long nor too old."""
        return self.filter(
            used_at__gt=at - timedelta(seconds=settings.SESSION_IDLE_SECONDS),
            begun_at__gt=at - timedelta(seconds=settings.SESSION_COOKIE_AGE),
        )

    def over(self, at: datetime) -> "SessionQuerySet":
        """The others."""
        return self.exclude(pk__in=self.alive(at).values("pk"))


class Session(AbstractBaseSession):
    """`session_key` holds the SHA-256 of the key that the browser has: a copied table opens no session."""

    session_key = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        related_name="sessions",
        on_delete=models.CASCADE,  # a session is nothing without its person
    )
    begun_at = models.DateTimeField()
    used_at = models.DateTimeField()

    objects = SessionQuerySet.as_manager()  # type: ignore[assignment,misc] # the base has a manager for keys in clear

    class Meta:
        indexes = [models.Index(fields=["used_at"], name="accounts_session_by_use")]

    def __str__(self) -> str:
        return f"session of user {self.user_id}"

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Return the store that reads and writes these rows."""
        from kernel.accounts.sessions.store import SessionStore

        return SessionStore
