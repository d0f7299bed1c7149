"""Requests checked against the SDK's own typed parameters, generated from the spec of exactly the pinned version."""

import re
import types
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints

from stripe import RequestOptions
from typing_extensions import is_typeddict

from donations.gateway.sandbox.errors import invalid, missing_parameter, unknown_parameter

_INTEGER = re.compile(r"^-?\d{1,18}$")
_DECIMAL = re.compile(r"^-?\d{1,12}(\.\d{1,12})?$")
_OPTIONS = frozenset(RequestOptions.__annotations__)
_OPTION_NAMES = {"Mapping": Mapping, "StripeContext": object}  # what the inherited options need to be evaluated
_MOST_KEYS, _LONGEST_KEY, _LONGEST_VALUE = 50, 40, 500


def checked(raw: Mapping[str, Any], spec: type, path: str = "") -> dict[str, Any]:
    """Return `raw` (nested strings) with the types of `spec`, a TypedDict of `stripe.params`. Raises ApiError."""
    hints = fields_of(spec)
    for name in raw:
        if name not in hints:
            raise unknown_parameter(_under(path, name))
    for name, (_, required) in hints.items():
        if required and name not in raw:
            raise missing_parameter(_under(path, name))
    return {name: _value(value, hints[name][0], _under(path, name)) for name, value in raw.items()}


@lru_cache(maxsize=256)
def fields_of(spec: type) -> dict[str, tuple[Any, bool]]:
    """Return each parameter's type and whether it is required; what the SDK keeps for itself is left out."""
    hints = get_type_hints(spec, localns=_OPTION_NAMES, include_extras=True)
    return {
        name: (get_args(hint)[0], False) if get_origin(hint) is NotRequired else (hint, True)
        for name, hint in hints.items()
        if name not in _OPTIONS
    }


def _under(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _branches(hint: Any) -> list[Any]:
    if get_origin(hint) in {Union, types.UnionType}:
        return [leaf for branch in get_args(hint) for leaf in _branches(branch)]
    return [hint]


def _value(raw: Any, hint: Any, path: str) -> Any:
    branches = _branches(hint)
    return _tree(raw, branches, path) if isinstance(raw, dict) else _leaf(raw, branches, path)


def _tree(raw: dict[str, Any], branches: list[Any], path: str) -> Any:
    for branch in branches:
        if is_typeddict(branch):
            return checked(raw, branch, path)
        if get_origin(branch) is list:
            (of,) = get_args(branch)
            if not all(index.isdigit() for index in raw):
                raise invalid("Invalid array", path)
            return [_value(raw[index], of, _under(path, index)) for index in sorted(raw, key=int)]
        if get_origin(branch) is dict:
            return _map(raw, get_args(branch)[1], path)
    raise invalid(f"Invalid string: {path} takes one value.", path)


def _map(raw: dict[str, Any], of: Any, path: str) -> dict[str, Any]:
    if len(raw) > _MOST_KEYS:
        raise invalid(f"Metadata can have up to {_MOST_KEYS} keys.", path)
    for key, value in raw.items():
        if len(key) > _LONGEST_KEY or (isinstance(value, str) and len(value) > _LONGEST_VALUE):
            raise invalid(
                f"Metadata keys have up to {_LONGEST_KEY} characters, values {_LONGEST_VALUE}.", _under(path, key)
            )
    # an empty value takes the key away, so it is a value here
    return {key: value if value == "" else _value(value, of, _under(path, key)) for key, value in raw.items()}


def _leaf(raw: str, branches: list[Any], path: str) -> Any:
    if Any in branches:  # a file: the SDK has no type for one
        return raw
    literals = [word for branch in branches if get_origin(branch) is Literal for word in get_args(branch)]
    words = [word for word in literals if word]
    if raw in literals:
        return raw
    if str in branches and not words:
        if raw == "":
            raise invalid(
                f"You passed an empty string for '{path}', which cannot be unset.", path, "parameter_invalid_empty"
            )
        return raw
    if bool in branches:
        return _boolean(raw, path)
    if int in branches:
        return _integer(raw, path)
    if float in branches or Decimal in branches:
        if not _DECIMAL.match(raw):
            raise invalid(f"Invalid decimal: {raw}", path)
        return raw
    if words:
        raise invalid(f"Invalid {path}: must be one of {', '.join(words)}", path)
    raise invalid("Invalid array" if any(get_origin(one) is list for one in branches) else "Invalid object", path)


def _boolean(raw: str, path: str) -> bool:
    if raw not in {"true", "false"}:
        raise invalid(f"Invalid boolean: {raw}", path)
    return raw == "true"


def _integer(raw: str, path: str) -> int:
    if not _INTEGER.match(raw):
        raise invalid(f"Invalid integer: {raw}", path, "parameter_invalid_integer")
    return int(raw)
