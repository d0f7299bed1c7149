"""What the application may do with each table, where it does not own them: read off the models.

A model that says `written_once = True` is one whose rows stay as they were written: the application may read and add.
`changed_once` names columns it may still set; of the ledger a trigger keeps that it happens once. `goes_with_its_draft`
is said by a history whose rows may be taken away together with a draft that nobody submitted, and never changed.
`emptied_whole` is said by a table that the application may truncate, so that nothing of its rows is left in the file.
"""

from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

CACHE = "django.core.cache.backends.db.DatabaseCache"
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Rights:
    """What may be done with one table: the verbs, and the columns of which alone UPDATE is said."""

    verbs: tuple[str, ...]
    columns: tuple[str, ...] = ()


def _of(model: type[Model]) -> Rights:
    if not getattr(model, "written_once", False):
        return Rights((*ALL, "TRUNCATE") if getattr(model, "emptied_whole", False) else ALL)
    taken = ("DELETE",) if getattr(model, "goes_with_its_draft", False) else ()
    return Rights(("SELECT", "INSERT", *taken), tuple(getattr(model, "changed_once", ())))


def rights_by_table() -> dict[str, Rights]:
    """Return what the application needs, by table. A table that is not in it is none of the application's."""
    caches = [str(cache["LOCATION"]) for cache in settings.CACHES.values() if cache["BACKEND"] == CACHE]
    rights = {table: Rights(ALL) for table in caches}
    rights[MigrationRecorder.Migration._meta.db_table] = Rights(("SELECT",))
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        rights[model._meta.db_table] = _of(model)
    return dict(sorted(rights.items()))
