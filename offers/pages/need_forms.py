"""The form of a need: a box for each word of the closed vocabulary, and none for anything else."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kernel import places
from kernel.shell.forms import CheckColumns, DateInput, Tiles
from offers.kinds.languages import language_choices
from offers.kinds.registry import kind_of
from offers.kinds.vocabulary import BANDS, Feature, Kind, Urgency
from offers.needs.forbidden import why_not
from offers.needs.terms import LONGEST_CASE_REF, NeedTerms
from offers.pages.need_extras import extras

BAND_LABELS = {
    "0-2": _("0 to 2 years"),
    "3-12": _("3 to 12 years"),
    "13-17": _("13 to 17 years"),
    "18-59": _("18 to 59 years"),
    "60+": _("60 and older"),
}
_PURPOSE_LABELS = {
    "matching": _("looking for help"),
    "publication": _("an anonymous line on the partners' board"),
    "contact": _("being put in touch with a helper"),
}


def band_field(band: str) -> str:
    """Return the form's name for an age band: `band_18_59`, `band_60`."""
    return "band_" + band.replace("-", "_").rstrip("+")


class NeedForm(forms.Form):
    """A need as a caseworker writes it; `terms()` gives what the deed takes."""

    case_ref = forms.CharField(
        label=_("Your case reference"),
        max_length=LONGEST_CASE_REF,
        help_text=_("Only your organisation sees it. Never a name."),
    )
    kind = forms.ChoiceField(label=_("What is needed"), choices=Kind.choices, widget=Tiles)
    units = forms.IntegerField(label=_("How many"), min_value=1, max_value=1000, initial=1)
    urgency = forms.ChoiceField(label=_("How soon"), choices=Urgency.choices, widget=Tiles, initial=Urgency.SOON)
    window_from = forms.DateField(label=_("First day it could begin"), widget=DateInput)
    window_until = forms.DateField(label=_("It must begin before"), widget=DateInput)
    stay_days = forms.IntegerField(
        label=_("For how many days"),
        required=False,
        min_value=1,
        max_value=3660,
        help_text=_("Leave empty for what is usual: one day of a session, an hour or a seat, a month of a room."),
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries accepted"),
        required=False,
        widget=CheckColumns,
        help_text=_("Tick none if any country will do."),
    )
    countries_excluded = forms.MultipleChoiceField(
        label=_("Countries that must not be"), required=False, widget=CheckColumns
    )
    languages = forms.MultipleChoiceField(label=_("Languages spoken"), widget=CheckColumns)
    requires = forms.MultipleChoiceField(
        label=_("The helper must be"), required=False, choices=Feature.choices, widget=CheckColumns
    )
    prefers = forms.MultipleChoiceField(
        label=_("It would be good if"),
        required=False,
        choices=Feature.choices,
        widget=CheckColumns,
        help_text=_("At most five."),
    )
    consent_on = forms.DateField(label=_("Consent was given on"), widget=DateInput)
    consent_for = forms.MultipleChoiceField(
        label=_("Consent was given to"),
        choices=list(_PURPOSE_LABELS.items()),
        widget=CheckColumns,
        initial=["matching"],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        countries = places.countries(language)
        for name in ("countries", "countries_excluded"):
            self.fields[name].choices = countries  # type: ignore[attr-defined] # a choice field has choices
        self.fields["languages"].choices = language_choices(language)  # type: ignore[attr-defined]
        for band in BANDS:
            self.fields[band_field(band)] = forms.IntegerField(
                label=BAND_LABELS[band], min_value=0, max_value=50, initial=1 if band == "18-59" else 0
            )

    def clean(self) -> dict[str, Any] | None:
        """Refuse what is no box of this form, and say why it is none."""
        for name in extras(self.data, self.fields):
            self.add_error(None, ValidationError(why_not(name), "unknown_field"))
        return super().clean()

    def bands(self) -> list[Any]:
        """Return the fields that count persons, for the template to group."""
        return [self[band_field(band)] for band in BANDS]

    def terms(self) -> NeedTerms:
        """Return the valid form's terms."""
        said = self.cleaned_data
        bands = {band: said[band_field(band)] for band in BANDS}
        return NeedTerms(
            kind=said["kind"],
            units=said["units"],
            urgency=said["urgency"],
            party_size=sum(bands.values()),
            bands=bands,
            window_from=said["window_from"],
            window_until=said["window_until"],
            stay_days=said["stay_days"] or kind_of(said["kind"]).usual_days,
            countries=said["countries"] or None,
            countries_excluded=said["countries_excluded"],
            languages=said["languages"],
            requires=said["requires"],
            prefers=said["prefers"],
            consent={"given": True, "on": said["consent_on"], "for": said["consent_for"]},
            case_ref=said["case_ref"],
        )

    def refuse(self, field: str, sentence: str) -> None:
        """Show what a deed refused beside the field that mends it."""
        names = {
            "window.from": "window_from",
            "window.until": "window_until",
            "party.size": band_field("18-59"),
            "party.bands": band_field("18-59"),
            "consent.on": "consent_on",
            "consent.for": "consent_for",
        }
        name = names.get(field, field)
        self.add_error(name if name in self.fields else None, sentence)
