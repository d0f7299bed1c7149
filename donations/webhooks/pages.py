"""Pages that were paid, a whole batch of events at a time: asked side by side, booked together.

Most of what Stripe tells is that a page was paid. One by one each would cost twenty statements and a wait for Stripe.
"""

import logging
import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.utils import timezone

from donations.gateway import CheckoutFacts, PaymentGateway
from donations.giving.settle import NotYetError, settle_paid
from donations.webhooks.models import InboxEvent
from kernel.outbox.failures import log_failure

logger = logging.getLogger(__name__)

AT_ONCE = 4  # requests: Stripe allows far more, and this is one process of several
Answer = CheckoutFacts | Exception


def is_of_page(event: InboxEvent) -> bool:
    """Whether an event tells of a page."""
    return event.type.startswith("checkout.session.")


def ask(events: Iterable[InboxEvent], stripe: PaymentGateway, *, until: float) -> dict[str, Answer]:
    """Ask Stripe about the pages that events tell of; return by page what it says, or how asking failed.

    Called outside any transaction. After `until` (time.monotonic) no more is asked.
    """
    ids = list({event.object_id: None for event in events if is_of_page(event)})
    left, answers = iter(ids), dict[str, Answer]()

    def some(_asker: int) -> None:
        for page_id in left:  # each of them takes the next, whoever is free
            try:
                answers[page_id] = stripe.checkout(page_id) if time.monotonic() < until else NotYetError()
            except Exception as error:  # whoever applies the event meets it
                answers[page_id] = error

    if len(ids) < 2:
        some(0)
    else:
        list(_pool().map(some, range(AT_ONCE)))
    return answers


def settle_together(answers: Iterable[Answer]) -> set[str]:
    """Settle what is plainly paid; return these pages. Should it fail, none is: each is then settled by itself."""
    pages = [answer for answer in answers if isinstance(answer, CheckoutFacts)]
    try:
        return settle_paid(pages, at=timezone.now()) if pages else set()
    except Exception as error:  # whichever of them it was, it fails alone and the others do not
        log_failure(logger, f"settling {len(pages)} pages together", error)
        return set()


@cache
def _pool() -> ThreadPoolExecutor:
    """Return this process's threads, which keep their connections to Stripe from batch to batch."""
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="stripe")


os.register_at_fork(after_in_child=_pool.cache_clear)  # a child has none of its parent's threads
