"""The same question as one statement, written by hand for PostgreSQL: all rules, the whole score, in its own words.

It may know what the rows and needs of the measurement are like: one range of days each, tags of languages without
regions, at most three of them, no children, nothing excluded by name. It gives the cards of a page, their scores, the
parts of these, and one row more, which says whether another page follows. It puts no reason into words.
"""

# ruff: noqa: S608 - constants of this file, and words of closed lists

from datetime import date, timedelta

from django.db import connection

from offers.models import Need

PAGE = 20


def statement(need: Need, today: date) -> str:
    """Return the statement for a need."""
    start, end = need.window_from, need.window_until + timedelta(days=need.stay_days)
    waited = min(90, (today - need.opened_at.date()).days) if need.opened_at else 0
    shape = {*need.requires, "band:18-59", "single" if need.party_size == 1 else "group"}
    manner = {*shape, *need.prefers, "long_stay" if need.stay_days > 30 else "short_stay"}
    wants = len(need.prefers)
    wanted = _count("verified_features", need.prefers) if wants else "1"
    liked, likes = _count("preferences", sorted(manner)), "jsonb_array_length(preferences)"
    wants = wants or 1
    places = f"(max_party * {need.units})"
    needed = " AND ".join(f"verified_features ? '{word}'" for word in need.requires) or "true"
    spoken = " OR ".join(f"languages ? '{tag}'" for tag in need.languages)
    countries = list(need.countries or ())
    listed = ", ".join(f"'{code}'" for code in countries)
    reach = f"(remote OR country IN ({listed}) OR service_area ?| ARRAY[{listed}])" if countries else "true"
    refused = ", ".join(f"'{word}'" for word in sorted(shape))
    held = (
        "SELECT count(DISTINCT unit) FROM offers_hold h WHERE h.pledge_id = p.id AND h.live"
        f" AND h.starts_on < '{end}' AND h.ends_on > '{start}'"
    )
    failed = (
        "SELECT m.pledge_id FROM offers_match m JOIN offers_need n ON n.id = m.need_id"
        f" WHERE m.status = 'failed' AND n.household = '\\x{bytes(need.household).hex()}'"
    )
    parts = (
        f"{240 * waited // 90}",
        f"""CASE WHEN preferences = '[]' THEN 220 * ({wanted} + {wants}) / {2 * wants}
            ELSE 220 * ({wanted} * {likes} + {liked} * {wants}) / ({2 * wants} * {likes}) END""",
        f"150 * LEAST({need.party_size}, {places}) / {places}",
        _language(need),
        _country(countries),
        f"""60 * LEAST(available_until - '{end}'::date, COALESCE(max_stay_days, 9999) - {need.stay_days},
            {need.stay_days}) / {need.stay_days}""",
        "50 * (placements_completed + 1) / (placements_completed + 2 * placements_failed + 2)",
        "40 * LEAST(checks_passed, 6) / 6",
    )
    # the page first, and then its parts: so they are worked out for no other row
    return f"""
        SELECT id, score, kind, verified_features, country, region, units_total, availability, {", ".join(parts)}
        FROM (
            SELECT id, kind, verified_features, country, region, units_total, availability, preferences, max_party,
                languages, remote, service_area, available_until, max_stay_days, placements_completed,
                placements_failed, checks_passed, {" + ".join(parts)} AS score
            FROM offers_pledge p
            WHERE kind = '{need.kind}' AND status = 'active' AND confirm_by >= '{today}'
                AND (vetting_valid_until IS NULL OR vetting_valid_until >= '{today}')
                AND units_total >= {need.units} AND {places} >= {need.party_size}
                AND notice_days <= {(start - today).days} AND min_stay_days <= {need.stay_days}
                AND (max_stay_days IS NULL OR max_stay_days >= {need.stay_days})
                AND available_from <= '{start}' AND available_until >= '{end}'
                AND {reach} AND ({spoken}) AND {needed}
                AND NOT refusals ?| ARRAY[{refused}]
                AND (units_held = 0 OR units_total - ({held}) >= {need.units})
                AND id NOT IN ({failed})
            ORDER BY score DESC, id COLLATE "C" <= '{_turn(need)}', id COLLATE "C"
            LIMIT {PAGE + 1}
        ) AS page
        ORDER BY score DESC, id COLLATE "C" <= '{_turn(need)}', id COLLATE "C"
    """


def asked(need: Need, today: date) -> list[tuple[str, int]]:
    """Ask, and return ids and scores."""
    with connection.cursor() as cursor:
        cursor.execute(statement(need, today))
        return [(row[0], row[1]) for row in cursor.fetchall()[:PAGE]]


def _turn(need: Need) -> str:
    return f"pl{need.pk.removeprefix('nd')}"


def _count(column: str, words: list[str]) -> str:
    return "(" + " + ".join(f"({column} ? '{word}')::int" for word in words) + ")"


def _language(need: Need) -> str:
    whens = []
    for rank in range(len(need.languages) + 2):
        places = ((tag, rank - i) for i, tag in enumerate(need.languages) if 0 <= rank - i < 3)
        either = " OR ".join(f"languages ->> {place} = '{tag}'" for tag, place in places)
        whens.append(f"WHEN {either} THEN {240 // (2 + rank)}")
    return f"CASE {' '.join(whens)} ELSE 0 END"


def _country(countries: list[str]) -> str:
    if not countries:
        return "120"
    whens = (
        f"WHEN country = '{code}' OR service_area ? '{code}' THEN {240 // (2 + rank)}"
        for rank, code in enumerate(countries)
    )
    return f"CASE WHEN remote THEN 120 {' '.join(whens)} ELSE 0 END"
