"""Many rows in one request."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.idempotency.models import IdempotencyKey
from kernel.disclosure.models import GroupKeySeat, MemberKey
from kernel.vault.models import SealedRecord
from tests.api.clients import api_client
from tests.api.test_needs import body
from tests.api.test_pledges import example
from tests.factories.keys import make_group_keys, make_staff
from tests.factories.organisations import make_operator
from tests.kernel.vault.keys import open_with

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/v1/needs/bulk", "/api/v1/pledges/bulk"])
def test_it_asks_for_a_key_before_it_looks_at_the_rows(path: str) -> None:
    answer = api_client().post(path, {"rows": "none"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")


def test_it_repeats_the_whole_answer_under_its_key() -> None:
    caller = api_client(organisation=make_operator())
    rows = {"rows": [body(), body(kind="x")]}
    first = caller.create("/api/v1/needs/bulk", rows, key="one")
    again = caller.create("/api/v1/needs/bulk", rows, key="one")
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert IdempotencyKey.objects.count() == 1


def test_it_asks_for_trust_once_and_not_for_every_row() -> None:
    operator = make_operator()
    make_group_keys(operator)
    caller = api_client(organisation=operator)
    with CaptureQueriesContext(connection) as asked:
        answer = caller.create("/api/v1/pledges/bulk", {"rows": [example(), example(), example()]})
    assert [row["status"] for row in answer.json()["results"]] == [201, 201, 201]
    assert len([query for query in asked if "accounts_trustgrant" in query["sql"]]) == 1


def test_it_seals_with_public_keys_alone() -> None:
    """Nothing private is needed to take contacts in: with every private half gone, they are sealed all the same."""
    staff = make_staff(make_operator())
    MemberKey.objects.update(sealed_private_key=b"")
    GroupKeySeat.objects.update(sealed_private_key=b"")
    answer = api_client(organisation=staff.organisation).create(
        "/api/v1/pledges/bulk", {"rows": [example(), example()]}
    )
    assert [row["status"] for row in answer.json()["results"]] == [201, 201]
    records = list(SealedRecord.objects.all())
    assert len(records) == 2
    assert all(b"helper@example.org" in open_with(record, staff.group_a, staff.group_b) for record in records)
