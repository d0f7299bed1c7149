"""Reading JSON without a way to fail but 400."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON.")


class JsonBody(BaseParser):
    """UTF-8 JSON. Raises ParseError for anything else, for NaN and Infinity, and for nesting without end."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the parsed body."""
        try:
            text = (parser_context or {})["request"].body.decode()  # not the stream: this way its size is bounded
            return json.loads(text, parse_constant=_constant)
        except (ValueError, RecursionError):
            raise ParseError("The body is not JSON in UTF-8.") from None


class MergePatchBody(JsonBody):
    """The same, under the name of RFC 7396."""

    media_type = "application/merge-patch+json"
