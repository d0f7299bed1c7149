"""Killing a deed at each of its statements: whatever the moment, all of it is there or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.apps import apps
from django.db import connection, transaction

APPS = ("offers", "audit", "outbox", "vault")
OF_MONEY = ("donations", "audit", "outbox")


class Killed(BaseException):
    """The process died here: no `except Exception` may catch it."""


NEVER = -1
WRITES = ("INSERT", "UPDATE", "DELETE")
Deed = Callable[[], object]
MARKS = ("SAVEPOINT", "RELEASE", "ROLLBACK")  # a test's stand-ins for begin and commit


@contextmanager
def dying_before(number: int, *, writes_alone: bool = False) -> Iterator[list[str]]:
    """Let `number` statements through and die at the next; what follows undoes things, as the database would."""
    seen: list[str] = []
    dead: list[bool] = []

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        counts = sql.startswith(WRITES) if writes_alone else not sql.startswith(MARKS)
        if len(seen) == number and not dead and counts:
            dead.append(True)
            raise Killed
        if not dead and counts:
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield seen


def everything(of: tuple[str, ...] = APPS) -> dict[str, list[Any]]:
    """Return every row of the tables in which a deed writes."""
    models = [model for app in of for model in apps.get_app_config(app).get_models()]
    return {model._meta.db_table: list(model._base_manager.order_by("pk").values_list()) for model in models}


def killed_at_each_statement(deed: Callable[[], object]) -> int:
    """Die at each statement of `deed` in turn and see that nothing has changed; then do it. Return the statements."""
    before, number = everything(), 0
    while True:
        with dying_before(number) as seen:
            try:
                deed()
            except Killed:
                died = True
            else:
                died = False
        if not died:
            assert everything() != before, "a deed that changes nothing cannot be half done"
            return len(seen)
        _must_be_as(before, f"killed after {number} statements ({seen[-1:]})")
        number += 1


def killed_at_each_write(deed: Callable[[], object], of: tuple[str, ...] = APPS) -> int:
    """Die before each write of `deed` in turn, see that nothing of it stayed, then do it. Return the writes.

    Quicker than the one above: what any of these deaths had left behind would lie there still at the end.
    """
    before = everything(of)
    with transaction.atomic():
        with dying_before(NEVER, writes_alone=True) as seen:
            deed()
        transaction.set_rollback(True)
    for number in range(len(seen)):
        with dying_before(number, writes_alone=True), suppress(Killed):
            deed()
    _must_be_as(before, f"killed before each of {len(seen)} writes", of)
    deed()
    return len(seen)


def killed_between_any_two_statements(begin: Callable[[], tuple[Deed, Deed, Deed]]) -> int:
    """Die before each statement in turn of what `begin` returns first, run it anew, and see; return how many died."""
    number = 0
    while True:
        deed, again, see = begin()
        with dying_before(number):
            try:
                deed()
                died = False
            except Killed:
                died = True
        if died:
            again()
        see()
        if not died:
            return number
        number += 1


def _must_be_as(before: dict[str, list[Any]], when: str, of: tuple[str, ...] = APPS) -> None:
    changed = [table for table, rows in everything(of).items() if rows != before[table]]
    assert not changed, f"{when}: {changed} changed by half"
