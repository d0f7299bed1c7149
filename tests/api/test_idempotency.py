"""Keys: one effect for one key, whatever happens in between."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections, transaction
from django.http import HttpResponse
from django.utils import timezone

from api.errors.problem import Problem
from api.idempotency.cleaning import forget_old_answers
from api.idempotency.keys import Key
from api.idempotency.leased import leased
from api.idempotency.models import IdempotencyKey
from api.idempotency.once import once
from donations.funds.models import Fund
from kernel.accounts.models import Organisation
from tests.api.clients import Partner, api_client
from tests.factories.donations import make_donation, make_fund
from tests.factories.organisations import make_partner

pytestmark = pytest.mark.django_db
PATH = "/api/v1/donations"


def key(organisation: Organisation, name: str = "key", request: str = "request") -> Key:
    return Key(organisation, name, request)


def effect() -> HttpResponse:
    fund = make_fund()
    return HttpResponse(fund.pk, status=201, headers={"Location": f"/{fund.pk}", "ETag": '"a"', "X-Other": "no"})


def test_it_keeps_answer_status_location_and_etag() -> None:
    mine, at = key(make_partner()), timezone.now()
    first, second = once(mine, effect, at=at), once(mine, effect, at=at)
    assert (second.status_code, second.content) == (201, first.content)
    assert [second.get(name) for name in ("Location", "ETag", "X-Other", "Idempotent-Replayed")] == [
        first["Location"],
        '"a"',
        None,
        "true",
    ]
    assert Fund.objects.count() == 1


def test_it_keeps_no_answer_in_clear() -> None:
    answer = once(key(make_partner()), effect, at=timezone.now())
    assert answer.content not in bytes(IdempotencyKey.objects.get().sealed or b"")


def test_it_refuses_another_request_under_the_key() -> None:
    organisation, at = make_partner(), timezone.now()
    once(key(organisation), effect, at=at)
    with pytest.raises(Problem) as refused:
        once(key(organisation, request="another"), effect, at=at)
    assert (refused.value.status, refused.value.code) == (422, "idempotency_key_reused")


def test_it_keeps_the_keys_of_organisations_apart() -> None:
    at = timezone.now()
    once(key(make_partner()), effect, at=at)
    assert "Idempotent-Replayed" not in once(key(make_partner()), effect, at=at)


def test_it_undoes_the_key_with_the_effect() -> None:
    def failing() -> HttpResponse:
        effect()
        raise Problem(400, "no", "No.")

    mine = key(make_partner())
    with pytest.raises(Problem):
        once(mine, failing, at=timezone.now())
    assert not Fund.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert once(mine, effect, at=timezone.now()).status_code == 201


def test_it_frees_a_key_after_a_day() -> None:
    mine, at = key(make_partner()), timezone.now()
    once(mine, effect, at=at)
    assert "Idempotent-Replayed" in once(mine, effect, at=at + timedelta(hours=23))
    assert "Idempotent-Replayed" not in once(mine, effect, at=at + timedelta(hours=24))


def test_it_forgets_answers_after_a_day() -> None:
    once(key(make_partner()), effect, at=timezone.now())
    forget_old_answers()
    assert IdempotencyKey.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        forget_old_answers()
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_does_a_thing_once_for_eight_at_a_time() -> None:
    organisation = make_partner()
    answers: list[HttpResponse] = []
    failures: list[Exception] = []
    start = threading.Barrier(8)

    def caller() -> None:
        start.wait()
        try:
            answers.append(once(key(organisation), effect, at=timezone.now()))
        except Exception as exc:  # told below, in the test's own thread
            failures.append(exc)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=caller) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 7
    assert Fund.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_tells_a_repeat_that_has_waited_too_long_to_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.idempotency.once.WAIT", "'100ms'")
    organisation = make_partner()
    told: list[str] = []

    def repeat() -> None:
        try:
            once(key(organisation), effect, at=timezone.now())
        except Problem as problem:
            told.extend([problem.code, problem.headers["Retry-After"]])
        finally:
            connections.close_all()

    def slow() -> HttpResponse:
        second = threading.Thread(target=repeat)
        second.start()
        second.join()
        return effect()

    assert once(key(organisation), slow, at=timezone.now()).status_code == 201
    assert told == ["in_progress", "1"]
    assert Fund.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_finishes_outside_any_transaction_and_goes_on_after_a_failure() -> None:
    mine, at = key(make_partner()), timezone.now()
    begun: list[str] = []

    def begin() -> str:
        begun.append(make_fund().pk)
        return begun[-1]

    def failing(pk: str) -> HttpResponse:
        raise ConnectionError

    def finish(pk: str) -> HttpResponse:
        assert not transaction.get_connection().in_atomic_block
        return HttpResponse(pk, status=201)

    with pytest.raises(ConnectionError):
        leased(mine, begin=begin, finish=failing, at=at)
    later = timezone.now()
    first = leased(mine, begin=begin, finish=finish, at=later)
    second = leased(mine, begin=begin, finish=finish, at=later)
    assert first.content == second.content == begun[0].encode()
    assert second["Idempotent-Replayed"] == "true"
    assert len(begun) == Fund.objects.count() == 1


def test_it_lets_the_one_who_took_over_a_lease_answer() -> None:
    mine, at = key(make_partner()), timezone.now()

    def slow(pk: str) -> HttpResponse:
        taken = leased(
            mine, begin=lambda: "", finish=lambda pk: HttpResponse("taken over"), at=at + timedelta(seconds=61)
        )
        assert taken.content == b"taken over"
        return HttpResponse("too late")

    with pytest.raises(Problem) as refused:
        leased(mine, begin=lambda: make_fund().pk, finish=slow, at=at)
    assert refused.value.code == "in_progress"
    assert leased(mine, begin=lambda: "", finish=slow, at=at).content == b"taken over"


@pytest.fixture
def partner() -> Partner:
    return api_client()


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "idempotency_key_required"),
        ("", "idempotency_key_invalid"),
        ('""', "idempotency_key_invalid"),
        ("x" * 256, "idempotency_key_invalid"),
        ("é", "idempotency_key_invalid"),
        ("a\tb", "idempotency_key_invalid"),
    ],
)
def test_it_wants_a_key_it_can_keep(partner: Partner, header: str | None, code: str) -> None:
    headers: Any = {} if header is None else {"Idempotency-Key": header}
    answer = partner.post(PATH, {}, format="json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["errors"][0]["attr"] == "Idempotency-Key"


def test_it_takes_255_characters_quoted(partner: Partner) -> None:
    answer = partner.create(PATH, {}, key=f'"{"x" * 255}"')
    assert "Idempotency-Key" not in {error["attr"] for error in answer.json()["errors"]}


def test_it_keeps_neither_key_nor_request_in_clear(partner: Partner) -> None:
    donation = make_donation(organisation=partner.organisation, by=partner.registered.actor)
    partner.create(f"{PATH}/{donation.pk}/refunds", {"reason": "duplicate"}, key="somebody@example.org")
    assert "somebody" not in repr(list(IdempotencyKey.objects.values()))
