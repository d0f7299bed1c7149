"""Every route of the URLconf, by its name."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def _walk(patterns: list[URLPattern | URLResolver], route: str, space: str) -> Iterator[tuple[str, str]]:
    for entry in patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry.url_patterns, here, inner)
        else:
            yield (f"{space}{entry.name}" if entry.name else here), here


def routes() -> dict[str, str]:
    """Return {name, or the route itself where it has none: route}; names may carry namespaces."""
    return dict(_walk(get_resolver().url_patterns, "", ""))
