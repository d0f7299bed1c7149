"""Looking at who sends a form: how often today, with what stamp, with how much work done. Nothing of it is kept."""

from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict

from kernel.guard.riddle import solved
from kernel.guard.stamps import Stamp, read_stamp
from kernel.limits.rates import Rate
from kernel.limits.taking import take

WORTH = 20  # so many times the forms may come from where a riddle is solved for each


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known about the sending of a form; without `data` it is only shown.

    `worked`: its riddle is solved. `many`: more came from there than is usual, but not more than is taken. `wait`:
    seconds until anything more is taken, 0 if this is.
    """

    form: str
    data: QueryDict | None = None
    files: MultiValueDict[str, UploadedFile] | None = None
    stamp: Stamp | None = None
    worked: bool = False
    many: bool = False
    wait: int = 0

    def mark(self, response: HttpResponse) -> HttpResponse:
        """Say in the answer's status that it came too often, if it did."""
        if self.wait:
            response.status_code = 429
            response["Retry-After"] = str(self.wait)
        return response


def watch(request: HttpRequest, form: str) -> Watch:
    """Look at a request for the page of `form` (a word of FORM_LIMITS); only a POST counts."""
    if request.method != "POST":
        return Watch(form)
    text = request.POST.get("opened", "")
    stamp = read_stamp(text, form)
    worked = stamp is not None and solved(text, request.POST.get("proof", ""), stamp.bits)
    usual, most = settings.FORM_LIMITS[form]
    worth, rate = WORTH if worked else 1, Rate.of(most, "A rate in FORM_LIMITS")
    standing = take(f"form {form}{' worked' if worked else ''}", request, Rate(rate.quota * worth, rate.window))
    many = standing.quota - standing.left > usual * worth
    return Watch(form, request.POST, request.FILES, stamp, worked, many, 0 if standing.allowed else standing.reset)
