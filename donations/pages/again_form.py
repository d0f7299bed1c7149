"""The one button of a page that was not paid."""

from django import forms

from kernel.guard.forms import GuardedForm


class AgainForm(GuardedForm):
    """`donation` is the reference that the page behind it was asked for with."""

    donation = forms.CharField(max_length=40, widget=forms.HiddenInput)
