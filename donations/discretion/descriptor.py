"""The line on a bank statement, by Stripe's rules: https://docs.stripe.com/get-started/account/statement-descriptors"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from donations.discretion.words import revealing

SHORTEST, LONGEST = 5, 22
FORBIDDEN = frozenset("<>\\'\"*")
PROBLEMS: dict[str, Any] = {
    "too_short": _("It is shorter than 5 characters."),
    "too_long": _("It is longer than 22 characters: banks cut it off."),
    "not_latin": _("It has letters that are not Latin, or signs that banks do not print."),
    "no_letter": _("It has no letter."),
    "forbidden_character": _("It has one of the characters < > \\ ' \" *, which Stripe refuses."),
    "revealing": _("It tells more than that somebody paid something."),
}


def problems(line: str) -> list[str]:
    """Return the codes of what is wrong with a statement descriptor, in the order of PROBLEMS; none if it can stand."""
    latin = line.isascii() and line.isprintable()
    checks = {
        "too_short": len(line) < SHORTEST,
        "too_long": len(line) > LONGEST,
        "not_latin": not latin,
        "no_letter": not any(letter.isascii() and letter.isalpha() for letter in line),
        "forbidden_character": bool(FORBIDDEN & set(line)),
        "revealing": bool(revealing(line)),
    }
    return [code for code, wrong in checks.items() if wrong]
