"""The library's forms for passkeys, deaf to whatever is not an answer of a key."""

import binascii
import struct
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST = 16_000  # characters: an attestation takes a few thousand
NOT_GOOD = _("The key's answer was not good. Try again.")
# what the parsers of the library raise at made-up bytes
NONSENSE = (
    ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, AssertionError, RecursionError,
    struct.error, binascii.Error, InvalidSignature, UnsupportedAlgorithm,
)  # fmt: skip
Said = TypeVar("Said")


class KeyAnswer(forms.JSONField):
    """What a key answered: a JSON object of a bounded size."""

    widget = forms.HiddenInput

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Give nothing back to the page: an answer is good once."""
        return None

    def to_python(self, value: Any) -> Any:
        """Return the object. Raises ValidationError."""
        if isinstance(value, str) and len(value) > LONGEST:
            raise ValidationError(NOT_GOOD)
        try:
            answer = super().to_python(value)
        except RecursionError:
            raise ValidationError(NOT_GOOD) from None
        if answer is not None and not isinstance(answer, dict):
            raise ValidationError(NOT_GOOD)
        return answer


def _deaf(check: Callable[..., Said]) -> Callable[..., Said]:
    @wraps(check)
    def checked(self: Any) -> Said:
        try:
            return check(self)
        except ValidationError:
            raise
        except NONSENSE:
            raise ValidationError(NOT_GOOD) from None

    return checked


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc] # allauth ships no types
    """A new passkey; without a name it gets one."""

    name = forms.CharField(label=_("Name of the key"), max_length=40, required=False)
    credential = KeyAnswer()
    passwordless = None  # every passkey here asks for a PIN or a finger

    clean = _deaf(AddWebAuthnForm.clean)


class _Shown:
    """Mixed into the forms by which a passkey is shown."""

    clean_credential = _deaf(AuthenticateWebAuthnForm.clean_credential)


class PasskeyForm(_Shown, AuthenticateWebAuthnForm):  # type: ignore[misc] # allauth ships no types
    """A passkey after the password."""

    credential = KeyAnswer()


class PasskeyLoginForm(_Shown, LoginWebAuthnForm):  # type: ignore[misc] # allauth ships no types
    """A passkey in place of the password: it has asked for a PIN or a finger, so it is two factors."""

    credential = KeyAnswer()


class PasskeyAgainForm(_Shown, ReauthenticateWebAuthnForm):  # type: ignore[misc] # allauth ships no types
    """A passkey once more, before something that matters."""

    credential = KeyAnswer()
