"""Numbers without a gap, on both databases: many at once, and processes that die in between."""

import threading

import pytest
from django.db import connections
from django.utils import timezone

from donations.models import Donation, Receipt
from donations.receipts.issuing import bring_in_line
from tests.factories.receipts import make_issuer, make_wished
from tests.kills import KILLED, Nursery

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 8


def issue(donation: str) -> None:
    """What the worker does for one gift."""
    bring_in_line(Donation.objects.get(pk=donation), at=timezone.now())


def numbers() -> list[int]:
    return list(Receipt.objects.order_by("number").values_list("number", flat=True))


def issue_at_once(how_many: int) -> list[Exception]:
    """Issue receipts for so many gifts from eight workers, each gift by two of them; return what went wrong."""
    make_issuer()
    gifts = [make_wished().pk for _ in range(how_many)]
    barrier, errors = threading.Barrier(WORKERS), []

    def work(number: int) -> None:
        try:
            barrier.wait()
            mine = gifts[number % (WORKERS // 2) :: WORKERS // 2]
            for gift in mine if number < WORKERS // 2 else reversed(mine):
                issue(gift)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_receipts_that_are_issued_at_once_are_numbered_one_after_the_other() -> None:
    assert issue_at_once(12) == []
    assert numbers() == list(range(1, 13))


@pytest.mark.chaos
def test_a_hundred_receipts_that_are_issued_at_once_are_numbered_one_after_the_other() -> None:
    assert issue_at_once(100) == []
    assert numbers() == list(range(1, 101))


def issue_and_die(statements: list[int]) -> list[int]:
    """Have a process die at each of these statements while it issues, and issue again; return how each ended."""
    make_issuer()
    endings = []
    with Nursery() as nursery:
        for number, statement in enumerate(statements, start=1):
            gift = make_wished().pk
            endings.append(nursery.do(f"{__name__}:issue", at_statement=statement, donation=gift))
            issue(gift)
            assert numbers() == list(range(1, number + 1))
    return endings


def test_a_process_that_dies_while_it_issues_leaves_no_gap_and_the_next_one_issues() -> None:
    assert issue_and_die([9, 12]) == [KILLED, KILLED]


@pytest.mark.chaos
def test_a_process_that_dies_at_any_statement_leaves_no_gap_and_the_next_one_issues() -> None:
    endings = issue_and_die(list(range(1, 26)))
    assert endings[0] == KILLED
    assert endings[-1] == 0, "all of its statements were tried"
