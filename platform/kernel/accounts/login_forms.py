"""The library's forms for a second factor; a recovery code is written down in the transaction that spends it."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.db import transaction

from kernel import audit


class _Written:
    """Mixed into a form that takes a code: app and recovery codes alike."""

    user: Any
    authenticator: Authenticator

    @transaction.atomic
    def clean_code(self) -> str:
        """Return the code if it is good. Raises ValidationError, in the words of the page."""
        code: str = super().clean_code()  # type: ignore[misc] # the library's form has it
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            audit.record(self.user.actor, "login.recovery_code_used", self.user.actor)
        return code


class CodeForm(_Written, AuthenticateForm):  # type: ignore[misc] # allauth ships no types
    """Asked for while signing in."""


class CodeAgainForm(_Written, ReauthenticateForm):  # type: ignore[misc] # allauth ships no types
    """Asked for once more, before something that matters."""
