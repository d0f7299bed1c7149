"""What holding two books against each other finds: a code for programs, and words for people."""

from django.utils.translation import gettext_lazy as _

MISSING, UNKNOWN, DIFFERS = "not_in_our_books", "not_at_stripe", "differs"
NOT_LISTED, DOES_NOT_ADD_UP = "not_listed", "does_not_add_up"
UNKNOWN_CURRENCY, NOT_WHOLE = "unknown_currency", "not_whole"
OUT_OF_RANGE, NET_DIFFERS = "out_of_range", "net_differs"
UNREAD = "holds_unread_rows"
_WORDS = {
    MISSING: _("only Stripe knows it"),
    UNKNOWN: _("only our books know it"),
    DIFFERS: _("the amounts differ"),
    NOT_LISTED: _("Stripe has not said yet what is in it"),
    DOES_NOT_ADD_UP: _("what is in it is another sum"),
    UNREAD: _("it holds rows that could not be read"),
    UNKNOWN_CURRENCY: _("its currency is not known here"),
    NOT_WHOLE: _("its amount is a fraction that its currency does not have"),
    OUT_OF_RANGE: _("its amount is beyond any balance"),
    NET_DIFFERS: _("its net is not its gross less its fee"),
}


def in_words(code: str) -> str:
    """Return a finding in the reader's language; "" for none."""
    return str(_WORDS.get(code, code))
