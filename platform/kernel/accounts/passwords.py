"""Passwords that anyone would try here first: made of this house's own words, and little else."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kernel.accounts.members import Role

# what this installation, its work and its people are called; ASVS 5.0, 6.1.2 asks for the list, 6.2.11 for its use
WORDS = (
    "waystation", "hotline", "network", "shelter", "refugee", "evacuation", "donation", "pledge", "housing",
    "operator", "partner", "console", "password", "passphrase", "welcome", "chechnya", *Role.values,
)  # fmt: skip
LEAST_OF_ONES_OWN = 8  # letters and digits that are none of these words


class HouseWords:
    """Django password validator: what is left once this house's words are taken out must still be hard to guess."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError `house_words` for a password with fewer than eight signs of its own."""
        known = re.compile("|".join(sorted(WORDS, key=len, reverse=True)))
        left = re.sub(r"[\W_]", "", known.sub("", password.casefold()))
        if len(left) < LEAST_OF_ONES_OWN and known.search(password.casefold()):
            raise ValidationError(self.get_help_text(), code="house_words")

    def get_help_text(self) -> str:
        """Return the rule in one sentence."""
        return _("A password is not made of words of this house, such as its name or your role, and little else.")
