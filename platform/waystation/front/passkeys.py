"""Adding a passkey. The library would make one that cannot sign in by itself."""

from typing import Any

from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView


class AddPasskey(AddWebAuthnView):  # type: ignore[misc] # allauth ships no types
    """Asks for a passkey that stays in the device and checks who holds it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Put the options for the browser on the page."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": auth.begin_registration(self.request.user, True)}
        return context
