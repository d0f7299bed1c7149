"""Health: what a supervisor reads."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from kernel import audit
from kernel.outbox.models import OutboxRow
from kernel.shell import health
from tests.guard import StrictClient


def test_it_lives_without_a_database(client: StrictClient) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.django_db
def test_it_is_ready_when_everything_holds(client: StrictClient) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["checks"] == {"database": "ok", "migrations": "ok", "worker": "ok", "audit": "ok"}
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_it_is_not_ready_while_the_worker_is_late(client: StrictClient) -> None:
    at = timezone.now() - health.LAG - timedelta(seconds=5)
    OutboxRow.objects.create(kind="test.late", object_id="x", created_at=at, due_at=at)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["worker"] == "late"


@pytest.mark.django_db
def test_it_is_not_ready_while_the_trail_is_not_sealed(client: StrictClient) -> None:
    audit.record("system", "thing.done", "th_1", at=timezone.now() - health.LAG - timedelta(seconds=5))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["audit"] == "late"
    audit.seal_pending()
    assert client.get("/readyz").json()["checks"]["audit"] == "ok"


@pytest.mark.django_db
def test_it_is_not_ready_while_a_migration_waits(client: StrictClient) -> None:
    health._complete.clear()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'outbox'")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] == "pending"
