"""Every table says how long its rows stay."""

from django.apps import apps

from kernel.retention.registry import CLASSES
from waystation.backups.tables import ALWAYS, BLANK_IN_LONG, FULL_ONLY, NEVER


def _tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {"django_migrations"}


def test_every_table_stands_in_a_class_of_retention() -> None:
    named = {table for one in CLASSES.values() for table in one.tables}
    missing = sorted(_tables() - named)
    assert not missing, f"say in the app's retention_classes.py how long rows stay in: {', '.join(missing)}"


def test_no_class_names_a_table_that_is_gone() -> None:
    gone = {table for one in CLASSES.values() for table in one.tables} - _tables()
    assert gone <= {"oauth2_provider_devicegrant"}


def test_every_table_says_into_which_backups_it_goes() -> None:
    placed = [*ALWAYS, *FULL_ONLY, *NEVER]
    assert len(placed) == len(set(placed))
    missing = sorted(_tables() - set(placed))
    assert not missing, f"say in waystation/backups/tables.py which backups hold: {', '.join(missing)}"


def test_no_backup_names_a_table_that_is_gone() -> None:
    assert {*ALWAYS, *FULL_ONLY, *NEVER, *BLANK_IN_LONG} - _tables() <= {"oauth2_provider_devicegrant"}
