"""The receipt of a gift past Stripe: issued and printed by whoever keeps the books, with a name that is not kept."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from donations.offline.models import OfflineGift, OfflineStatus
from donations.pages.console.forms import refuse
from donations.pages.my_paper import pdf_answer
from donations.receipts.models import Receipt
from donations.receipts.offline import issue_offline, printed
from donations.receipts.paper.sheet import printable
from kernel.accounts.access import console
from kernel.accounts.models import Member
from kernel.states import Refusal


class OfflineReceiptForm(forms.Form):
    """`name`, as it is to be printed or was; `paper` (reference), where there is more than one."""

    name = forms.CharField(
        label=_("Name on the receipt"),
        required=False,
        max_length=120,
        help_text=_("It is printed and not kept. To print the paper again, write it in the same way."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    paper = forms.ChoiceField(label=_("Paper"), required=False)

    def __init__(self, data: Any = None, *, papers: list[Receipt]) -> None:
        super().__init__(data)
        choose: Any = self.fields["paper"]
        choose.choices = [(one.reference, f"{one.full_number} · {one.get_kind_display()}") for one in papers]
        if len(papers) < 2:
            del self.fields["paper"]

    def clean_name(self) -> str:
        """Refuse a name that the typeface of the papers has no letters for."""
        name: str = self.cleaned_data["name"]
        if not {ord(letter) for letter in name} <= printable():
            raise forms.ValidationError(_("Write the name in Latin, Greek or Cyrillic letters."))
        return name


@require_http_methods(["GET", "POST"])
@console("donations.keep_books")
def offline_receipt(request: HttpRequest, gift_id: str) -> HttpResponse:
    """Show the papers of a gift past Stripe; a POST issues the receipt, if there is none, and prints one."""
    member: Member = request.member  # type: ignore[attr-defined] # console() sets it
    gift = get_object_or_404(OfflineGift.objects.select_related("fund"), pk=gift_id)
    papers = list(gift.receipts.select_related("issuer", "terms", "corrects__issuer"))
    form = OfflineReceiptForm(request.POST if request.method == "POST" else None, papers=papers)
    if form.is_valid():
        who, at, name = member.user.actor, timezone.now(), form.cleaned_data["name"]
        wanted = form.cleaned_data.get("paper") or (papers[0].reference if papers else "")
        try:
            language = (get_language() or "en").split("-")[0]
            paper = next((one for one in papers if one.reference == wanted), None) or issue_offline(
                gift, name=name, language=language, by=who, at=at
            )
            return pdf_answer(printed(paper, name=name, by=who, at=at), f"{paper.full_number}.pdf")
        except Refusal as refusal:
            refuse(form, refusal)
    context = {
        "gift": gift,
        "papers": papers,
        "form": form,
        "may_issue": bool(papers) or gift.status == OfflineStatus.BOOKED,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "donations/console/offline_receipt.html", context, status=status)
