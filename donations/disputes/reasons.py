"""What a bank says about why a payment is taken back, in words: Stripe's codes, as its API lists them for disputes."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "bank_cannot_process": _("the bank cannot process it"),
    "check_returned": _("the check came back"),
    "credit_not_processed": _("a refund was promised and did not come"),
    "customer_initiated": _("the donor asked the bank for it"),
    "debit_not_authorized": _("the debit was not allowed"),
    "duplicate": _("charged twice"),
    "fraudulent": _("the card's owner says that it was somebody else"),
    "general": _("no reason is named"),
    "incorrect_account_details": _("the account's details are wrong"),
    "insufficient_funds": _("the account does not hold that much"),
    "product_not_received": _("what was paid for did not come"),
    "product_unacceptable": _("what was paid for is not as promised"),
    "subscription_canceled": _("it had been ended, and was collected again"),
    "unrecognized": _("the owner does not recognise the payment"),
}


def in_words(code: str) -> str:
    """Return a reason in the reader's language; a code that is new stands for itself."""
    return str(REASONS.get(code, code))
