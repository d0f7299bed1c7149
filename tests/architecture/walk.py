"""Walking the matrix: every closed route as everybody, by GET and by POST as it takes them; what differs."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.architecture.matrix import MATRIX, PLANNER, PROGRAMS, Who
from tests.architecture.routes import routes
from tests.architecture.world import OPERATOR, OWNER, STRANGER, World

LOGIN, FACTOR, REFUSED, MISSING, IN = "login", "second factor", "403", "404", "in"
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>")


def answered(status: int, location: str = "") -> str:
    """Return what an answer says of whoever asked; `in` is anything that is no refusal, a form to correct included."""
    if status == 302 and "/accounts/login/" in location:
        return LOGIN
    if status == 302 and "/accounts/2fa/" in location:
        return FACTOR
    return {401: LOGIN, 403: REFUSED, 404: MISSING}.get(status, IN if status < 500 else f"failed with {status}")


def address_of(name: str, route: str, world: World) -> str | None:
    """Return the address of a route with the owner's things in it, or None where the world has no such thing."""
    kwargs = {}
    for converted, grouped in PARAMETER.findall(route):
        parameter = converted or grouped
        prefix = f"{name.partition('-')[0]}-" if parameter == "pk" else ""
        for key in (f"{name} {parameter}", prefix, parameter):
            if key in world.things:
                kwargs[parameter] = world.things[key]
                break
        else:
            return None
    return reverse(name, kwargs=kwargs)


def expected_at_console(row: Who, house: str, role: str) -> str:
    """Return what the row promises somebody with that role in that organisation."""
    allowed = row.partners if row.partners and house != OPERATOR else row.roles
    if role not in allowed or (row.of_operator and house != OPERATOR):
        return REFUSED
    return IN if house in row.seen_by else MISSING


def undone(ask: Callable[[], Any]) -> Any:
    """Ask, and take back whatever it did: the next one finds the world as it was."""
    point = transaction.savepoint()
    try:
        return ask()
    finally:
        transaction.savepoint_rollback(point)


def _console(name: str, address: str, world: World) -> Iterator[tuple[str, str, str]]:
    """Yield who asked, what the row says, and what was answered."""
    row, fields = MATRIX[name], world.fields.get(name, {})
    for method in ("get", "post"):
        asked = [("anonymous", LOGIN, world.anonymous), ("without second factor", FACTOR, world.half)]
        asked += [
            (f"{role} of the {house}", expected_at_console(row, house, role), browser)
            for (house, role), browser in world.people.items()
        ]
        for who, expected, browser in asked:
            answer = undone(lambda browser=browser, method=method: getattr(browser, method)(address, fields))
            if answer.status_code == 405:
                break  # not taken at all, by anybody
            yield f"{method} as {who}", expected, answered(answer.status_code, answer.headers.get("Location", ""))


def _api(
    name: str, address: str, world: World, methods: Iterable[str], *, owned: bool
) -> Iterator[tuple[str, str, str]]:
    promised = {"nobody": LOGIN, "without scope": REFUSED, OWNER: IN, STRANGER: MISSING if owned else IN}
    if MATRIX[name] == PLANNER:
        promised |= {OPERATOR: IN, **dict.fromkeys((OWNER, STRANGER), MISSING if owned else REFUSED)}
    for method in methods:
        body = {} if method == "get" else {"data": {}, "format": "json", "headers": {"Idempotency-Key": "k"}}
        for who, expected in promised.items():
            program = world.programs[who]
            answer = undone(lambda program=program, method=method, body=body: getattr(program, method)(address, **body))
            yield f"{method} as {who}", expected, answered(answer.status_code)


def _actions(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from _actions(entry.url_patterns)
        elif actions := getattr(entry.callback, "actions", None):
            yield str(entry.name), tuple(method for method in actions if method != "head")


def differences(world: World, names: Iterable[str] | None = None) -> Iterator[str]:
    """Yield a line for every answer that is not what the matrix says, over all routes or those named."""
    taken: dict[str, tuple[str, ...]] = {}
    for name, methods in _actions(get_resolver().url_patterns):
        taken[name] = (*taken.get(name, ()), *methods)
    for name, route in routes().items():
        row = MATRIX.get(name)
        if row is None or (names is not None and name not in names) or not (row.roles or row in PROGRAMS):
            continue
        address = address_of(name, route, world)
        if address is None:
            continue
        if row in PROGRAMS:
            seen = _api(name, address, world, dict.fromkeys(taken[name]), owned=bool(PARAMETER.search(route)))
        else:
            seen = _console(name, address, world)
        yield from (f"{name}: {who}: {got}, not {expected}" for who, expected, got in seen if got != expected)


def walk(world: World, names: Iterable[str] | None = None) -> list[str]:
    """Return all differences."""
    return list(differences(world, names))


def without_a_thing(world: World) -> list[str]:
    """Return the closed routes that are about a thing the world does not have."""
    closed = {name: route for name, route in routes().items() if name in MATRIX}
    return sorted(
        name
        for name, route in closed.items()
        if (MATRIX[name].roles or MATRIX[name] in PROGRAMS) and address_of(name, route, world) is None
    )
