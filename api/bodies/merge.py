"""JSON Merge Patch, RFC 7396."""

from collections.abc import Mapping
from typing import Any


def merged(current: Any, patch: Any) -> Any:
    """Return `current` with `patch` merged in, as section 2 of RFC 7396 says; neither is changed."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(current) if isinstance(current, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def merged_members(current: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that `patch` names, each merged with what stands in `current`.

    A member set to null stays null: its field says whether it may be empty.
    """
    return {
        name: merged(current.get(name), value) if isinstance(value, Mapping) else value for name, value in patch.items()
    }
