"""Test numbers as Stripe documents them: https://docs.stripe.com/testing and https://docs.stripe.com/payments/sepa-debit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """A test card or test IBAN and what happens when it is used.

    `challenge`: 3-D Secure asks first. `code`, `decline_code`, `message`: why it is declined, "" if it is not.
    `debit`: a bank debit, which says `succeeded` or `failed` only later. `refund`: "", `pending` or `fails`.
    """

    number: str
    label: str
    brand: str = "visa"
    challenge: bool = False
    code: str = ""
    decline_code: str = ""
    message: str = ""
    debit: str = ""
    refund: str = ""


def _declined(
    number: str, label: str, decline_code: str, *, code: str = "card_declined", challenge: bool = False
) -> Card:
    message = {
        "insufficient_funds": "Your card has insufficient funds.",
        "expired_card": "Your card has expired.",
        "incorrect_cvc": "Your card's security code is incorrect.",
        "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    }.get(decline_code, "Your card was declined.")
    return Card(number, label, challenge=challenge, code=code, decline_code=decline_code, message=message)


CARDS = (
    Card("4242424242424242", "Visa: pays"),
    _declined("4000000000000002", "Declined", "generic_decline"),
    Card("4000002500003155", "3-D Secure: asks, then pays", challenge=True),
    _declined("4000000000009995", "Declined: insufficient funds", "insufficient_funds"),
    Card("4000000000007726", "Pays; a refund stays pending, then succeeds", refund="pending"),
    Card("4000000000005126", "Pays; a refund succeeds, then fails", refund="fails"),
    Card("4000000000003220", "3-D Secure 2: always asks, then pays", challenge=True),
    _declined("4000008400001629", "3-D Secure: asks, then is declined", "generic_decline", challenge=True),
    _declined("4000000000009987", "Declined: lost card", "lost_card"),
    _declined("4000000000000069", "Declined: expired card", "expired_card", code="expired_card"),
    _declined("4000000000000127", "Declined: incorrect security code", "incorrect_cvc", code="incorrect_cvc"),
    _declined("4000000000000119", "Declined: processing error", "processing_error", code="processing_error"),
    Card("5555555555554444", "Mastercard: pays", brand="mastercard"),
    Card("378282246310005", "American Express: pays", brand="amex"),
)
DEBITS = (
    Card("AT611904300234573201", "SEPA debit: under way, then pays", debit="succeeded"),
    Card("AT861904300235473202", "SEPA debit: under way, then fails", debit="failed", code="debit_not_authorized"),
)
_BY_NUMBER = {card.number: card for card in CARDS + DEBITS}


def offered(currency: str) -> tuple[Card, ...]:
    """Return what can be paid with in this currency: bank debits are in euros alone."""
    return CARDS + DEBITS if currency == "eur" else CARDS


def read_card(typed: str) -> Card:
    """Return the card with this number; one that is no test card is declined, as in Stripe's test mode."""
    number = "".join(letter for letter in typed.upper() if letter.isalnum())
    if number in _BY_NUMBER:
        return _BY_NUMBER[number]
    if not _luhn(number):
        return Card("", "", code="incorrect_number", message="Your card number is incorrect.")
    message = "Your card was declined. Your request was in test mode, but used a non test card."
    return Card("", "", code="card_declined", decline_code="test_mode_live_card", message=message)


def _luhn(number: str) -> bool:
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
