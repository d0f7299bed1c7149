"""Foreign keys run the way imports do, and migrations say what the models say."""

import io

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey

# the house from the ground up: a row may point at its own floor or below
FLOORS = [
    {"contenttypes", "django_q"},
    {"audit", "vault", "places", "limits"},
    {"outbox"},
    {"retention"},
    {"accounts", "auth"},
    {"account", "mfa"},
    {"disclosure"},
    {"shell"},
    {"donations", "offers"},
    {"api", "oauth2_provider"},
    {"front", "demo"},
]
# these stand on one floor and do not know each other
APART = {"donations", "offers", "audit", "vault", "places", "limits"}


def _floor(label: str) -> int:
    """The floor an app stands on; a new app must be given one."""
    return next(number for number, labels in enumerate(FLOORS) if label in labels)


def test_foreign_keys_point_downwards() -> None:
    upwards = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey):
                continue
            here, there = model._meta.app_label, field.related_model._meta.app_label
            if _floor(there) > _floor(here) or (here != there and {here, there} <= APART):
                upwards.append(f"{model.__name__}.{field.name} → {there}")
    assert upwards == []


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    words = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=words)
    assert "No changes detected" in words.getvalue()


def test_migrations_are_named_by_hand() -> None:
    from tests.architecture.tree import sources

    assert [p.name for p in sources() if p.parent.name == "migrations" and "_auto_" in p.name] == []
