"""What the login library does to second factors and passwords, followed in the same transaction.

Its rows say it: they change inside the deed, whoever does it, while its signals come after the commit or not at all.
"""

from typing import Any

from allauth.account.signals import password_changed
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.db.models.signals import post_delete, post_save

from kernel import audit
from kernel.accounts.sessions.ending import begin, end_sessions


def connect() -> None:
    """Follow what happens to logins from now on."""
    post_save.connect(_added, sender=Authenticator, dispatch_uid="factor added")
    post_delete.connect(_removed, sender=Authenticator, dispatch_uid="factor removed")
    password_changed.connect(_password_changed, dispatch_uid="password changed")
    user_logged_in.connect(begin, dispatch_uid="session begun")


def _added(sender: Any, instance: Authenticator, created: bool, **kwargs: Any) -> None:
    if created:
        _changed(instance, "login.factor_added")


def _removed(sender: Any, instance: Authenticator, **kwargs: Any) -> None:
    _changed(instance, "login.factor_removed")


def _changed(factor: Authenticator, action: str) -> None:
    """Write it down, and end every other session of its owner."""
    end_sessions(factor.user_id, but=_own_session(factor.user_id))
    audit.record(_doer(), action, f"user:{factor.user_id}", reason=str(factor.type))


def _password_changed(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    end_sessions(user.pk, but=request.session)
    audit.record(user.actor, "login.password_changed", user.actor)


def _own_session(user_id: int) -> SessionBase | None:
    """The session in which the owner is doing this, if it is the owner who does it."""
    request = context.request
    if request is None or request.user.pk != user_id:
        return None
    session: SessionBase = request.session
    return session


def _doer() -> str:
    request = context.request
    return str(request.user.actor) if request is not None and request.user.is_authenticated else "system"
