"""A form on a need's pages takes the fields it shows, and says of any other why it is not taken."""

from collections.abc import Iterable

from django.http import HttpRequest

from kernel.states import Refusal
from offers.needs.forbidden import tries, why_not

_ALWAYS = frozenset({"csrfmiddlewaretoken"})


def extras(sent: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return the names that were sent, are no fields, and ask for what a need never says."""
    return sorted(name for name in set(sent) - set(known) - _ALWAYS if tries(name))


def refuse_extras(request: HttpRequest, *known: str) -> None:
    """Raise Refusal `unknown_field` if a form brought a field it does not have and that would say who it is about."""
    for name in extras(request.POST, known):
        raise Refusal("unknown_field", why_not(name), name)
