"""What ends an unlock besides time: signing out, another password, another second factor, leaving.

The first three are told by strangers' signals: they happen in the login library.
"""

from datetime import datetime
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from kernel.accounts.leaving import on_leave
from kernel.accounts.models import Member
from kernel.disclosure.unlocking.deeds import lock_everywhere, lock_session


def _signed_out(request: HttpRequest | None = None, **_words: Any) -> None:
    session_key = request.session.session_key if request is not None else None
    if session_key:
        lock_session(session_key=session_key, at=timezone.now(), why="signed_out")


def _login_changed(user: Any = None, **_words: Any) -> None:
    member = Member.objects.filter(user=user).first()
    if member is not None:
        lock_everywhere(member=member, at=timezone.now(), why="login_changed")


def _left(member: Member, *, by: str, at: datetime, for_good: bool) -> None:
    lock_everywhere(member=member, at=at, why="left")


def connect() -> None:
    """Begin to listen."""
    user_logged_out.connect(_signed_out, dispatch_uid="disclosure lock")
    for signal in (password_changed, password_reset, password_set, authenticator_removed, authenticator_reset):
        signal.connect(_login_changed, dispatch_uid="disclosure lock")
    on_leave(_left)
