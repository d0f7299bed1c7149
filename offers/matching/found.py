"""Rows that a statement of the search found, as plain values: no model is built, and what they say alike is read once.

The units that are held of a pledge come with it, and only where the row says that some are.
"""

# ruff: noqa: S608 - every part of these statements is a constant of the house

import json
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, models

from offers.matching.facts import HeldUnit, PledgeFacts, Span
from offers.matching.reading import pledge_facts
from offers.matching.statement import Statement
from offers.pledges.models import Pledge


class Found(NamedTuple):
    """What was read of a pledge: all that rules, score and card ask for, under the names that the pledge has for it.

    `most` is how many points it could have, `held` the units that live matches hold, as a text.
    """

    id: str
    organisation_id: str
    kind: str
    provider_type: str
    status: str
    vetting_valid_until: date | None
    confirm_by: date | None
    units_total: int
    max_party: int
    availability: list[dict[str, str]]
    country: str
    languages: list[str]
    notice_days: int
    min_stay_days: int
    max_stay_days: int | None
    service_area: list[str]
    remote: bool
    verified_features: list[str]
    refusals: list[str]
    preferences: list[str]
    exclusion_tokens: list[str]
    placements_completed: int
    placements_failed: int
    checks_passed: int
    region: str
    units_held: int
    most: int
    held: str | None

    @property
    def pk(self) -> str:
        """The id, as a pledge calls it too."""
        return self.id

    def facts(self) -> PledgeFacts:
        """Return what the rules and the score may know of it."""
        held = tuple(_held_unit(*one) for one in json.loads(self.held)) if self.held else ()
        row: Any = self
        return pledge_facts(row, held)


_READ = Found._fields[:-2]
COLUMNS = ", ".join(_READ)
_FIELDS = [Pledge._meta.get_field(name.removesuffix("_id")) for name in _READ]
_SAID = tuple(place for place, one in enumerate(_FIELDS) if isinstance(one, models.JSONField))
_DAYS = tuple(place for place, one in enumerate(_FIELDS) if isinstance(one, models.DateField))
_says = json.JSONDecoder().raw_decode  # texts of the database begin with what they say


def _held_unit(unit: int, starts_on: str, ends_on: str) -> HeldUnit:
    return HeldUnit(unit, Span(date.fromisoformat(starts_on), date.fromisoformat(ends_on)))


def with_holds(s: Statement, rows: str) -> str:
    """Return the statement that gives each row, and as one text the units of it that live matches hold."""
    held = f"SELECT {s.gathered('unit', 'starts_on', 'ends_on')} FROM offers_hold WHERE pledge_id = few.id AND live"
    return f"SELECT *, CASE WHEN units_held > 0 THEN ({held}) END AS held FROM ({rows}) AS few"


def found_by(text: str, values: dict[str, Any]) -> list[Found]:
    """Ask the database for rows of COLUMNS, `most` and `held`, and return them in any order."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        rows = cursor.fetchall()
    said: dict[str, Any] = {}
    return [_plain(list(row), said) for row in rows]


def _plain(row: list[Any], said: dict[str, Any]) -> Found:
    for place in _SAID:
        text = row[place]
        if text not in said:
            said[text] = _says(text)[0]
        row[place] = said[text]
    for place in _DAYS:
        if isinstance(row[place], str):  # SQLite keeps days as texts
            row[place] = date.fromisoformat(row[place])
    return Found._make(row)
