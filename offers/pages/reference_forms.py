"""What is asked of referees, and who they are: closed answers, and an address that nobody sees again."""

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kernel.guard.forms import GuardedForm
from kernel.shell.forms import Tiles
from offers.pledges.references.models import KnownFor, Trust, YesNo


class AnswerForm(GuardedForm):
    """Three questions to somebody who knows the provider. There is no field in which a word could be written."""

    known_for = forms.ChoiceField(
        label=_("How long have you known this person?"),
        choices=[(word, capfirst(label)) for word, label in KnownFor.choices],
        widget=Tiles,
    )
    trust = forms.ChoiceField(
        label=_("Would you trust this person with somebody who is in danger?"),
        choices=[(word, capfirst(label)) for word, label in Trust.choices],
        widget=Tiles,
    )
    against_children = forms.ChoiceField(
        label=_("Do you know any reason why children should not be there?"),
        choices=[(word, capfirst(label)) for word, label in YesNo.choices],
        widget=Tiles,
    )
    field_order = ["known_for", "trust", "against_children"]


class RefereeForm(GuardedForm):
    """Somebody who knows the provider, named on the private page."""

    email = forms.EmailField(label=_("Their e-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Which language do they read?"), choices=settings.LANGUAGES, widget=Tiles)
    field_order = ["email", "language"]


class AskRefereeForm(forms.Form):
    """Somebody who knows the provider, as the provider named them to those who check."""

    email = forms.EmailField(
        label=_("Their e-mail address"),
        max_length=254,
        help_text=_("Locked away at once and deleted with the answer; nobody can look it up here, you neither."),
    )
    language = forms.ChoiceField(label=_("Which language do they read?"), choices=settings.LANGUAGES, widget=Tiles)
