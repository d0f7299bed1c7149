"""Every route of the URLconf, by its name."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


def _walk(patterns: list[URLPattern | URLResolver], route: str, space: str) -> Iterator[tuple[str, str, Any]]:
    for entry in patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry.url_patterns, here, inner)
        else:
            yield (f"{space}{entry.name}" if entry.name else here), here, entry.callback


def routes() -> dict[str, str]:
    """Return {name, or the route itself where it has none: route}; names may carry namespaces."""
    return {name: route for name, route, _view in _walk(get_resolver().url_patterns, "", "")}


def views() -> dict[str, Any]:
    """Return {name, or the route itself where it has none: what answers there}."""
    return {name: view for name, _route, view in _walk(get_resolver().url_patterns, "", "")}
