"""Many workers who book at once, in processes and threads of their own, and what they have left behind.

The attempts of a scene follow each other closely on one pledge, and often on one need: workers that take them in turn
are at the same rows at the same moment.
"""

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any, NamedTuple, TypeVar

from django.db import DatabaseError, connections
from django.db.models import Count, F, Model, Q

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.matching.deeds import propose
from offers.models import Hold, Match, Need, Pledge
from tests.offers.matching.rows import NOW, make_need, make_organisation, make_pledge

DONE = "done"
LOCK_ERROR = "lock_error"
Row = TypeVar("Row", bound=Model)


class Attempt(NamedTuple):
    """One try to bring a need and a pledge together."""

    need: str
    pledge: str
    organisation: str


Book = Callable[[Attempt], object]


@dataclass
class Outcome:
    """How often it went how (`done`, a refusal's code, `lock_error`), and how long all of it took."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def attempts(self) -> int:
        return self.counts.total()

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.counts + other.counts, self.seconds + other.seconds)


def copies(row: Row, count: int, **columns: Callable[[int], Any]) -> list[Row]:
    """Write rows like this one, each with an id of its own and what `columns` say of its number."""
    model = type(row)
    values = {one.attname: getattr(row, one.attname) for one in model._meta.concrete_fields if not one.primary_key}
    made = (model(**{**values, **{name: value(number) for name, value in columns.items()}}) for number in range(count))
    return model._default_manager.bulk_create(made, batch_size=500)


def scene(attempts: int, *, seed: int = 1) -> list[Attempt]:
    """Write needs and pledges, of one to three units each, and return so many attempts: about a third can succeed."""
    draw = random.Random(seed)
    ours, theirs = make_organisation("Ours"), make_organisation("Theirs")
    needs = copies(make_need(ours), attempts * 2 // 5, household=lambda _number: draw.randbytes(32))
    pledges = copies(make_pledge(theirs), attempts // 6, units_total=lambda number: 1 + number % 3)
    made: list[Attempt] = []
    for number in range(attempts):
        need = made[-2].need if number > 1 and draw.random() < 0.4 else draw.choice(needs).pk
        made.append(Attempt(need, pledges[number * len(pledges) // attempts].pk, ours.pk))
    return made


def proposed(attempt: Attempt) -> Match:
    """Book by the deed itself."""
    return propose(
        need_id=attempt.need,
        pledge_id=attempt.pledge,
        organisation=Organisation(pk=attempt.organisation, role="partner"),
        by="user:1",
        at=NOW,
    )


def crowd(attempts: Sequence[Attempt], book: Book, *, processes: int, threads: int) -> Outcome:
    """Have the attempts made by `processes` times `threads` workers, who take them in turn, and count how it went."""
    connections.close_all()  # a connection is not shared by two processes
    context = multiprocessing.get_context("fork")
    ready, told = context.Barrier(processes + 1), context.SimpleQueue()

    def work(number: int) -> None:
        told.put(_booked(attempts[number::processes], book, threads, ready.wait))

    children = [context.Process(target=work, args=(number,), daemon=True) for number in range(processes)]
    for child in children:
        child.start()
    ready.wait(60)
    began = time.perf_counter()
    counts = sum((told.get() for _ in children), Counter[str]())
    seconds = time.perf_counter() - began
    for child in children:
        child.join()
    return Outcome(counts, seconds)


def _booked(attempts: Sequence[Attempt], book: Book, threads: int, ready: Callable[[], object]) -> Counter[str]:
    def open_gate() -> None:
        ready()

    gate = Barrier(threads, action=open_gate)

    def worker(number: int) -> Counter[str]:
        try:
            connections["default"].ensure_connection()
            gate.wait(60)
            return Counter(_how(book, one) for one in attempts[number::threads])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(worker, range(threads)), Counter[str]())


def _how(book: Book, attempt: Attempt) -> str:
    try:
        book(attempt)
    except Refusal as refused:
        return refused.code
    except DatabaseError:
        return LOCK_ERROR
    return DONE


def oversold() -> int:
    """Return how many pledges gave more than they have: more units held than offered, or one unit twice on a day."""
    live = Hold.objects.filter(live=True)
    more = live.values("pledge").annotate(held=Count("pk")).filter(held__gt=F("pledge__units_total"))
    twice = live.values("pledge", "unit").annotate(held=Count("pk")).filter(held__gt=1)
    return len({*more.values_list("pledge", flat=True), *twice.values_list("pledge", flat=True)})


def doubled() -> int:
    """Return how many needs have two live matches."""
    return Match.objects.live().values("need").annotate(live=Count("pk")).filter(live__gt=1).count()


def untrue() -> list[str]:
    """Return where counts and states do not say what the holds say."""
    held = Count("holds__unit", filter=Q(holds__live=True), distinct=True)
    wrong = list(Pledge.objects.annotate(truly=held).exclude(truly=F("units_held")).values_list("pk", flat=True))
    living = Match.objects.live().values_list("need", flat=True)
    wrong += Need.objects.filter(status="held").exclude(pk__in=living).values_list("pk", flat=True)
    wrong += Need.objects.filter(status="open", pk__in=living).values_list("pk", flat=True)
    return wrong
