"""What keeps machines out of an open form: a field only they fill in, and a stamp that says they were too quick."""

import time
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kernel.shell.forms import Trap

_SIGNER = signing.Signer(salt="offers.form_opened")
LEAST_SECONDS = 2
MOST_SECONDS = 24 * 3600


def stamp() -> str:
    """Return the signed moment at which a form is shown."""
    return _SIGNER.sign(str(int(time.time() * 1000)))


def seconds_since(stamped: str) -> float | None:
    """Return how long ago a form was shown, or None if the stamp is not ours or more than a day old."""
    try:
        opened = int(_SIGNER.unsign(stamped)) / 1000
    except (signing.BadSignature, ValueError):
        return None
    age = time.time() - opened
    return age if age <= MOST_SECONDS else None


class GuardedForm(forms.Form):
    """A form with a trap and a stamp. A machine that fills in the trap is told that all went well (`caught`)."""

    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=200, widget=Trap)
    opened = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("opened", stamp())

    @property
    def caught(self) -> bool:
        """Whether the field that no person sees was filled in."""
        return bool(self.data.get("website"))

    def clean(self) -> dict[str, Any]:
        """Refuse what was sent too quickly to have been read, or too late to be believed."""
        cleaned = super().clean() or {}
        age = seconds_since(cleaned.get("opened", ""))
        if age is None:
            # the next try carries a stamp of its own
            self.data = {**self.data.dict(), "opened": stamp()} if isinstance(self.data, QueryDict) else self.data
            self.add_error(None, _("This page was open for a long time. Please send it again."))
        elif age < LEAST_SECONDS:
            self.add_error(None, _("That was very quick. Please look it over and send it again."))
        return cleaned
