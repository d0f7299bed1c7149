"""Who is asking: an organisation, through one of its clients, with the scopes of its token."""

from dataclasses import dataclass

from api.auth.models import Client
from kernel.accounts.models import Organisation


@dataclass(frozen=True, slots=True)
class Principal:
    """What `request.user` is behind a token. No person stands behind it."""

    organisation: Organisation
    client: Client
    scopes: frozenset[str]

    is_authenticated = True
    is_anonymous = False

    @property
    def actor(self) -> str:
        """The opaque word for this client in histories and the audit trail."""
        return self.client.actor

    def may(self, scope: str) -> bool:
        """Return whether the token carries this scope."""
        return scope in self.scopes
