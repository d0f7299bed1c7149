"""Walking through a schema, references followed."""

from collections.abc import Iterator
from typing import Any


def every_object(schema: Any, components: dict[str, Any], seen: set[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield every schema with declared properties that `schema` is made of, each component once."""
    seen = set() if seen is None else seen
    if isinstance(schema, list):
        for part in schema:
            yield from every_object(part, components, seen)
        return
    if not isinstance(schema, dict):
        return
    if isinstance(ref := schema.get("$ref"), str):
        name = ref.rsplit("/", 1)[-1]
        if name not in seen:
            seen.add(name)
            yield from every_object(components[name], components, seen)
        return
    if "properties" in schema:
        yield schema
        yield from every_object(list(schema["properties"].values()), components, seen)
    for word in ("items", "allOf", "oneOf", "anyOf"):
        yield from every_object(schema.get(word), components, seen)
