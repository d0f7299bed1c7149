"""Every scenario, in the order they are played."""

from collections.abc import Callable

from tests.stripe_live import gifts, recurring
from tests.stripe_live.stage import Stage

SCENARIOS: tuple[Callable[[Stage], None], ...] = (
    gifts.a_page_is_opened_and_closed,
    gifts.a_key_stands_for_one_page,
    gifts.every_currency_is_taken,
    gifts.what_the_api_has_not_is_refused,
    gifts.cards_are_declined_with_their_codes,
    gifts.a_payment_is_refunded_in_parts,
    gifts.a_refund_fails_after_all,
    gifts.a_dispute_is_won,
    gifts.the_books_can_be_read,
    gifts.events_are_listed_thin,
    recurring.a_page_for_each_month_is_opened,
    recurring.a_gift_is_renewed_changed_paused_and_ended,
    recurring.a_gift_is_past_due_when_its_card_fails,
    recurring.a_portal_is_opened_and_a_customer_forgotten,
)
