"""A member at the console: signed in, with a second factor."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import encrypt

from kernel.accounts.models import Member, User
from tests.guard import StrictClient

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_factor(user: User) -> Authenticator:
    """Return the person's authenticator app, made if need be; its secret is TOTP_SECRET."""
    factor, _ = Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": encrypt(TOTP_SECRET)}}
    )
    return factor


def console_client(member: Member, *, second_factor: bool = True) -> StrictClient:
    """Return a browser in which `member` has signed in, with the second factor unless told otherwise."""
    browser = StrictClient()
    factor = make_factor(member.user) if second_factor else None
    browser.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    if factor:
        session = browser.session
        session["account_authentication_methods"] = [
            {"method": "password"},
            {"method": "mfa", "type": factor.type, "id": factor.pk},
        ]
        session["account_authentication_methods_user"] = str(member.user.pk)
        session.save()
    return browser


def code_now() -> str:
    """Return the code that the second factor of `make_factor` shows now."""
    return str(format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30)))
