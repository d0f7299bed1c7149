"""Rows as JSON and back, the same from either database."""

import base64
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models

from waystation.backups.tables import ALWAYS, FULL_ONLY

Model = type[models.Model]
BATCH = 500


def in_order() -> list[Model]:
    """Return every model that any backup holds, what is pointed at before what points to it."""
    held = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in ALWAYS | FULL_ONLY]
    left = {model: _points_at(model) for model in sorted(held, key=lambda one: one._meta.db_table)}
    ordered: list[Model] = []
    while left:
        ready = [model for model, targets in left.items() if not targets & set(left)]
        if not ready:
            raise ImproperlyConfigured("Tables in a backup point at each other in a circle.")
        ordered += ready
        left = {model: targets for model, targets in left.items() if model not in ready}
    return ordered


def _points_at(model: Model) -> set[Model]:
    targets = {field.related_model for field in model._meta.local_concrete_fields if field.is_relation}
    return {target for target in targets if isinstance(target, type)} - {model}


def columns_of(model: Model) -> list[str]:
    """Return the names of a model's own columns, as attributes."""
    return [field.attname for field in model._meta.local_concrete_fields]


def read(model: Model, using: str) -> Iterator[tuple[Any, ...]]:
    """Yield every row of a table as a tuple, in the order of keys, a few in memory at a time."""
    rows = model._base_manager.using(using).order_by("pk").values_list(*columns_of(model))
    yield from rows.iterator(chunk_size=BATCH)


def encoded(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, (bytes, memoryview)):
        return {"b": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (dict, list)):
        return {"j": value}
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def decoded(field: "models.Field[Any, Any]", value: Any) -> Any:
    """Return what `encoded` was given, as the field wants it. Raises ValidationError or ValueError for what is none."""
    if isinstance(value, dict):
        return value["j"] if "j" in value else base64.b64decode(value["b"], validate=True)
    return value if isinstance(field, models.JSONField) else field.to_python(value)


def as_line(value: Any) -> bytes:
    """Return one line of JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def insert(model: Model, rows: list[list[Any]], columns: list[str]) -> None:
    """Insert rows exactly as they were: no default, no clock, no signal has a say."""
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    made = [
        model(**{name: decoded(fields[name], value) for name, value in zip(columns, row, strict=True)}) for row in rows
    ]
    every = list(fields.values())
    size = max(1, connection.ops.bulk_batch_size(every, made))
    for start in range(0, len(made), size):
        model._base_manager.all()._insert(made[start : start + size], fields=every, raw=True)  # type: ignore[attr-defined]
