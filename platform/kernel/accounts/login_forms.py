"""The library's forms for a second factor: tries are counted in our own way, and a recovery code's use written down."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction

from kernel import audit
from kernel.accounts import telling
from kernel.accounts.lockout.counting import begin_code


class _Counted:
    """Mixed into a form that takes a code: app and recovery codes alike."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Return the code if it is good. Raises ValidationError, in the words of the page."""
        counted = begin_code(context.request, self.user)
        if counted is None:
            raise get_adapter().validation_error("too_many_login_attempts")
        try:
            code = self._spent()
        except ValidationError:
            telling.code_refused(self.user)
            raise
        counted.succeeded()
        return code

    @transaction.atomic
    def _spent(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc] # the library's form has it
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            audit.record(self.user.actor, "login.recovery_code_used", self.user.actor)
        return code


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc] # allauth ships no types
    """Asked for while signing in."""


class CodeAgainForm(_Counted, ReauthenticateForm):  # type: ignore[misc] # allauth ships no types
    """Asked for once more, before something that matters."""
