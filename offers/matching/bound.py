"""The rules and the score in the words of a database, as far as it can say them: never less than they would let pass.

`may_serve` drops what a rule would refuse, and may let through what one refuses; `most_points` is the score, or more
where a list would have to be walked through. What they find is asked the rules and the score themselves, which stay the
only definition: a property test holds the two against each other.
"""

# ruff: noqa: S608 - every part of these statements is a constant of the house; what was asked is a parameter

from datetime import date

from offers.matching.facts import NeedFacts
from offers.matching.rules import primary
from offers.matching.score import VETTING_FULL_STEPS, WAITING_FULL_DAYS, WEIGHTS
from offers.matching.statement import Statement

MOST_STANDING = WEIGHTS["reliability"] + WEIGHTS["vetting"]
LOOKED_AT = 3  # so many ranks of a language in common are told apart
_LONG = 1_000_000  # days: no limit


def waiting_points(need: NeedFacts, today: date) -> int:
    """Points for waiting: they are the same for every pledge."""
    days = max(0, min((today - need.waiting_since).days, WAITING_FULL_DAYS))
    return WEIGHTS["waiting"] * days // WAITING_FULL_DAYS


def fit_points(need: NeedFacts, max_party: int) -> int:
    """Points for units of that many persons."""
    places = max(1, max_party * need.units)
    return WEIGHTS["fit"] * min(need.size, places) // places


def preference_points(need: NeedFacts, met: int) -> int:
    """Points for meeting so many of the party's wishes, if the provider has none that is not met."""
    wishes = len(need.prefers)
    return WEIGHTS["preferences"] * (met + wishes) // (2 * wishes) if wishes else WEIGHTS["preferences"]


def standing(s: Statement) -> str:
    """Points that depend on the pledge alone, spelled as its indexes spell them."""
    reliability = (
        f"({WEIGHTS['reliability']} * (placements_completed + 1))"
        " / ((placements_completed + (2 * placements_failed)) + 2)"
    )
    checks = s.least("checks_passed", str(VETTING_FULL_STEPS))
    return f"(({reliability}) + (({WEIGHTS['vetting']} * {checks}) / {VETTING_FULL_STEPS}))"


def most_points(s: Statement, need: NeedFacts, today: date) -> str:
    """Return the score, or an upper bound of it, of a pledge that passes the rules."""
    parts = (_preferences(s, need), _fit(s, need), _language(s, need), _country(s, need), _stay(s, need), standing(s))
    return f"({waiting_points(need, today)} + {' + '.join(parts)})"


def _preferences(s: Statement, need: NeedFacts) -> str:
    wants = len(need.prefers) or 1
    wanted = s.how_many("verified_features", need.prefers) if need.prefers else "1"
    likes, liked = s.length("preferences"), s.how_many("preferences", need.manner())
    weight = WEIGHTS["preferences"]
    return (
        f"CASE WHEN {s.is_empty('preferences')} THEN {weight} * ({wanted} + {wants}) / {2 * wants}"
        f" ELSE {weight} * ({wanted} * {likes} + {liked} * {wants}) / ({2 * wants} * {likes}) END"
    )


def _fit(s: Statement, need: NeedFacts) -> str:
    places = f"(max_party * {need.units})"
    return f"{WEIGHTS['fit']} * {s.least(str(need.size), places)} / {places}"


def _language(s: Statement, need: NeedFacts) -> str:
    weight = WEIGHTS["language"]
    if not need.languages:
        return str(weight)
    ranks = [(primary(tag), rank) for rank, tag in enumerate(need.languages)]
    whens = []
    for rank in range(LOOKED_AT):
        here = (s.at_place("languages", rank - own, tag) for tag, own in ranks if own <= rank)
        whens.append(f"WHEN {' OR '.join(here)} THEN {weight * 2 // (2 + rank)}")
    # where a language stands that comes later is not asked: it is taken for the first of those
    return f"CASE {' '.join(whens)} ELSE {weight * 2 // (2 + LOOKED_AT)} END"


def _country(s: Statement, need: NeedFacts) -> str:
    weight = WEIGHTS["country"]
    if need.countries is None:
        return str(weight)
    points = {code: weight * 2 // (2 + rank) for rank, code in reversed(list(enumerate(need.countries)))}
    near = " ".join(f"WHEN country = {s.value(code)} THEN {points[code]}" for code in reversed(points))
    far = " ".join(
        f"WHEN country = {s.value(code)} OR {s.says('service_area', code)} THEN {points[code]}"
        for code in reversed(points)
        if code not in need.countries_excluded
    )
    served = f"CASE {far} ELSE 0 END" if far else "0"
    by_place = f"CASE WHEN {s.is_empty('service_area')} THEN CASE {near} ELSE 0 END ELSE {served} END"
    return f"CASE WHEN remote THEN {weight} ELSE {by_place} END"


def _stay(s: Statement, need: NeedFacts) -> str:
    spare = s.days_between("available_until", need.hold.end)
    longest = f"COALESCE(max_stay_days, {_LONG}) - {need.stay_days}"
    return f"{WEIGHTS['stay']} * {s.least(spare, longest, str(need.stay_days))} / {need.stay_days}"


def may_serve(s: Statement, need: NeedFacts, today: date) -> str:
    """Return the condition that every pledge meets that passes the rules."""
    asked = [
        f"kind = {s.value(need.kind)}",
        "status = 'active'",
        f"confirm_by >= {s.day(today)}",
        f"(vetting_valid_until IS NULL OR vetting_valid_until >= {s.day(today)})",
        f"units_total >= {need.units}",
        f"max_party >= {smallest_party(need)}",
        f"notice_days <= {(need.window.start - today).days}",
        f"min_stay_days <= {need.stay_days}",
        f"(max_stay_days IS NULL OR max_stay_days >= {need.stay_days})",
        f"available_from <= {s.day(need.hold.start)}",
        f"available_until >= {s.day(need.hold.end)}",
        *(s.says("verified_features", word) for word in sorted(need.requires)),
        *_of_children(s, need),
        *_not_excluded(s, need),
        _reachable(s, need),
        _spoken(s, need),
        f"NOT {s.says_any('refusals', need.traits())}",
        _free(s, need),
    ]
    return " AND ".join(asked) if need.consent else "1 = 0"


def smallest_party(need: NeedFacts) -> int:
    """How many persons a unit has to take at least."""
    return -(-need.size // need.units)


def _of_children(s: Statement, need: NeedFacts) -> list[str]:
    if need.unaccompanied:
        return ["provider_type = 'organisation'", s.says("verified_features", "licensed")]
    checked = f"(provider_type = 'organisation' OR {s.says('verified_features', 'background_checked')})"
    return [checked] if need.children else []


def _not_excluded(s: Statement, need: NeedFacts) -> list[str]:
    named = need.exclusions | need.failed_with
    return [f"NOT ({s.among('id', named)} OR {s.among('organisation_id', named)})"] if named else []


def _reachable(s: Statement, need: NeedFacts) -> str:
    far = f"NOT (NOT remote AND {s.is_empty('service_area')})"
    if need.countries is not None:
        served = s.says_any("service_area", set(need.countries) - need.countries_excluded)
        return f"({s.among('country', need.countries)} OR ({far} AND (remote OR {served})))"
    return f"(NOT ({s.among('country', need.countries_excluded)}) OR {far})" if need.countries_excluded else "1 = 1"


def _spoken(s: Statement, need: NeedFacts) -> str:
    tags = dict.fromkeys(map(primary, need.languages))
    return s.has_like("languages", tags) if tags else "1 = 1"


def _free(s: Statement, need: NeedFacts) -> str:
    """Whether enough units are free; what holds none need not be looked up."""
    held = (
        "SELECT count(DISTINCT unit) FROM offers_hold WHERE offers_hold.pledge_id = offers_pledge.id AND live"
        f" AND starts_on < {s.day(need.hold.end)} AND ends_on > {s.day(need.hold.start)}"
    )
    return f"(units_held = 0 OR units_total - ({held}) >= {need.units})"
