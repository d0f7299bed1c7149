"""Ending sessions: one's own others, everybody's that are over, and all of a person whose login has changed."""

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from kernel.accounts.sessions.models import Session, SessionQuerySet
from kernel.accounts.sessions.store import BEGUN, SessionStore, hashed
from kernel.accounts.users import User


def sessions_of(user: User) -> SessionQuerySet:
    """Return the sessions in which a person is signed in now, the one used last first."""
    return Session.objects.alive(timezone.now()).filter(user=user).order_by("-used_at", "pk")


def end_sessions(user_id: int, *, but: SessionBase | None = None) -> int:
    """End a person's sessions, except the one given, in the caller's transaction. Returns how many there were."""
    ended, _by_model = Session.objects.filter(user_id=user_id).exclude(pk=_row(but)).delete()
    return ended


def is_row_of(session: SessionBase, row: Session) -> bool:
    """Return whether a row is the session of this request."""
    return row.pk == _row(session)


def _row(session: SessionBase | None) -> str:
    return hashed(session.session_key) if session is not None and session.session_key else ""


def forget_ended() -> None:
    """Delete the rows of sessions that are over; the worker does it every hour."""
    SessionStore.clear_expired()


def begin(sender: Any, request: Any, **kwargs: Any) -> None:
    """Note when somebody signed in: from then on the absolute limit counts."""
    request.session[BEGUN] = timezone.now().timestamp()
