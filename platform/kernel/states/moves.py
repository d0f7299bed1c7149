"""The table of moves and the one guarded change."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from kernel.states.refusal import IllegalMove


class Moves:
    """Which state may follow which. Values are the strings a row carries."""

    def __init__(self, table: Mapping[str, Iterable[str]]) -> None:
        self._table = {str(old): tuple(str(new) for new in news) for old, news in table.items()}

    def legal(self, state: str) -> tuple[str, ...]:
        """Return the states that may follow `state`; none if it is an end."""
        return self._table.get(str(state), ())

    def movable(self) -> tuple[str, ...]:
        """Return the states that are no end."""
        return tuple(state for state, news in self._table.items() if news)

    def check(self, *, old: str, new: str) -> None:
        """Raise Refusal `illegal_transition`, naming the state and what is legal, unless `old` may become `new`."""
        if str(new) in self.legal(old):
            return
        legal = self.legal(old)
        way_on = f"from here it can become {', '.join(legal)}" if legal else "nothing follows it"
        raise IllegalMove(f"This is {old} and cannot become {new}: {way_on}.", state=str(old), legal=list(legal))


class Movable(Protocol):
    """A row with a status, its table of moves, and a history of its own."""

    pk: Any
    status: Any
    moves: Moves

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved this from where to where, when and why."""


def move(thing: Any, *, to: str, by: str, at: datetime, why: str = "", also: Mapping[str, Any] | None = None) -> Any:
    """Move `thing` to state `to` by compare-and-swap, leave a history row, and return the thing.

    `by` is an opaque actor (`user:…`, `client:…`, `system`). `also` gives further column values written in the same
    UPDATE. Raises Refusal `illegal_transition` if the table forbids it, and the same if someone else was first.
    Must run inside the caller's transaction, so that the change and its history stand or fall together.
    """
    old, new = str(thing.status), str(to)
    thing.moves.check(old=old, new=new)
    values = {"status": new, "updated_at": at, **(also or {})}
    changed = type(thing)._default_manager.filter(pk=thing.pk, status=old).update(**values)
    if not changed:
        raise IllegalMove(f"Someone else changed this first: it is no longer {old}. Read it again.", state=old)
    for name, value in values.items():
        setattr(thing, name, value)
    thing.keep_history(old=old, new=new, by=by, at=at, why=why)
    return thing


def move_each(
    things: Sequence[Any],
    *,
    to: str,
    by: str,
    at: datetime,
    also: Mapping[str, Any] | None = None,
    each: Mapping[Any, Mapping[str, Any]] | None = None,
) -> None:
    """Move rows of one table to one state, all or none: one statement for all of them, and one for their history.

    As `move`, but called under the locks of all of them, and instead of `keep_history` a thing has `history_row`, which
    makes the row and does not save it. `each` gives values of one thing alone, by column by primary key, for which its
    manager has `write_each`. Raises Refusal `illegal_transition`; the caller's transaction then rolls back.
    """
    new, olds = str(to), [str(thing.status) for thing in things]
    for old in olds:
        things[0].moves.check(old=old, new=new)
    values = {"status": new, "updated_at": at, **(also or {})}
    there = type(things[0])._default_manager
    if each:
        changed = there.write_each({thing.pk: each[thing.pk] for thing in things}, same=values, among=set(olds))
    else:
        changed = there.filter(pk__in=[thing.pk for thing in things], status__in=set(olds)).update(**values)
    if changed != len(things):
        raise IllegalMove("Someone else changed one of these first. Read them again.")
    for thing in things:
        for name, value in {**values, **(each[thing.pk] if each else {})}.items():
            setattr(thing, name, value)
    history = [thing.history_row(old=old, new=new, by=by, at=at) for thing, old in zip(things, olds, strict=True)]
    type(history[0])._default_manager.bulk_create(history)
