"""allauth, bent to the trust file: no sign-up, no address kept, one-time secrets encrypted."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kernel.accounts import telling
from kernel.accounts.lockout.counting import begin_password
from kernel.accounts.mfa import has_factor
from kernel.limits.visitors import visitor_word
from kernel.vault import kek


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Accounts are made by an administrator, never by a visitor."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: staff are invited."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return a word that tells clients apart for a day and cannot be turned back into an address."""
        return visitor_word(request, "sign in")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try of a password. Raises ValidationError while the next one has to wait."""
        self._counted = begin_password(request, credentials.get("email", ""))
        if self._counted is None:
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return whose password it is, or None; a good one takes its try back."""
        user = super().authenticate(request, **credentials)
        if user is None:
            telling.refused(credentials.get("email", ""))
        elif self._counted:
            self._counted.succeeded()
        return user

    def pre_login(self, request: HttpRequest, user: Any, **words: Any) -> HttpResponse | None:
        """Let in nobody who has no second factor: a password alone would let its finder set one up."""
        if not has_factor(user.pk):
            request.session.flush()
            return redirect("account_inactive")
        answer: HttpResponse | None = super().pre_login(request, user, **words)
        return answer


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """One-time-code secrets lie in the database under the server's key, bound to their purpose."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return what passkeys are bound to: the name this installation is reached by."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}

    def encrypt(self, text: str) -> str:
        """Return the secret encrypted under the newest server key."""
        return base64.b64encode(kek.encrypt(text.encode(), "mfa")).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret in clear."""
        return kek.decrypt(base64.b64decode(encrypted_text), "mfa").decode()
