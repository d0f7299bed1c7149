"""In which order a plan is applied: who leaves units before who takes them, and who must go together in one step.

Open proposals that are moved go first, each after those that leave the pledge it goes to. Those that go round in a
circle change places in one step. Then the new placements, the most urgent first, the needs of one bundle together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import QuerySet

from offers.matching.runs.models import Assignment


def steps(todo: QuerySet[Assignment]) -> list[list[int]]:
    """Return the assignments in their order, in groups that are applied together."""
    moves: list[tuple[int, str, str]] = []
    new: dict[str, list[int]] = {}
    columns = ("pk", "need_id", "need__bundle", "pledge_id", "instead_of__pledge_id")
    for pk, need, bundle, pledge, leaves in todo.order_by("id").values_list(*columns):
        if leaves is None:
            new.setdefault(bundle or need, []).append(pk)
        else:
            moves.append((pk, leaves, pledge))
    return [*_in_turn(moves), *new.values()]


def _in_turn(moves: Iterable[tuple[int, str, str]]) -> Iterator[list[int]]:
    """Yield moves (assignment, from, to) so that whoever leaves a pledge comes before whoever goes to it."""
    leaving: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for pk, leaves, pledge in moves:
        leaving[leaves].append((pk, pledge))
    for circle in _circles({place: [to for _pk, to in out] for place, out in leaving.items()}):
        out = [(pk, to in circle) for place in sorted(circle) for pk, to in leaving.get(place, ())]
        yield from ([pk] for pk, within in out if not within)
        round_about = sorted(pk for pk, within in out if within)
        if round_about:
            yield round_about


def _circles(ways: Mapping[str, list[str]]) -> list[set[str]]:
    """Return the strongly connected components of a graph, those that lead nowhere else first (Tarjan, 1972)."""
    found: list[set[str]] = []
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_: list[str] = []
    for start in ways:
        path = [] if start in number else [(start, iter(ways.get(start, ())))]
        if path:
            number[start] = lowest[start] = len(number)
            open_.append(start)
        while path:
            place, rest = path[-1]
            step = next(rest, None)
            if step is None:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[place])
                if lowest[place] == number[place]:
                    at = open_.index(place)
                    found.append(set(open_[at:]))
                    del open_[at:]
            elif step not in number:
                number[step] = lowest[step] = len(number)
                open_.append(step)
                path.append((step, iter(ways.get(step, ()))))
            elif step in open_:
                lowest[place] = min(lowest[place], number[step])
    return found
