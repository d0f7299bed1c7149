"""Photos of a room, on the private page: add one, take one away. They are sealed, so nobody sees them here."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from kernel.guard.forms import GuardedForm
from kernel.guard.uploads import takes_file
from kernel.guard.watch import watch
from kernel.pictures import MOST_BYTES
from kernel.pictures.redrawing import redrawn
from kernel.shell.private import private
from kernel.states import Refusal
from offers.pages.my_offer import behind
from offers.pages.offer_forms import refuse
from offers.pledges.drafting import provider_of
from offers.pledges.models import Pledge
from offers.pledges.photos import MOST
from offers.pledges.photos.deeds import add_photo, remove_photo, takes_photos

SORTS = "image/jpeg,image/png,image/webp"


class PhotoForm(GuardedForm):
    """One photo. An empty file gets this far, so that it is refused in words of ours."""

    photo = forms.FileField(
        label=_("A photo of the room"),
        allow_empty_file=True,
        widget=forms.FileInput({"accept": SORTS}),
        help_text=_("JPEG, PNG or WebP, at most 8 MB. Where and when it was taken is removed from it."),
    )
    field_order = ["photo"]


def _offer(word: str) -> Pledge:
    pledge = behind(word)
    if not (takes_photos(pledge) or pledge.photos.exists()):
        raise Http404
    return pledge


@require_http_methods(["GET", "HEAD", "POST"])
@private
@takes_file(MOST_BYTES)
def my_offer_photos(request: HttpRequest, word: str) -> HttpResponse:
    """Show how many photos are kept; a POST adds one."""
    pledge = _offer(word)
    form = PhotoForm(watch(request, "photo"))
    if form.is_bound and not takes_photos(pledge):
        raise Http404
    if form.is_bound and form.is_valid():
        try:
            _add(form, pledge)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            return redirect("offers:my_offer_photos", word=word)
    photos = list(pledge.photos.all())
    context: dict[str, Any] = {"form": form, "word": word, "photos": photos, "most": MOST}
    context["may_add"] = takes_photos(pledge) and len(photos) < MOST
    return form.watched.mark(render(request, "offers/my_offer/photos.html", context))


def _add(form: PhotoForm, pledge: Pledge) -> None:
    drawn = redrawn(form.cleaned_data["photo"].read())  # slow, so before a transaction opens
    form.once(lambda: add_photo(pledge=pledge, drawn=drawn, by=provider_of(pledge), at=timezone.now()).pk)


@require_POST
@private
def my_offer_photo_remove(request: HttpRequest, word: str, photo_id: str) -> HttpResponse:
    """Take a photo away for good. Asked for twice, it is done once."""
    pledge = _offer(word)
    remove_photo(pledge=pledge, photo_id=photo_id, by=provider_of(pledge), at=timezone.now())
    return redirect("offers:my_offer_photos", word=word)
