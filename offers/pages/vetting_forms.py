"""What those who check an offer fill in: outcomes from closed lists, never a word about the provider."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kernel.shell.forms import CheckColumns, CheckTiles, DateInput, Tiles
from offers.kinds.registry import kind_of
from offers.kinds.vocabulary import PROVEN_BY, Check, Feature, Kind
from offers.pledges.models import Pledge, PledgeStatus, VettingStep
from offers.pledges.queue import ACTIONS
from offers.pledges.vetting import REASONS, SUSPICIONS

REASON_WORDS = dict(
    zip(
        (*REASONS, *SUSPICIONS),
        (
            _("A check failed"),
            _("It does not suit"),
            _("Nobody answers"),
            _("It is here twice"),
            _("A safety report came in"),
            _("The checks are in doubt"),
            _("The provider cannot be reached"),
        ),
        strict=True,
    )
)


def _features(words: Iterable[str]) -> list[tuple[str, Any]]:
    return [(word, Feature(word).label) for word in words]


IS_HASH = RegexValidator(r"^[0-9a-f]{64}$", _("That is 64 digits and letters from a to f."))
HASH_HELP = _(
    "Proves later which document was seen. The document itself is not kept here; how to compute it stands below."
)


class FilterForm(forms.Form):
    """Which offers the queue shows."""

    status = forms.ChoiceField(
        required=False,
        choices=[(state.value, state.label) for state in PledgeStatus if state not in ("draft", "erased")],
    )


class QueueForm(forms.Form):
    """Of which kind, and with what to be done next, offers are listed."""

    next = forms.ChoiceField(
        label=_("What is to be done"),
        required=False,
        choices=[("", _("anything")), *((word, capfirst(label)) for word, label in ACTIONS.items())],
    )
    kind = forms.ChoiceField(
        label=_("Kind of help"),
        required=False,
        choices=[("", _("any")), *((word, capfirst(label)) for word, label in Kind.choices)],
    )


class OutcomeForm(forms.Form):
    """The outcome of one check, or of several at once."""

    step = forms.MultipleChoiceField(label=_("Which checks?"), widget=CheckTiles)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=VettingStep.Outcome.choices, widget=Tiles)
    features = forms.MultipleChoiceField(
        label=_("What did this prove?"),
        required=False,
        widget=CheckColumns,
        help_text=_("Only what the provider declared. Some of it is proven by one check alone."),
    )
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=DateInput, help_text=_("Left empty: a year from the signature.")
    )
    evidence_hash = forms.CharField(
        label=_("SHA-256 of the document"),
        required=False,
        max_length=64,
        validators=[IS_HASH],
        help_text=HASH_HELP,
    )

    def __init__(self, pledge: Pledge, data: Mapping[str, Any] | None = None, *, suggested: bool = False) -> None:
        first = {"step": [Check.REFERENCES.value], "outcome": VettingStep.Outcome.PASSED.value}
        super().__init__(data, initial=first if suggested else None)
        asked = kind_of(pledge.kind).checks_for(pledge.features)
        checks = [*asked, *(check for check in Check if check not in asked)]
        self.fields["step"].choices = [(check.value, check.label) for check in checks]  # type: ignore[attr-defined]
        self.fields["features"].choices = _features(pledge.features)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """See that what only one check can prove comes with that check."""
        cleaned = super().clean() or {}
        for word, check in PROVEN_BY.items():
            if word in cleaned.get("features", ()) and check not in cleaned.get("step", ()):
                self.add_error("features", _("That is proven by another check."))
        return cleaned

    def outcomes(self) -> list[dict[str, Any]]:
        """Return what is to be recorded, check by check, each with the features it can prove."""
        words = self.cleaned_data
        shared = {name: words[name] for name in ("outcome", "valid_until", "evidence_hash")}
        return [
            {
                **shared,
                "step": step,
                "features": [word for word in words["features"] if PROVEN_BY.get(Feature(word), step) == step],
            }
            for step in words["step"]
        ]


class SignForm(forms.Form):
    """What the second person takes as verified."""

    verified_features = forms.MultipleChoiceField(
        label=_("What may be relied on?"), required=False, widget=CheckColumns
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, pledge: Pledge, steps: Iterable[VettingStep], data: Mapping[str, Any] | None = None) -> None:
        words = sorted({word for step in steps for word in step.features})
        super().__init__(data, initial={"verified_features": words, "version": pledge.version})
        self.fields["verified_features"].choices = _features(words)  # type: ignore[attr-defined]


class RenewForm(forms.Form):
    """A check that was made again before it ran out."""

    step = forms.ChoiceField(label=_("Which check?"), widget=Tiles)
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=DateInput, help_text=_("Left empty: a year from the signature.")
    )
    evidence_hash = forms.CharField(
        label=_("SHA-256 of the document"), required=False, max_length=64, validators=[IS_HASH], help_text=HASH_HELP
    )

    def __init__(self, due: Iterable[VettingStep], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="renew_%s")
        # shown are those that run out; what is sent may be any check, and the deed says why another is not renewed
        offered = {step.step for step in due} if data is None else set(Check.values)
        choices = [(check.value, capfirst(check.label)) for check in Check if check in offered]
        self.fields["step"].choices = choices  # type: ignore[attr-defined]


class VersionForm(forms.Form):
    """The version somebody has read."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class RejectForm(forms.Form):
    """Why an offer is not accepted."""

    why = forms.ChoiceField(label=_("Why?"), choices=[(word, REASON_WORDS[word]) for word in REASONS])


class SuspendForm(forms.Form):
    """Why an offer is stopped at once."""

    why = forms.ChoiceField(label=_("Why?"), choices=[(word, REASON_WORDS[word]) for word in SUSPICIONS])
