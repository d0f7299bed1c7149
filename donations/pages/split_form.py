"""The part of the form of /give/ by which a gift is shared among several funds."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donations.funds.models import Fund
from donations.giving.begin import MOST_FUNDS
from kernel.shell.forms import CheckTiles

MOST_SHARE = 1000


class SplitFields(forms.Form):
    """`also`: further funds (slugs or ids). `share_{fund id}`: whole-number parts, all of them or none.

    Without shares each fund gets an equal part. Cleaned: `split`, a list of (Fund, share), `fund` first.
    """

    also = forms.MultipleChoiceField(
        label=gettext_lazy("And also for"),
        required=False,
        widget=CheckTiles,
        help_text=gettext_lazy("In equal parts with what you chose above, unless you write parts below."),
    )

    def offer_split(self, funds: list[Fund]) -> None:
        """Offer what can be ticked; with a single fund there is nothing to share."""
        if len(funds) < 2:
            del self.fields["also"]
            return
        field: Any = self.fields["also"]
        field.choices = [(fund.slug, fund.shown_name) for fund in funds]
        for fund in funds:
            self.fields[share_name(fund)] = forms.IntegerField(
                label=fund.shown_name,
                required=False,
                min_value=1,
                max_value=MOST_SHARE,
                widget=forms.NumberInput({"class": "short", "inputmode": "numeric", "autocomplete": "off"}),
            )

    def share_fields(self) -> list[forms.BoundField]:
        """Return the inputs for the parts."""
        return [self[name] for name in self.fields if name.startswith("share_")]

    def split_asked(self) -> bool:
        """Whether somebody has begun to share: then that part of the page stands open."""
        if "also" not in self.fields:
            return False
        return any(field.value() or field.errors for field in (self["also"], *self.share_fields()))

    def split_of(self, first: Fund, funds: list[Fund]) -> list[tuple[Fund, int]]:
        """Return the funds with their shares, errors noted beside their fields."""
        ticked = self.cleaned_data.get("also", [])
        chosen = [first] + [fund for fund in funds if fund.slug in ticked and fund != first]
        if len(chosen) > MOST_FUNDS:
            self.add_error("also", _("Choose at most %(most)s at once.") % {"most": MOST_FUNDS})
        named = {fund: self.cleaned_data.get(share_name(fund)) for fund in funds}
        if any(named.values()):
            self._check_shares(named, chosen)
        return [(fund, named[fund] or 1) for fund in chosen]

    def _check_shares(self, named: dict[Fund, int | None], chosen: list[Fund]) -> None:
        for fund, share in named.items():
            name = share_name(fund)
            if share and fund not in chosen:
                self.add_error(name, _("You did not choose this one: tick it above, or leave its part empty."))
            elif not share and fund in chosen and name not in self.errors:
                self.add_error(name, _("Write a part for this one too, or leave all of them empty."))


def share_name(fund: Fund) -> str:
    """Return the name of the input for a fund's part."""
    return f"share_{fund.pk}"
