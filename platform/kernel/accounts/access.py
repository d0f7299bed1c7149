"""May this person come in? The door of every console page."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from kernel.accounts.members import Member
from kernel.accounts.mfa import signed_in_with_mfa
from kernel.accounts.rules import may
from kernel.logs import Told

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


def member_of(request: HttpRequest) -> Member:
    """Return the member behind a request. Raises PermissionDenied for a login that belongs to no organisation."""
    member = Member.objects.select_related("organisation", "user").filter(user=request.user.pk).first()
    if member is None:
        raise PermissionDenied
    return member


def _route(request: HttpRequest) -> str:
    """The name of a page, which says what it is; its address would say whose."""
    return request.resolver_match.view_name if request.resolver_match else "no route"


def console(*who: str, operator_only: bool = False) -> Callable[[View], View]:
    """Let in signed-in members (second factor: MfaMust) who may do what `who` names, a permission such as `offers.vet`.

    A page that needs none is for every member. Roles may stand in its place, with `operator_only` where it is so.
    The view gets the member as `request.member`. Answers are never cached.
    """
    permission = next((word for word in who if "." in word), "" if who else "accounts.enter_console")

    def lets_in(member: Member) -> bool:
        if permission:
            return may(member, permission)
        return member.role in who and (member.organisation.is_operator or not operator_only)

    def door(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not signed_in_with_mfa(request):  # MfaMust has sent such people away by the address; this is the lock
                raise PermissionDenied
            member = member_of(request)
            if not lets_in(member):
                logger.warning("%s was turned away from %s", Told(member.user.actor), Told(_route(request)))
                raise PermissionDenied
            request.member = member  # type: ignore[attr-defined] # the door adds who came through it
            return view(request, *args, **kwargs)

        return never_cache(login_required(guarded))

    return door
