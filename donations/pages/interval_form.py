"""How often a gift comes, and where its donor is written to: the part of /give/ for gifts that come again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from donations.recurring.states import GiftInterval
from kernel.shell.forms import Tiles

ONCE = "once"


class IntervalFields(forms.Form):
    """`interval` is `once`, `month` or `year`; absent it is once. `contact_email` is asked of what comes again.

    Cleaned: `interval` is "" for once; `contact_email` is that of the receipt where only that was written.
    """

    interval = forms.ChoiceField(
        label=_("How often"),
        widget=Tiles,
        required=False,
        initial=ONCE,
        choices=[(ONCE, _("once")), (GiftInterval.MONTH, _("every month")), (GiftInterval.YEAR, _("every year"))],
        help_text=_("What comes again can be paused, changed or ended at any time."),
    )
    contact_email = forms.EmailField(
        label=_("Your e-mail address, for a gift that comes again"),
        required=False,
        max_length=254,
        help_text=_("We write there in neutral words, and only if a payment fails or the gift ends."),
    )

    def clean_interval(self) -> str:
        """Read once as nothing."""
        asked: str = self.cleaned_data["interval"]
        return "" if asked == ONCE else asked

    def clean_contact(self, cleaned: dict[str, Any]) -> None:
        """Ask for an address where the gift comes again; let go of one that is not needed."""
        if not cleaned.get("interval"):
            cleaned["contact_email"] = ""
        elif "contact_email" not in self.errors and not cleaned.get("contact_email"):
            cleaned["contact_email"] = cleaned.get("receipt_email", "")
            if not cleaned["contact_email"]:
                self.add_error(
                    "contact_email", _("Write where we can tell you if a payment fails, or give once instead.")
                )
