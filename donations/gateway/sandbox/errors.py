"""Errors in Stripe's shape."""

from typing import Any


class ApiError(Exception):
    """An answer other than 2xx.

    `early` ones were refused before anything was tried: no idempotency key keeps them. What led to one that `happened`
    is not undone: a card that was declined has been tried.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str = "",
        param: str = "",
        decline_code: str = "",
        early: bool = False,
        happened: bool = False,
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.kind, self.code, self.param = message, status, kind, code, param
        self.decline_code, self.early, self.happened = decline_code, early, happened

    def body(self) -> dict[str, Any]:
        """Return Stripe's error object, without the keys that are empty."""
        facts = {"code": self.code, "message": self.message, "param": self.param, "type": self.kind}
        facts["decline_code"] = self.decline_code
        if self.code:
            facts["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        return {"error": {key: value for key, value in facts.items() if value}}


def unknown_parameter(path: str) -> ApiError:
    """A parameter this API version does not have, or has no longer."""
    return ApiError(f"Received unknown parameter: {path}", code="parameter_unknown", param=path, early=True)


def missing_parameter(path: str) -> ApiError:
    """A required parameter was not sent."""
    return ApiError(f"Missing required param: {path}.", code="parameter_missing", param=path, early=True)


def invalid(message: str, path: str, code: str = "") -> ApiError:
    """A parameter whose value cannot be taken."""
    return ApiError(message, code=code, param=path, early=True)


def no_such(kind: str, object_id: str, param: str = "id") -> ApiError:
    """No object of this kind has this id: 404 when it was asked for, 400 when a parameter names it."""
    status = 404 if param == "id" else 400
    return ApiError(f"No such {kind}: '{object_id}'", status=status, code="resource_missing", param=param)
