"""Where a client gets its token: RFC 6749, client credentials, nothing else."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.views.base import TokenView

from api.auth.models import Client

_PRINTABLE = re.compile(r"[\x20-\x7e]*")


class ClientValidator(OAuth2Validator):
    """Looks up no client by a name that cannot be one: PostgreSQL fails on a NUL byte instead of finding nothing."""

    def _load_application(self, client_id: str | None, request: Any) -> Client | None:
        if not client_id or not _PRINTABLE.fullmatch(client_id):
            return None
        found: Client | None = super()._load_application(client_id, request)  # type: ignore[no-untyped-call] # the library is untyped
        return found


@method_decorator(csrf_exempt, name="dispatch")
class ClientTokenView(TokenView):
    """Answers `POST /oauth/token/` with a bearer token of 900 seconds. Errors are those of RFC 6749, section 5.2."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a token; 400 `invalid_request` for what could not be stored or compared."""
        if not all(_PRINTABLE.fullmatch(value) for values in dict(request.POST).values() for value in values):
            return JsonResponse(
                {"error": "invalid_request", "error_description": "Parameters are printable ASCII."},
                status=400,
                headers={"Cache-Control": "no-store"},
            )
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response
