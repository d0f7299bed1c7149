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


def console(permission: str = "accounts.enter_console") -> Callable[[View], View]:
    """Let in signed-in members (second factor: MfaMust) who have a permission of their app's `rules.py`.

    A page that names none is for every member. The view gets the member as `request.member`. Answers are never cached.
    """

    def door(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not signed_in_with_mfa(request):  # MfaMust has sent such people away by the address; this is the lock
                raise PermissionDenied
            member = member_of(request)
            if not may(member, permission):
                logger.warning("%s was turned away from %s", Told(member.user.actor), Told(_route(request)))
                raise PermissionDenied
            request.member = member  # type: ignore[attr-defined] # the door adds who came through it
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined] # the architecture tests read it
        return never_cache(login_required(guarded))

    return door
