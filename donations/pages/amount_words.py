"""What is wrong with an amount, as people of the page's language read it."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from donations.giving import amounts
from kernel.money import Money
from kernel.states import Refusal


def wrong_with(money: Money) -> str:
    """Return why an amount cannot be taken, or "" if it can."""
    try:
        amounts.check(money)
    except Refusal as refusal:
        return _in_words(refusal, money.currency)
    return ""


def _in_words(refusal: Refusal, currency: str) -> str:
    language, limits = get_language() or "en", amounts.RANGES[currency]
    sentences = {
        "amount_too_small": _("The least we can take is %(money)s.")
        % {"money": Money(limits.least, currency).formatted(language)},
        "amount_too_large": _("The most we can take at once is %(money)s. For more, please write to us.")
        % {"money": Money(limits.most, currency).formatted(language)},
        "amount_step": _("This currency is taken in steps of %(money)s.")
        % {"money": Money(limits.step, currency).formatted(language)},
    }
    return sentences.get(refusal.code, refusal.sentence)
