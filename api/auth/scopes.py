"""The words a client may be given, and what each lets it do."""

from collections.abc import Mapping
from typing import Any

from oauth2_provider.scopes import BaseScopes

from api.auth.models import Client

SCOPES = {
    "funds:read": "Read funds.",
    "donations:read": "Read donations this client's organisation started.",
    "donations:write": "Start donations.",
    "donations:refund": "Refund donations.",
    "pledges:read": "Read one's own pledges, and what they could serve.",
    "pledges:write": "Bring, change and withdraw pledges.",
    "needs:read": "Read one's own needs, and the board of published needs.",
    "needs:write": "Write, change and submit needs.",
    "matches:read": "Read candidates and matches.",
    "matches:write": "Propose, agree, accept and decline matches.",
    "matching:run": "Plan many matches at once.",
    "webhooks:read": "Read one's webhook endpoints and events.",
    "webhooks:write": "Set up webhook endpoints and send events again.",
}


class ClientScopes(BaseScopes):
    """A client may ask for the scopes two people gave it; asking for none asks for all of them."""

    def get_all_scopes(self) -> Mapping[str, str]:
        """Return every scope there is, with what it allows."""
        return SCOPES

    def get_available_scopes(self, application: Client | None = None, *args: Any, **kwargs: Any) -> list[str]:
        """Return what this client may ask for."""
        return sorted(set(application.scopes) & set(SCOPES)) if application else []

    def get_default_scopes(self, application: Client | None = None, *args: Any, **kwargs: Any) -> list[str]:
        """Return what a client gets that asks for nothing in particular."""
        return self.get_available_scopes(application)
