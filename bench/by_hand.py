"""The same question as one statement, written by hand for PostgreSQL: all rules, the whole score, in its own words.

It may know what the rows of the measurement are like: one range of days each, tags of languages without regions, at
most three of them, no exclusion words. It gives the cards of a page with their scores, and no reasons.
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
    manner = {*need.requires, *need.prefers, "band:18-59", "single" if need.party_size == 1 else "group"}
    manner.add("long_stay" if need.stay_days > 30 else "short_stay")
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
    traits = ", ".join(f"'{word}'" for word in sorted(manner))
    held = (
        "SELECT count(DISTINCT unit) FROM offers_hold h WHERE h.pledge_id = p.id AND h.live"
        f" AND h.starts_on < '{end}' AND h.ends_on > '{start}'"
    )
    return f"""
        SELECT id, kind, verified_features, country, region, units_total, availability,
            {240 * waited // 90}
            + CASE WHEN preferences = '[]' THEN 220 * ({wanted} + {wants}) / {2 * wants}
                ELSE 220 * ({wanted} * {likes} + {liked} * {wants}) / ({2 * wants} * {likes}) END
            + 150 * LEAST({need.party_size}, {places}) / {places}
            + {_language(need)}
            + {_country(countries)}
            + 60 * LEAST(available_until - '{end}'::date, COALESCE(max_stay_days, 9999) - {need.stay_days},
                {need.stay_days}) / {need.stay_days}
            + 50 * (placements_completed + 1) / (placements_completed + 2 * placements_failed + 2)
            + 40 * LEAST(checks_passed, 6) / 6 AS score
        FROM offers_pledge p
        WHERE kind = '{need.kind}' AND status = 'active' AND confirm_by >= '{today}'
            AND (vetting_valid_until IS NULL OR vetting_valid_until >= '{today}')
            AND units_total >= {need.units} AND {places} >= {need.party_size}
            AND notice_days <= {(start - today).days} AND min_stay_days <= {need.stay_days}
            AND (max_stay_days IS NULL OR max_stay_days >= {need.stay_days})
            AND available_from <= '{start}' AND available_until >= '{end}'
            AND {reach} AND ({spoken}) AND {needed}
            AND NOT refusals ?| ARRAY[{traits}]
            AND (units_held = 0 OR units_total - ({held}) >= {need.units})
        ORDER BY score DESC, id COLLATE "C" <= 'pl{need.pk.removeprefix("nd")}', id COLLATE "C"
        LIMIT {PAGE}
    """


def asked(need: Need, today: date) -> list[tuple[str, int]]:
    """Ask, and return ids and scores."""
    with connection.cursor() as cursor:
        cursor.execute(statement(need, today))
        return [(row[0], row[7]) for row in cursor.fetchall()]


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
