"""What the sandbox relies on in the SDK, put so that two releases can be compared: parameters of each route, fields of
each kind of object, and the types of events.
"""

import hashlib
import json
import types
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from stripe import StripeObject
from typing_extensions import is_typeddict

from donations.gateway.sandbox.params import fields_of
from donations.gateway.sandbox.routes import ROUTES
from tests.donations.gateway.shapes import RESOURCES, annotations

PINNED = Path(__file__).with_name("contract.json")


def of_today() -> dict[str, dict[str, Any]]:
    """Return `names`, as a person reads them, and a `digest` of all that lies below, for each route and kind."""
    routes = {f"{one.method} {one.path}": _params(one.spec) for one in ROUTES}
    kinds = {kind: _resource(resource) for kind, resource in RESOURCES.items()}
    return dict(sorted({**routes, **kinds}.items()))


def differences(pinned: dict[str, Any], today: dict[str, Any]) -> list[str]:
    """Return what moved, one line each."""
    lines = [f"{name}: the sandbox no longer has it" for name in pinned.keys() - today.keys()]
    for name, found in today.items():
        before = pinned.get(name)
        if before is None:
            lines.append(f"{name}: new, not pinned yet")
        elif before != found:
            gone, come = set(before["names"]) - set(found["names"]), set(found["names"]) - set(before["names"])
            lines.append(f"{name}: gone {sorted(gone)}, come {sorted(come)}, or something below has changed")
    return sorted(lines)


def _params(spec: type) -> dict[str, Any]:
    return {"names": sorted(fields_of(spec)), "digest": _digest(_typed(spec, ()))}


def _resource(resource: type[StripeObject]) -> dict[str, Any]:
    return {"names": sorted(annotations(resource)), "digest": _digest(_typed(resource, ()))}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _typed(hint: Any, above: tuple[Any, ...]) -> str:
    """Write a type out, as deep as it goes; one inside itself is named."""
    if hint in above:
        return "…"
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return "|".join(sorted(_typed(one, above) for one in get_args(hint)))
    if origin is not None:
        return f"{getattr(origin, '__name__', origin)}[{','.join(_typed(one, above) for one in get_args(hint))}]"
    if isinstance(hint, type) and is_typeddict(hint):
        inside = {
            name: f"{_typed(one, (*above, hint))}{'!' * needed}" for name, (one, needed) in fields_of(hint).items()
        }
        return str(sorted(inside.items()))
    if isinstance(hint, type) and issubclass(hint, StripeObject):
        if above and hint in RESOURCES.values():
            return hint.__name__
        inside = {name: _typed(one, (*above, hint)) for name, one in annotations(hint).items()}
        return str(sorted(inside.items()))
    return str(getattr(hint, "__forward_arg__", None) or getattr(hint, "__name__", hint))


if __name__ == "__main__":
    PINNED.write_text(json.dumps(of_today(), indent=1) + "\n")
