"""Last strokes on the schema, once all operations stand."""

from typing import Any

from api.bulk import MOST_ROWS
from api.schema.walk import every_object

_PRINTABLE = {"type": "string", "pattern": "^[ -~]*$"}
TOKEN_PATH = {
    "post": {
        "operationId": "create_token",
        "summary": "Get an access token",
        "description": "Client credentials (RFC 6749, section 4.4). A token lives 900 seconds.",
        "tags": ["oauth"],
        "security": [{"clientBasic": []}, {}],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["grant_type"],
                        "properties": {
                            "grant_type": {"type": "string", "enum": ["client_credentials"]},
                            "scope": {**_PRINTABLE, "description": "Some of the client's scopes; none: all."},
                            "client_id": _PRINTABLE,
                            "client_secret": _PRINTABLE,
                        },
                    }
                }
            },
        },
        "responses": {
            "200": {
                "description": "A bearer token.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Token"}}},
            },
            "default": {
                "description": "An error of RFC 6749, section 5.2.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/TokenError"}}},
            },
        },
    }
}
TOKEN_SCHEMAS = {
    "Token": {
        "type": "object",
        "required": ["access_token", "expires_in", "token_type", "scope"],
        "properties": {
            "access_token": {"type": "string"},
            "expires_in": {"type": "integer"},
            "token_type": {"type": "string"},
            "scope": {"type": "string"},
        },
    },
    "TokenError": {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
    },
}


def add_token_endpoint(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Describe `/oauth/token/`, which is no view of the framework's, and how a client shows who it is there."""
    result["paths"]["/oauth/token/"] = TOKEN_PATH
    parts = result.setdefault("components", {})
    parts.setdefault("schemas", {}).update(TOKEN_SCHEMAS)
    parts.setdefault("securitySchemes", {})["clientBasic"] = {"type": "http", "scheme": "basic"}
    return result


def type_bulk_rows(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Say of a bulk request that its rows are bodies of the collection it belongs to."""
    for path, operations in result["paths"].items():
        if path.endswith("/bulk"):
            content = operations["post"]["requestBody"]["content"]["application/json"]
            row = result["paths"][path.removesuffix("/bulk")]["post"]["requestBody"]["content"]["application/json"]
            rows = {"type": "array", "items": row["schema"], "minItems": 1, "maxItems": MOST_ROWS}
            content["schema"] = {"type": "object", "required": ["rows"], "properties": {"rows": rows}}
    result["components"]["schemas"].pop("BulkIn", None)
    return result


def close_bodies(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Say aloud that a request body takes no member it does not declare: the serializers refuse them."""
    for operations in result["paths"].values():
        for operation in operations.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                for found in every_object(media["schema"], result["components"]["schemas"]):
                    found.setdefault("additionalProperties", False)
    return result


def only_ours(endpoints: list[Any]) -> list[Any]:
    """Keep the operations of the API and of the directory; the schema does not describe itself."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(("/api/v1/", "/hsds/"))]
