"""Pledges by the million, written by PostgreSQL itself: which of them is which is not what is measured."""

# ruff: noqa: S608 - constants of this file; a count is a parameter

import json
import random
from collections.abc import Sequence
from datetime import date

from django.db import connection

from bench.needs import COUNTRIES, KINDS
from kernel.accounts.models import Organisation
from offers.kinds.vocabulary import Feature
from offers.models import Need

LANGUAGES = ("ru", "en", "de", "fr", "uk", "ka", "ar", "fa", "tr", "es")
MORE_COUNTRIES = ("AT", "BE", "DK", "FI", "IE", "IT", "NO", "RO", "SK", "CH")


def _one_of(words: tuple[str, ...]) -> str:
    """A word drawn by the dice; most often one of the first."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{listed}])[1 + floor({len(words)} * power(random(), 1.5))::int]"


def _some_of(words: Sequence[str], most: int, dice: random.Random) -> str:
    """A list of up to `most` of the words, one of three dozen that were drawn beforehand."""
    drawn = (sorted(dice.sample(words, dice.randint(0, most))) for _ in range(36))
    listed = ", ".join(f"'{json.dumps(chosen)}'" for chosen in drawn)
    return f"(ARRAY[{listed}]::jsonb[])[1 + floor(36 * random())::int]"


def _tongues(dice: random.Random) -> str:
    drawn = (dice.sample(LANGUAGES[: dice.choice((3, 10))], dice.randint(1, 3)) for _ in range(60))
    listed = ", ".join(f"'{json.dumps(chosen)}'" for chosen in drawn)
    return f"(ARRAY[{listed}]::jsonb[])[1 + floor(60 * random())::int]"


def pledges(count: int, owner: Organisation, *, today: date) -> None:
    """Write `count` pledges: three in four of them active, each with one range of days, records and passed checks."""
    dice = random.Random(count)
    wishes = _some_of(("group", "quiet", "short_stay", "single"), 2, dice)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO offers_pledge (
                id, organisation_id, kind, status, provider_type, units_total, units_held, max_party, exclusive,
                availability, available_from, available_until, notice_days, min_stay_days, max_stay_days, country,
                region, service_area, remote, languages, features, verified_features, household, refusals, preferences,
                exclusion_tokens, vetting_valid_until, confirm_by, language, link_version, placements_completed,
                placements_failed, checks_passed, version, created_at, updated_at
            )
            SELECT 'pl_' || substr(translate(md5(random()::text || i), '0189', 'ghij'), 1, 26), %(owner)s, kind,
                CASE WHEN random() < 0.75 THEN 'active' ELSE 'paused' END,
                CASE WHEN random() < 0.2 THEN 'organisation' ELSE 'person' END,
                1 + floor(3 * random())::int, 0, 1 + floor(5 * random())::int, true,
                jsonb_build_array(jsonb_build_object('from', since, 'until', till)), since, till,
                floor(10 * random())::int, CASE WHEN random() < 0.8 THEN 0 ELSE 7 END,
                CASE WHEN random() < 0.7 THEN NULL ELSE 20 + floor(200 * random())::int END, country, '',
                CASE WHEN random() < 0.9 THEN '[]' ELSE jsonb_build_array({_one_of(COUNTRIES)}) END, random() < 0.05,
                {_tongues(dice)}, '[]', {_some_of(Feature.values, 8, dice)}, '{{}}',
                CASE WHEN random() < 0.8 THEN '[]' ELSE '["children"]'::jsonb END,
                CASE WHEN random() < 0.7 THEN '[]' ELSE {wishes} END,
                '[]', %(today)s::date + 200, %(today)s::date + 50, 'en', 1, floor(4 * power(random(), 2))::int,
                floor(1.3 * random())::int, floor(7 * random())::int, 1, now(), now()
            FROM (
                SELECT i, {_one_of(KINDS)} AS kind, {_one_of(COUNTRIES + MORE_COUNTRIES)} AS country,
                    %(today)s::date - floor(60 * random())::int AS since,
                    %(today)s::date + 20 + floor(400 * random())::int AS till
                FROM generate_series(1, %(count)s) AS i
            ) AS drawn
            """,
            {"owner": owner.pk, "today": today, "count": count},
        )


def holds(need: Need, *, today: date) -> None:
    """Hold a unit of each thirtieth pledge for two months."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH chosen AS (SELECT id FROM offers_pledge WHERE random() < 0.033),
            made AS (
                INSERT INTO offers_match (id, need_id, pledge_id, status, units, starts_on, ends_on, score, components,
                    frozen, hidden, version, created_at, updated_at)
                SELECT 'mt_' || substr(id, 4), %(need)s, id, 'completed', 1, %(today)s, %(today)s::date + 60, 0, '{}',
                    false, false, 1, now(), now() FROM chosen RETURNING id, pledge_id
            ),
            held AS (
                INSERT INTO offers_hold (match_id, pledge_id, unit, starts_on, ends_on, live)
                SELECT id, pledge_id, 1, %(today)s, %(today)s::date + 60, true FROM made RETURNING pledge_id
            )
            UPDATE offers_pledge SET units_held = 1 WHERE id IN (SELECT pledge_id FROM held)
            """,
            {"need": need.pk, "today": today},
        )
