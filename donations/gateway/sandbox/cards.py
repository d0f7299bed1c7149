"""Test numbers as Stripe documents them: https://docs.stripe.com/testing and https://docs.stripe.com/payments/sepa-debit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """A test card or test IBAN and what happens when it is used.

    `challenge`: 3-D Secure asks first; `asks_always`: also when the person is not there (a renewal). `code`,
    `decline_code`, `message`: why it is declined, "" if it is not; `later`: it can be kept, and is declined when
    charged. `debit`: a bank debit, which says `succeeded` or `failed` only later. `refund`: "", `pending` or `fails`.
    `dispute`: Stripe's reason for the dispute that follows, or ""; `inquiry`: the mild kind, which moves no money.
    `at_once`: the money is available without delay. `expires`: year and month.
    """

    number: str
    label: str
    brand: str = "visa"
    country: str = "US"
    funding: str = "credit"
    risk: str = "normal"
    challenge: bool = False
    asks_always: bool = False
    code: str = ""
    decline_code: str = ""
    message: str = ""
    later: bool = False
    debit: str = ""
    refund: str = ""
    dispute: str = ""
    inquiry: bool = False
    at_once: bool = False
    expires: tuple[int, int] = (2034, 12)


_MESSAGES = {
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}


def _declined(
    number: str, label: str, decline_code: str, *, code: str = "card_declined", asks: bool = False, later: bool = False
) -> Card:
    message = _MESSAGES.get(decline_code, "Your card was declined.")
    return Card(number, label, challenge=asks, code=code, decline_code=decline_code, message=message, later=later)


CARDS = (
    Card("4242424242424242", "Visa: pays"),
    _declined("4000000000000002", "Declined", "generic_decline"),
    Card("4000002500003155", "3-D Secure: asks, then pays", challenge=True),
    _declined("4000000000009995", "Declined: insufficient funds", "insufficient_funds"),
    Card("4000000000007726", "Pays; a refund stays pending, then succeeds", refund="pending"),
    Card("4000000000005126", "Pays; a refund succeeds, then fails", refund="fails"),
    Card("4000000000000259", "Pays; disputed as fraudulent", dispute="fraudulent"),
    Card("4000000000002685", "Pays; disputed as not received", dispute="product_not_received"),
    Card("4000000000001976", "Pays; the bank inquires", dispute="fraudulent", inquiry=True),
    Card("4000000000000077", "Pays; the money is available at once", at_once=True),
    Card("4000000000003220", "3-D Secure 2: asks, then pays", challenge=True),
    Card("4000002760003184", "3-D Secure: asks each time, renewals too", challenge=True, asks_always=True),
    _declined("4000008260003178", "3-D Secure: asks, then insufficient funds", "insufficient_funds", asks=True),
    _declined("4000008400001629", "3-D Secure: asks, then is declined", "generic_decline", asks=True),
    _declined("4000000000000341", "Can be kept; is declined when charged", "generic_decline", later=True),
    _declined("4000000000009987", "Declined: lost card", "lost_card"),
    _declined("4000000000009979", "Declined: stolen card", "stolen_card"),
    _declined("4000000000000069", "Declined: expired card", "expired_card", code="expired_card"),
    _declined("4000000000000127", "Declined: incorrect security code", "incorrect_cvc", code="incorrect_cvc"),
    _declined("4000000000000119", "Declined: processing error", "processing_error", code="processing_error"),
    _declined("4000000000006975", "Declined: used too often", "card_velocity_exceeded"),
    _declined("4100000000000019", "Blocked as fraudulent", "fraudulent"),
    Card("4000000000009235", "Pays; elevated risk", risk="elevated"),
    Card("4000000000003055", "3-D Secure possible, not asked", country="US"),
    Card("4000056655665556", "Visa debit: pays", funding="debit"),
    Card("5555555555554444", "Mastercard: pays", brand="mastercard"),
    Card("2223003122003222", "Mastercard, 2-series: pays", brand="mastercard"),
    Card("5200828282828210", "Mastercard debit: pays", brand="mastercard", funding="debit"),
    Card("378282246310005", "American Express: pays", brand="amex"),
    Card("6011111111111117", "Discover: pays", brand="discover"),
    Card("3056930009020004", "Diners Club: pays", brand="diners"),
    Card("3566002020360505", "JCB: pays", brand="jcb"),
    Card("6200000000000005", "UnionPay: pays", brand="unionpay"),
    Card("4000002760000016", "Visa of Germany: pays", country="DE"),
    Card("4000008260000000", "Visa of the United Kingdom: pays", country="GB", funding="debit"),
    Card("4000006160000005", "Visa of Poland: pays", country="PL"),
)
DEBITS = (
    Card("AT611904300234573201", "SEPA debit: under way, then pays", debit="succeeded"),
    Card("AT861904300235473202", "SEPA debit: under way, then fails", debit="failed", code="debit_not_authorized"),
    Card(
        "AT591904300235473203",
        "SEPA debit: under way, then pays; disputed",
        debit="succeeded",
        dispute="debit_disputed",
    ),
)
# Stripe's names for payment methods that every test account has
TOKENS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_visa_debit": "4000056655665556",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_bypassPending": "4000000000000077",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_createProductNotReceived": "4000000000002685",
    "pm_card_createDisputeInquiry": "4000000000001976",
    "pm_card_refundFail": "4000000000005126",
    "pm_card_pendingRefund": "4000000000007726",
}
_NO_CARD = Card("", "", code="incorrect_number", message="Your card number is incorrect.")
_NO_TEST_CARD = Card(
    "",
    "",
    code="card_declined",
    decline_code="test_mode_live_card",
    message="Your card was declined. Your request was in test mode, but used a non test card.",
)
_BY_NUMBER = {card.number: card for card in CARDS + DEBITS}
_BY_CODE = {card.code: card for card in (_NO_CARD, _NO_TEST_CARD)}


def offered(currency: str) -> tuple[Card, ...]:
    """Return what can be paid with in this currency: bank debits are in euros alone."""
    return CARDS + DEBITS if currency == "eur" else CARDS


def read_card(typed: str) -> Card:
    """Return the card with this number; one that is no test card is declined, as in Stripe's test mode."""
    number = "".join(letter for letter in typed.upper() if letter.isalnum())
    if number in _BY_NUMBER:
        return _BY_NUMBER[number]
    return _NO_TEST_CARD if _luhn(number) else _NO_CARD


def name_of(card: Card) -> str:
    """Return what a card is kept by: its number, or why it is none. A number that is no test card is never kept."""
    return card.number or card.code


def by_name(name: str) -> Card:
    """Return the card of `name_of`."""
    return _BY_NUMBER.get(name) or _BY_CODE.get(name, _NO_CARD)


def _luhn(number: str) -> bool:
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
