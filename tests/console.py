"""A member at the console: signed in, with a second factor."""

from kernel.accounts.models import Member
from tests.guard import StrictClient


def console_client(member: Member, *, second_factor: bool = True) -> StrictClient:
    """Return a browser in which `member` has signed in, with the second factor unless told otherwise."""
    browser = StrictClient()
    browser.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    if second_factor:
        session = browser.session
        session["account_authentication_methods"] = [{"method": "password"}, {"method": "mfa", "type": "totp"}]
        session.save()
    return browser
