"""Killing a deed at each of its statements: whatever the moment, all of it is there or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection

APPS = ("offers", "audit", "outbox", "vault")


class Killed(Exception):
    """The process died here."""


@contextmanager
def _dying_before(number: int) -> Iterator[list[str]]:
    """Let `number` statements through and die at the next; what follows undoes things, as the database would."""
    seen: list[str] = []
    dead: list[bool] = []

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        marks = sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))  # a test's stand-ins for begin and commit
        if len(seen) == number and not dead and not marks:
            dead.append(True)
            raise Killed
        if not dead and not marks:
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield seen


def everything() -> dict[str, list[Any]]:
    """Return every row of the tables in which a deed writes."""
    models = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    return {model._meta.db_table: list(model._base_manager.order_by("pk").values_list()) for model in models}


def killed_at_each_statement(deed: Callable[[], object]) -> int:
    """Die at each statement of `deed` in turn and see that nothing has changed; then do it. Return the statements."""
    before, number = everything(), 0
    while True:
        with _dying_before(number) as seen:
            try:
                deed()
            except Killed:
                died = True
            else:
                died = False
        if not died:
            assert everything() != before, "a deed that changes nothing cannot be half done"
            return len(seen)
        after = everything()
        changed = [table for table, rows in after.items() if rows != before[table]]
        assert not changed, f"killed after {number} statements ({seen[-1:]}): {changed} changed by half"
        number += 1
