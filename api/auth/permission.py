"""May this client do that? Asked after who it is, and before whether the thing exists."""

from typing import Any

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.auth.principal import Principal
from api.errors.problem import Problem


class HasScope(BasePermission):
    """Lets in whoever carries the scope that the resource declares for the action; a scope of "" lets in anyone."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True, or raise NotAuthenticated (401) or Problem `insufficient_scope` (403)."""
        action = getattr(view, "action", None)
        if action in (None, "metadata"):  # no such method here, and OPTIONS tells nothing: 405 for anyone
            return True
        scope = view.scopes[action]
        if not scope:
            return True
        if not isinstance(request.user, Principal):
            raise NotAuthenticated("Send an access token: Authorization: Bearer …", code="not_authenticated")
        if not request.user.may(scope):
            raise Problem(
                403,
                "insufficient_scope",
                f"This takes the scope {scope}, which the token does not carry.",
                headers={"WWW-Authenticate": f'Bearer realm="api", error="insufficient_scope", scope="{scope}"'},
                scope=scope,
            )
        return True
