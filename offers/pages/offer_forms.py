"""The pages of an offer as forms. All but the last write the draft; the last one goes straight to the vault."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kernel import places
from kernel.guard.forms import GuardedForm
from kernel.guard.watch import Watch
from kernel.shell.forms import CheckColumns, DateInput, Tiles
from kernel.states import Refusal
from offers.kinds.helpkind import FIELDS
from offers.kinds.languages import language_choices
from offers.kinds.registry import found, kind_of
from offers.kinds.vocabulary import WISHES, PartyTrait, ProviderType
from offers.pledges import availability
from offers.pledges.contact import LENGTHS, Contact
from offers.pledges.models import Pledge
from offers.pledges.terms import COUNTS

MOST_LANGUAGES = 3
# where a refusal's field is shown in a form that has no field of that name
SHOWN_AT = {"availability": "available_until", "languages": "language_1", "contact": "note", "region": "city_query"}


def refuse(form: forms.Form, refusal: Refusal) -> None:
    """Show a refusal at the field it names, or above the form."""
    name = refusal.field.removeprefix("contact.")
    name = name if name in form.fields else SHOWN_AT.get(name, "")
    form.add_error(name if name in form.fields else None, str(_(refusal.sentence)))


def _capitals(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [(word, capfirst(label)) for word, label in choices]


def _count(field: str, label: Any, help_text: Any = "", *, required: bool = False) -> forms.IntegerField:
    least, most, _optional = COUNTS[field]
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=required,
        min_value=least,
        max_value=most,
        widget=forms.NumberInput({"class": "short", "inputmode": "numeric"}),
    )


def kind_tiles() -> list[tuple[str, Any]]:
    """Return a tile for every kind of help: its word, and what it is."""
    tile = '<strong>{}</strong><br><span class="small muted">{}</span>'
    return [(word, format_html(tile, kind.title, kind.about)) for word, kind in found().items()]


class KindForm(GuardedForm):
    """Which kind of help it is."""

    kind = forms.ChoiceField(label=_("What can you offer?"), widget=Tiles(large=True))

    def __init__(self, watched: Watch, **kwargs: Any) -> None:
        super().__init__(watched, **kwargs)
        self.fields["kind"].choices = kind_tiles()  # type: ignore[attr-defined]
        self.order_fields(["kind"])


class DatesForm(forms.Form):
    """How many units, and from when until when."""

    units_total = _count("units_total", _("How many"), required=True)
    available_from = forms.DateField(label=_("From"), widget=DateInput)
    available_until = forms.DateField(
        label=_("Until"), widget=DateInput, help_text=_("The day on which it is over; that day is not part of it.")
    )

    def __init__(self, pledge: Pledge, data: Mapping[str, Any] | None = None) -> None:
        initial = {"available_from": pledge.available_from, "available_until": pledge.available_until}
        for name in self.base_fields:
            initial.setdefault(name, getattr(pledge, name))
        super().__init__(data, initial=initial)
        self.fields["units_total"].label = kind_of(pledge.kind).units

    def changes(self) -> dict[str, Any]:
        """Return the fields of the pledge that this form sets."""
        values = {**self.cleaned_data}
        values["availability"] = [{"from": values.pop("available_from"), "until": values.pop("available_until")}]
        return values


class StayForm(DatesForm):
    """How long before, and how long somebody may stay; a kind shows the fields it declares."""

    notice_days = _count("notice_days", _("Days you need to prepare"), _("0 if somebody could come today."))
    min_stay_days = _count("min_stay_days", _("Shortest stay, in days"))
    max_stay_days = _count("max_stay_days", _("Longest stay, in days"), _("Leave empty if there is no limit."))

    def __init__(self, pledge: Pledge, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(pledge, data)
        self.ranges = availability.read(pledge.availability)
        for name in set(self.fields) & set(FIELDS) - set(kind_of(pledge.kind).fields):
            del self.fields[name]

    def changes(self) -> dict[str, Any]:
        """Return the fields of the pledge that this form sets; what was left empty is nought or no limit."""
        values = super().changes()
        for name in ("notice_days", "min_stay_days"):
            if name in values:
                values[name] = values[name] or 0
        return values


class DetailsForm(StayForm):
    """What exactly is offered."""

    provider_type = forms.ChoiceField(
        label=_("Who offers this?"), choices=_capitals(ProviderType.choices), widget=Tiles
    )
    max_party = _count("max_party", _("For how many people each"), required=True)
    field_order = [
        "units_total", "available_from", "available_until", "provider_type", "max_party", "notice_days",
        "min_stay_days", "max_stay_days",
    ]  # fmt: skip


class PlaceForm(forms.Form):
    """Where it is: a country, and a town found by its name without a script."""

    country = forms.ChoiceField(label=_("Country"))
    city_query = forms.CharField(
        label=_("Town or city"),
        required=False,
        max_length=80,
        help_text=_("The nearest town is enough. We never show it: others see the region."),
    )
    city = forms.TypedChoiceField(
        label=_("Which of these?"),
        coerce=int,
        widget=Tiles(large=True),
        error_messages={"required": _("Several towns have that name: choose one.")},
    )
    radius_km = _count("radius_km", _("How far you would go, in km"))
    remote = forms.BooleanField(label=_("It also works by phone or video"), required=False)
    service_area = forms.MultipleChoiceField(
        label=_("Other countries you can help in"), required=False, widget=forms.SelectMultiple({"size": 8})
    )

    def __init__(self, pledge: Pledge, data: Mapping[str, Any] | None = None) -> None:
        here = places.city(pledge.city) if pledge.city else None
        initial = {name: getattr(pledge, name) for name in ("country", "radius_km", "remote", "service_area", "city")}
        super().__init__(data, initial={**initial, "city_query": here.name if here else ""})
        countries = places.countries(get_language() or "en")
        self.fields["country"].choices = [("", _("Choose a country")), *countries]  # type: ignore[attr-defined]
        self.fields["service_area"].choices = countries  # type: ignore[attr-defined]
        for name in ("radius_km", "remote", "service_area"):
            if name not in kind_of(pledge.kind).fields:
                del self.fields[name]
        self._offer_towns()

    def _offer_towns(self) -> None:
        """Let one choose among the towns that the name found; without a name there is nothing to choose."""
        country, query = self.data.get("country", ""), self.data.get("city_query", "").replace("\0", "").strip()
        towns = places.cities(country, query) if places.is_country(country) and query else []
        named = [town for town in towns if town.name.casefold() == query.casefold()]
        # the only one of exactly that name, or the only one at all, needs no question
        self.sure = named[0] if len(named) == 1 else towns[0] if len(towns) == 1 else None
        self.towns = towns
        if towns and self.sure is None:
            self.fields["city"].choices = [(town.id, self._town(town)) for town in towns]  # type: ignore[attr-defined]
        else:
            del self.fields["city"]

    @staticmethod
    def _town(town: places.City) -> str:
        return f"{town.name}, {places.region_name(town.region)}" if town.region else town.name

    def clean(self) -> dict[str, Any]:
        """See that a name that was typed led to one town."""
        cleaned = super().clean() or {}
        if cleaned.get("city_query") and cleaned.get("country") and not self.towns:
            self.add_error("city_query", _("No town of that name was found there. Try the nearest larger one."))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """Return the fields of the pledge that this form sets; the region follows from the town."""
        values = {**self.cleaned_data, "region": ""}
        del values["city_query"]
        values["city"] = self.sure.id if self.sure else values.get("city")
        return values


class LanguagesForm(forms.Form):
    """What is spoken there, and what it is like."""

    features = forms.MultipleChoiceField(label=_("What applies?"), required=False, widget=CheckColumns)
    refusals = forms.MultipleChoiceField(
        label=_("What you cannot take"), required=False, choices=_capitals(PartyTrait.choices), widget=CheckColumns
    )
    preferences = forms.MultipleChoiceField(
        label=_("What would suit you best"),
        required=False,
        choices=_capitals(WISHES.items()),
        widget=CheckColumns,
        help_text=_("Wishes, no conditions: they decide between several people, never against one."),
    )

    def __init__(self, pledge: Pledge, data: Mapping[str, Any] | None = None) -> None:
        initial = {name: getattr(pledge, name) for name in ("features", "refusals", "preferences")}
        initial |= {f"language_{i}": tag for i, tag in enumerate(pledge.languages[:MOST_LANGUAGES], 1)}
        super().__init__(data, initial=initial)
        choices = [("", "–"), *sorted(language_choices(get_language() or "en"), key=lambda pair: pair[1].casefold())]
        labels = (_("Language you speak best"), _("Second language"), _("Third language"))
        for i, label in enumerate(labels, 1):
            self.fields[f"language_{i}"] = forms.ChoiceField(label=label, choices=choices, required=i == 1)
        self.order_fields([f"language_{i}" for i in range(1, MOST_LANGUAGES + 1)])
        kind = kind_of(pledge.kind)
        self.fields["features"].choices = _capitals((word.value, word.label) for word in kind.features)  # type: ignore[attr-defined]
        for name in ("refusals", "preferences"):
            if name not in kind.fields:
                del self.fields[name]

    def changes(self) -> dict[str, Any]:
        """Return the fields of the pledge that this form sets, languages best first."""
        values = {**self.cleaned_data}
        spoken: Iterable[str] = [values.pop(f"language_{i}") for i in range(1, MOST_LANGUAGES + 1)]
        return {**values, "languages": [tag for tag in spoken if tag]}


class ContactForm(GuardedForm):
    """Who offers. What is typed here is sealed as it arrives and never shown again, not to whoever typed it either."""

    name = forms.CharField(label=_("What may we call you?"), max_length=LENGTHS["name"])
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=LENGTHS["email"],
        help_text=_("We send one message to confirm it, in neutral words."),
    )
    phone = forms.CharField(label=_("Phone number"), max_length=LENGTHS["phone"], required=False)
    address = forms.CharField(
        label=_("Address"), max_length=LENGTHS["address"], required=False, widget=forms.Textarea({"rows": 3})
    )
    note = forms.CharField(
        label=_("Anything we should know"),
        max_length=LENGTHS["note"],
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    field_order = ["name", "email", "phone", "address", "note"]

    def contact(self) -> Contact:
        """Return what was typed, on its way to the vault."""
        return Contact(**{field: self.cleaned_data[field] for field in LENGTHS})
