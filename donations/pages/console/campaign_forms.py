"""The forms of campaigns and of what they send. Fields and their values are stable, see docs/console-forms.md."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from donations.campaigns.addresses import PageAddress, read_address
from donations.campaigns.deeds import CampaignTerms
from donations.campaigns.models import Campaign
from donations.campaigns.transfers.deeds import gifts_that_fit
from donations.campaigns.transfers.models import REFERENCE, CampaignTransfer
from donations.funds.models import Fund
from donations.giving import amounts
from donations.offline.models import OfflineGift
from donations.pages.console.forms import FundChoice
from kernel.accounts.models import Organisation, OrganisationRole
from kernel.shell.forms import DateInput, MoneyField
from kernel.shell.templatetags.shell import money

# letters, digits and what stands between them: no brackets, quotes or signs of markup
PLAIN = RegexValidator(r"^[\w ,.:!?&'’–-]+\Z", _("Letters, digits and plain punctuation."))


class CampaignForm(forms.Form):
    """`fund`, `partner` (ids) or `fundraiser`, `title`, `title_ru`, `address`, `begins_on`, `ends_before`, `goal_0`,
    `goal_1`.
    """

    fund = FundChoice(Fund.objects.none(), label=_("Fund"))
    partner = forms.ModelChoiceField(Organisation.objects.none(), label=_("Partner"), required=False)
    fundraiser = forms.CharField(
        label=_("Or another fundraiser"),
        max_length=80,
        required=False,
        validators=[PLAIN],
        help_text=_("The name of a group, which will be public. No person's name."),
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=80,
        validators=[PLAIN],
        help_text=_("In neutral words: whoever looks at a donor's screen reads it."),
    )
    title_ru = forms.CharField(label=_("Title in Russian"), max_length=80, required=False, validators=[PLAIN])
    address = forms.CharField(
        label=_("Address of its page"),
        max_length=300,
        help_text=_("https:// and the page itself where others collect on the same host. It is genuine there alone."),
    )
    begins_on = forms.DateField(label=_("First day"), widget=DateInput)
    ends_before = forms.DateField(
        label=_("Over on"), widget=DateInput, help_text=_("The first day on which nobody may collect any more.")
    )
    goal = MoneyField(label=_("Goal"), currencies=amounts.CURRENCIES, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for name, rows in (
            ("fund", Fund.objects.open()),
            ("partner", Organisation.objects.filter(role=OrganisationRole.PARTNER).order_by("name")),
        ):
            choose = self.fields[name]
            if isinstance(choose, forms.ModelChoiceField):
                choose.queryset = rows

    def clean_address(self) -> PageAddress:
        """Read the address as a browser would; our own pages are nobody's campaign."""
        try:
            page = read_address(self.cleaned_data["address"])
        except ValueError:
            raise forms.ValidationError(
                _("Type an address such as https://example.org/our-page: no port, no question mark, no special signs.")
            ) from None
        if page.host == (urlsplit(settings.PUBLIC_URL).hostname or "").removeprefix("www."):
            raise forms.ValidationError(_("This is our own site, which needs no authorisation."))
        return page

    def terms(self) -> CampaignTerms:
        """Return what was filled in."""
        said = dict(self.cleaned_data)
        return CampaignTerms(page=said.pop("address"), **said)


class CampaignChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # not generic at run time
    """A choice of campaigns, each by its title in the language of the reader."""

    def label_from_instance(self, obj: Campaign) -> str:
        """Return the title, and who collects."""
        return f"{obj.shown_title} · {obj.collector}"


class TransferForm(forms.Form):
    """`campaign` (id), `amount_0`, `amount_1` (currency), `sent_on`, `reference`."""

    campaign = CampaignChoice(Campaign.objects.none(), label=_("Campaign"))
    amount = MoneyField(label=_("Amount"), currencies=amounts.CURRENCIES)
    sent_on = forms.DateField(label=_("Sent on"), widget=DateInput)
    reference = forms.CharField(
        label=_("Reference"),
        max_length=20,
        validators=[RegexValidator(rf"^{REFERENCE}\Z", _("Three to twenty capital letters, digits and hyphens."))],
        help_text=_("As the bank's statement will say it: capital letters, digits, hyphens. No name."),
    )

    def __init__(self, data: Any = None, *, organisation: Organisation) -> None:
        super().__init__(data)
        choose = self.fields["campaign"]
        if isinstance(choose, forms.ModelChoiceField):
            rows = Campaign.objects.collected_by(organisation).select_related("partner")
            choose.queryset = rows.order_by("-ends_before", "pk")


class GiftChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # not generic at run time
    """A choice of gifts past Stripe, each by its day and amount."""

    def label_from_instance(self, obj: OfflineGift) -> str:
        """Return the day and the amount."""
        return f"{obj.received_on:%Y-%m-%d} · {money(obj.amount)}"


class ReceiveForm(forms.Form):
    """`gift` (id of a gift past Stripe; empty: it has not arrived after all)."""

    gift = GiftChoice(OfflineGift.objects.none(), label=_("Arrived as"), required=False)

    def __init__(self, data: Any = None, *, transfer: CampaignTransfer) -> None:
        super().__init__(data, auto_id=f"id_{transfer.pk}_%s")
        choose = self.fields["gift"]
        if isinstance(choose, forms.ModelChoiceField):
            choose.queryset = gifts_that_fit(transfer.campaign)
