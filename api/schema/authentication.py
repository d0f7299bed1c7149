"""How a token is got, told to the schema."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from api.auth.scopes import SCOPES


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers the subclass
    """OAuth2 client credentials."""

    target_class = "api.auth.bearer.BearerAuthentication"
    name = "clientCredentials"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the flow, and every scope there is."""
        return {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/oauth/token/", "scopes": SCOPES}}}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        """Return the scope of this one operation."""
        scope = auto_schema.view.scopes.get(auto_schema.view.action, "")
        return {self.name: [scope] if scope else []}
