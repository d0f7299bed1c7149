"""Counting one try, in one statement, for every process that shares the database."""

import time
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.http import HttpRequest

from kernel.limits.models import Tally
from kernel.limits.rates import Rate, Standing
from kernel.limits.salts import salt_of
from kernel.limits.visitors import address_of, hashed


def take(purpose: str, who: HttpRequest | str, rate: str | Rate) -> Standing:
    """Count one try of `purpose` by `who` and return where that leaves them; `allowed` says whether it may go on.

    `who` is a request, whose visitor is meant, or any word: an address that is written to, a draft's id, "everybody".
    It is kept as a hash under the salt of the day. `rate` is such as `20/hour`, a window of a day at most.
    Call it outside any transaction (a refusal that rolls back must not give the try back: RuntimeError), and never for
    a GET. A refused try counts like any other.
    """
    rate = rate if isinstance(rate, Rate) else Rate.of(rate)
    now = time.time()
    number, reset = rate.window_at(now)
    at = datetime.fromtimestamp(now, UTC)
    kind, name = ("word", who) if isinstance(who, str) else ("visitor", address_of(who))
    with transaction.atomic(durable=True):
        word = hashed(purpose, kind, name, f"{number}/{rate.window}", salt=salt_of(at.date()))
        used = _count(word, at + timedelta(seconds=reset))
    return rate.standing(used, reset)


def _count(word: str, ends_at: datetime) -> int:
    """Add one to a tally and return what it stands at."""
    table = connection.ops.quote_name(Tally._meta.db_table)
    moment = connection.ops.adapt_datetimefield_value(ends_at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (word, used, ends_at) VALUES (%s, 1, %s) "  # noqa: S608 - our own table's name
            f"ON CONFLICT (word) DO UPDATE SET used = {table}.used + 1 RETURNING used",
            [word, moment],
        )
        (used,) = cursor.fetchone()
    return int(used)
