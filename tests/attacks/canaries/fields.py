"""Every field in which somebody may write freely, found in the house's forms and in the schema of the API."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Any

from django import forms

import api
import donations
import kernel
import offers
import waystation
from api.schema.views import described

PACKAGES = (waystation, kernel, donations, offers, api)
APART = ("donations.gateway.sandbox", "waystation.settings", "waystation.demo")
LIMITED = {"enum", "format", "pattern", "const"}


@cache
def _load() -> None:
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(APART) and ".migrations" not in module.name and "wsgi" not in module.name:
                importlib.import_module(module.name)


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def house_forms() -> list[type[Any]]:
    """Return every form class of the house; a sample that only shows the components, or a part of a form, is none."""
    _load()
    ours = tuple(package.__name__ for package in PACKAGES)
    found = {one for one in _below(forms.BaseForm) if one.__module__.split(".")[0] in ours}
    whole = {one for one in found if not one.__name__.endswith("Fields") and one.__module__ != "kernel.shell.style"}
    return sorted(whole, key=lambda one: one.__qualname__)


def free_fields() -> set[str]:
    """Return `Form.field` for every field of a form that takes text of one's own."""
    return {
        f"{form.__name__}.{name}"
        for form in house_forms()
        for name, field in form.base_fields.items()
        if isinstance(field, forms.CharField | forms.FileField | forms.JSONField)
    }


def field_names() -> list[str]:
    """Return the names of all fields of all forms."""
    return sorted({name for form in house_forms() for name in form.base_fields})


def _strings(schema: dict[str, Any], components: dict[str, Any], path: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = components[schema["$ref"].rsplit("/", 1)[-1]]
    for part in ("allOf", "oneOf", "anyOf"):
        for inner in schema.get(part, ()):
            yield from _strings(inner, components, path)
    types = schema.get("type", ())
    if "string" in ([types] if isinstance(types, str) else types) and not LIMITED & set(schema):
        yield path
    if "items" in schema:
        yield from _strings(schema["items"], components, path)
    for name, inner in schema.get("properties", {}).items():
        yield from _strings(inner, components, f"{path}.{name}" if path else name)


def free_members() -> set[str]:
    """Return `resource.member` for every string in a body of the API that is bound to no list, form or pattern."""
    schema = described()
    found = set()
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                names = _strings(content["schema"], schema["components"]["schemas"], "")
                found |= {f"{path.removeprefix('/api/v1')} {name}" for name in names}
    return found
