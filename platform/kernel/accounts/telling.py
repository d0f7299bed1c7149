"""Every sign-in, good or refused, in the trail: by whose login and by what, never from where.

An address nobody has leaves an entry like any other, so that the time an answer takes tells nothing.
"""

from typing import Any

from allauth.account.signals import user_logged_in

from kernel import audit
from kernel.accounts.users import User

NOBODY = "login:unknown"


def connect() -> None:
    """Write down who signs in from now on."""
    user_logged_in.connect(_signed_in, dispatch_uid="sign-in told")


def _signed_in(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    methods = request.session.get("account_authentication_methods", [])
    words = [str(method.get("type") or method.get("method")) for method in methods]
    audit.record(user.actor, "login.signed_in", user.actor, reason=".".join(words))


def refused(email: str) -> None:
    """Write down that a password was refused."""
    user = User.objects.filter(email=email.strip().lower()).only("pk").first()
    audit.record("page", "login.refused", user.actor if user else NOBODY, reason="password")


def code_refused(user: User) -> None:
    """Write down that a one-time or recovery code was refused."""
    audit.record("page", "login.refused", user.actor, reason="code")
