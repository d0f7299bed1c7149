"""The inbox: keep an event's id once, then apply it, as often as it takes.

Claiming and recording are transactions of their own; Stripe is asked between them. A worker that dies loses its claim
after a minute, and the event is taken up again.
"""

import logging
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from donations.gateway import EventFacts, GatewayError, PaymentGateway, gateway
from donations.giving.settle import NotYetError
from donations.webhooks import pages
from donations.webhooks.handle import handle
from donations.webhooks.models import EventState, InboxEvent
from kernel import audit
from kernel.logs import Told
from kernel.outbox import wake
from kernel.outbox.failures import code_of, log_failure
from kernel.states import Refusal

logger = logging.getLogger(__name__)

ATTEND = "donations.webhooks.inbox.attend"
BATCH = 100
STAYS, PAUSE = 0.3, 0.05  # seconds that the worker looks for more once it is awake, and between two looks
CLAIM = timedelta(seconds=60)
SECONDS_A_DRAIN = 20.0
LINGER = 4.0  # a drain stays for an event that is due so soon: Stripe's own books are often a second behind
MOST_ATTEMPTS = 12  # about two hours with the waits below
ATTEMPTS_WITHOUT_HOPE = 3  # for what Stripe will not answer differently


def receive(event: EventFacts, *, at: datetime, swept: bool = False) -> bool:
    """Keep a verified event's id once and wake the worker; return whether it was new. Nothing else of it is kept."""
    moment = connection.ops.adapt_datetimefield_value
    new = _keep_once(
        {
            "event_id": event.id,
            "type": event.type[:80],
            "object_id": event.object_id,
            "livemode": event.livemode,
            "swept": swept,
            "next_at": moment(at),
            "happened_at": moment(event.created),
            "received_at": moment(at),
        }
    )
    wake(ATTEND, stays=STAYS)
    return new


_AT_FIRST = {"state": f"'{EventState.WAITING}'", "attempts": "0", "claim": "''", "error": "''"}  # in SQL


def _keep_once(row: Mapping[str, str | int | datetime | None]) -> bool:
    """Write a row, by column, unless its id is there; return whether it was written.

    One statement, which is a transaction by itself: Stripe waits for the answer. Django's way takes four, and longer
    to compose them than the database to carry them out.
    """
    columns, marks = ", ".join([*row, *_AT_FIRST]), ", ".join([*["%s"] * len(row), *_AT_FIRST.values()])
    statement = f"INSERT INTO donations_inboxevent ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - our own columns
    with connection.cursor() as cursor:
        cursor.execute(statement, list(row.values()))
        return bool(cursor.rowcount == 1)


def attend() -> None:
    """Apply what waits, and what comes while the worker is awake: a wake-up runs it.

    It stays for a moment, so that not every delivery has to see to it that the worker is awake, and looks a few times a
    second at most, so that what comes together is booked together.
    """
    drain(stays=STAYS)


def drain(limit: int = 1000, *, via: PaymentGateway | None = None, stays: float = 0.0) -> int:
    """Apply up to `limit` waiting events that are due, for `stays` seconds at least; return how many were tried."""
    began = time.monotonic()
    until = began + SECONDS_A_DRAIN
    stripe, tried = via or gateway(), 0
    while tried < limit and time.monotonic() < until:
        looked_at = time.monotonic()
        events = _claim(min(BATCH, limit - tried))
        tried += _apply_batch(events, stripe, until)
        if stays and len(events) < BATCH and (events or looked_at < began + stays):
            time.sleep(PAUSE)
        elif not events and not _linger():
            return tried
    wake(ATTEND)
    return tried


def replay(event: InboxEvent, *, by: str, at: datetime) -> None:
    """Put an event that was set aside back in line. Raises Refusal `illegal_transition` for any other."""
    with transaction.atomic():
        aside = InboxEvent.objects.filter(pk=event.pk, state=EventState.POISON)
        if not aside.update(
            state=EventState.WAITING, attempts=0, next_at=at, claim="", claimed_until=None, done_at=None
        ):
            raise Refusal("illegal_transition", "Only an event that was set aside can be tried again.")
        audit.record(by, "event.replay", event.pk, at=at)
        wake(ATTEND)


# written out, as above: one statement, which is a transaction by itself
_DUE = "state = 'waiting' AND next_at <= %s AND (claimed_until IS NULL OR claimed_until <= %s)"
_CLAIMING = f"""
    WITH due AS MATERIALIZED (
        SELECT event_id FROM donations_inboxevent WHERE {_DUE}
        ORDER BY next_at, happened_at, event_id LIMIT %s {{skips}}
    )
    UPDATE donations_inboxevent SET claim = %s, claimed_until = %s, attempts = attempts + 1
    WHERE event_id IN (SELECT event_id FROM due)
    RETURNING *
"""  # noqa: S608 - our own words


def _claim(limit: int) -> list[InboxEvent]:
    """Take up to `limit` due events, oldest first, that nobody else holds; the attempt is counted before it begins."""
    at = timezone.now()
    now, until = map(connection.ops.adapt_datetimefield_value, (at, at + CLAIM))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM donations_inboxevent WHERE {_DUE} LIMIT 1", [now, now])  # noqa: S608 - our own words
        if not cursor.fetchone():
            return []
    skips = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    claimed = InboxEvent.objects.raw(_CLAIMING.format(skips=skips), [now, now, limit, secrets.token_hex(16), until])
    return sorted(claimed, key=lambda event: (event.next_at, event.happened_at, event.pk))


def _linger() -> bool:
    """Wait for an event that is due within a few seconds; say whether there is one."""
    at = timezone.now()
    soon = InboxEvent.objects.filter(
        state=EventState.WAITING, claimed_until=None, next_at__lte=at + timedelta(seconds=LINGER)
    )
    first = soon.order_by("next_at").values_list("next_at", flat=True).first()
    if first is None:
        return False
    time.sleep(max(0.0, (first - at).total_seconds()))
    return True


def _apply_batch(events: Sequence[InboxEvent], stripe: PaymentGateway, until: float) -> int:
    """Apply events that are claimed: pages that were paid together, everything else one by one; return how many.

    After `until` (time.monotonic) the rest is let go of untried: claims must not run out under a Stripe that hangs.
    """
    answers = pages.ask(events, stripe, until=until)
    settled = pages.settle_together(answers.values())
    together: list[InboxEvent] = []
    rest: list[InboxEvent] = []
    for event in events:
        (together if pages.is_of_page(event) and event.object_id in settled else rest).append(event)
    _record(together, state=EventState.DONE, error="", done_at=timezone.now())
    for place, event in enumerate(rest):
        if time.monotonic() > until:
            _record(rest[place:], attempts=F("attempts") - 1)
            return len(together) + place
        _apply(event, stripe, answers.get(event.object_id))
    return len(events)


def _apply(event: InboxEvent, stripe: PaymentGateway, answer: pages.Answer | None) -> None:
    at = timezone.now()
    try:
        state = handle(event, stripe=stripe, at=at, page=answer)
    except Exception as error:
        if not isinstance(error, (GatewayError, NotYetError)):
            log_failure(logger, f"event {event.pk} ({event.type})", error)
        _failed(event, error, at)
    else:
        _record([event], state=state, error="", done_at=at)


def _failed(event: InboxEvent, error: Exception, at: datetime) -> None:
    hopeless = isinstance(error, GatewayError) and not error.retry
    if event.attempts >= (ATTEMPTS_WITHOUT_HOPE if hopeless else MOST_ATTEMPTS):
        logger.error("event %s (%s) set aside: %s", Told(event.pk), Told(event.type), Told(code_of(error)))
        _record([event], state=EventState.POISON, error=code_of(error), done_at=at)
        return
    wait = min(2.0 ** (event.attempts - 1), 3600.0) * (0.75 + secrets.randbelow(500) / 1000)
    _record([event], next_at=at + timedelta(seconds=wait), error=code_of(error))


def _record(events: Sequence[InboxEvent], **values: object) -> None:
    """Write how it went with events of one claim and let go, unless the claim has passed to someone else."""
    if events:
        mine = InboxEvent.objects.filter(pk__in=[event.pk for event in events], claim=events[0].claim)
        mine.filter(state=EventState.WAITING).update(claim="", claimed_until=None, **values)
