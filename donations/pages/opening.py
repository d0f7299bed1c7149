"""What pages have in common that lead to a payment page: how hard they are, and what they say when it stays shut."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from donations.giving.breaker.admitting import Effort, harder
from donations.giving.breaker.pressure import Pressure, worst
from kernel.guard.forms import GuardedForm
from kernel.shell.refusals import in_words
from kernel.states import Refusal


def harder_under(found: list[Pressure]) -> int:
    """Return by how many bits the riddle of a page is harder under these pressures."""
    return harder(worst(found))


def effort_of(form: GuardedForm) -> Effort:
    """Return what the sender of a form has done for it."""
    stamp = form.watched.stamp
    return Effort(stamp.age, form.watched.worked, stamp.bits) if stamp else Effort(0, worked=False)


def refused(form: GuardedForm, refusal: Refusal, draw: Callable[[int], HttpResponse]) -> HttpResponse:
    """Draw the form as it was filled in, with what stood in the way; `draw` takes the status."""
    if refusal.code == "harder_riddle":
        form.stamp_anew()
    unreachable = refusal.code in {"payment_unavailable", "checkout_in_progress"}
    form.add_error(None, unavailable() if unreachable else in_words(refusal))
    busy = refusal.code in {"giving_limited", "harder_riddle"}
    response = draw(503 if unreachable else 429 if busy else 422)
    if busy:
        response["Retry-After"] = str(refusal.facts["retry_after"])
    return response


def unavailable() -> str:
    """Return what to say when Stripe does not answer."""
    return _("The payment page cannot be opened at the moment. Nothing was charged. Please try again in a few minutes.")


def see_other(address: str) -> HttpResponse:
    """Send the browser on with a GET."""
    response = HttpResponse(status=303)
    response["Location"] = address
    return response
