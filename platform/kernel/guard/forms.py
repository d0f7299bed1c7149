"""A form that anybody may send."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kernel.guard.once import once
from kernel.guard.stamps import new_stamp
from kernel.guard.watch import Watch
from kernel.shell.forms import Trap
from kernel.states import Refusal

LEAST_SECONDS = 2
LINKS = ("://", "www.", "<", "[")


class GuardedForm(forms.Form):
    """A form with a trap, a stamp and a riddle.

    A machine that leaves a link in the trap is told that all went well (`caught`). Anything else in there may be a
    browser that fills in what it knows: that form is taken, with a suspicion. The riddle is for the script alone.
    """

    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=200, widget=Trap)
    opened = forms.CharField(required=False, max_length=160, widget=forms.HiddenInput)
    proof = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    class Media:
        js = [forms.Script("guard/work.js", defer=True)]

    def __init__(self, watched: Watch, *, harder: int = 0, **kwargs: Any) -> None:
        super().__init__(watched.data, watched.files, **kwargs)
        self.watched, self.harder = watched, harder
        self.initial.setdefault("opened", new_stamp(watched.form, harder=harder))

    @property
    def caught(self) -> bool:
        """Whether somebody who sees no page wrote a link where nobody writes."""
        return any(part in self.data.get("website", "").lower() for part in LINKS)

    def suspicions(self) -> list[str]:
        """Return why somebody should look at this before it goes on: `trap`, `many_from_one_place`."""
        found = {"trap": bool(self.data.get("website", "").strip()), "many_from_one_place": self.watched.many}
        return [code for code, is_so in found.items() if is_so]

    def once(self, deed: Callable[[], str], *, same: Callable[[str], bool] = bool) -> str:
        """Do `deed` once for this page, as `kernel.guard.once` says; the page's next try is a page of its own."""
        if self.watched.stamp is None:
            raise RuntimeError("A form is sent once it is valid, and it is valid with a stamp alone.")
        try:
            return once(self.watched.stamp, deed, same=same)
        except Refusal as refusal:
            if refusal.code == "sent_already":
                self.stamp_anew()
            raise

    def clean(self) -> dict[str, Any]:
        """Refuse what comes too often, was sent too quickly to have been read, or too late to be believed."""
        cleaned = super().clean() or {}
        stamp = self.watched.stamp
        if self.watched.wait:
            self.add_error(None, _too_often(self.watched.wait))
        elif stamp is None:
            self.stamp_anew()
            self.add_error(None, _("This page was open for a long time. Please send it again."))
        elif stamp.age < LEAST_SECONDS:
            self.add_error(None, _("That was very quick. Please look it over and send it again."))
        return cleaned

    def stamp_anew(self) -> None:
        """Have the next try carry a stamp, and a riddle, of its own."""
        data: Any = self.data
        data = data.copy()  # of a QueryDict, this is one that can be written
        data["opened"], data["proof"] = new_stamp(self.watched.form, harder=self.harder), ""
        self.data = data


def _too_often(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return ngettext(
        "Many forms have come from your network. Please send this again in %(count)d minute.",
        "Many forms have come from your network. Please send this again in %(count)d minutes.",
        minutes,
    ) % {"count": minutes}
