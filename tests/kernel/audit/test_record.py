"""`audit.record`: who did what to which id."""

import pytest
from django.db import transaction

from kernel import audit
from kernel.audit.models import AuditEntry, AuditUnsealed

pytestmark = pytest.mark.django_db


def test_it_keeps_ids_and_field_names() -> None:
    entry = audit.record("user:7", "pledge.edited", "pl_abc", reason="typo", fields=["country", "availability"])
    entry.refresh_from_db()
    assert (entry.actor, entry.action, entry.object_id, entry.reason) == ("user:7", "pledge.edited", "pl_abc", "typo")
    assert entry.fields == ["country", "availability"]
    assert entry.at.tzinfo is not None
    assert AuditUnsealed.objects.filter(entry=entry).exists()


@pytest.mark.parametrize(
    "words",
    [
        {"actor": "someone@example.org"},
        {"object_id": "Some Person"},
        {"reason": "she told us that her brother is looking for her"},
        {"reason": "+49301234567 "},
        {"fields": ["email: someone@example.org"]},
        {"actor": ""},
        {"actor": "anna"},
        {"actor": "49301234567"},
        {"actor": "someone:7"},
        {"actor": "user:anna.petrova"},
        {"actor": "user:7 "},
        {"object_id": "х" * 5},
        {"action": "a" * 81},
        {"action": "a\nb"},
    ],
)
def test_it_takes_no_value_and_does_not_repeat_it(words: dict[str, object]) -> None:
    value = next(iter(words.values()))
    with pytest.raises(ValueError, match="An audit") as caught:
        audit.record(**{"actor": "system", "action": "a", "object_id": "b", **words})  # type: ignore[arg-type]
    text = value[0] if isinstance(value, list) else str(value)
    assert not text or text not in str(caught.value)


def test_an_actor_without_an_id_is_none() -> None:
    with pytest.raises(ValueError, match="An audit actor is user:ID"):
        audit.record("user:", "a", "b")


@pytest.mark.parametrize("actor", ["system", "page", "user:7", "client:Ab-3_x", "provider:pl_abc"])
def test_it_takes_every_kind_of_actor(actor: str) -> None:
    assert audit.record(actor, "a.done", "b").actor == actor


def test_it_goes_with_its_deed() -> None:
    def refused_deed() -> None:
        with transaction.atomic():
            audit.record("system", "a", "b")
            raise LookupError

    with pytest.raises(LookupError):
        refused_deed()
    assert not AuditEntry.objects.exists()
    assert not AuditUnsealed.objects.exists()


def test_it_writes_one_deed_done_to_many_in_two_statements(django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        entries = audit.record_each("system", "donation.paid", [f"dn_{number}" for number in range(20)])
    assert [entry.object_id for entry in entries] == [f"dn_{number}" for number in range(20)]
    assert AuditUnsealed.objects.filter(entry__in=entries).count() == 20
    with pytest.raises(ValueError, match="object id"), transaction.atomic():
        audit.record_each("system", "donation.paid", ["dn_1", "Some Person"])
    assert AuditEntry.objects.count() == 20
