"""May this person come in? The door of every console page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from kernel.accounts.members import Member
from kernel.accounts.mfa import signed_in_with_mfa

View = Callable[..., HttpResponse]


def member_of(request: HttpRequest) -> Member:
    """Return the member behind a request. Raises PermissionDenied for a login that belongs to no organisation."""
    member = Member.objects.select_related("organisation").filter(user=request.user.pk).first()
    if member is None:
        raise PermissionDenied
    return member


def console(*roles: str, operator_only: bool = False) -> Callable[[View], View]:
    """Let in signed-in members (second factor: MfaMust) with one of `roles`, or any role if none is named.

    The view gets the member as `request.member`. Answers are never cached.
    """

    def door(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not signed_in_with_mfa(request):  # MfaMust has sent such people away by the address; this is the lock
                raise PermissionDenied
            member = member_of(request)
            if (roles and member.role not in roles) or (operator_only and not member.organisation.is_operator):
                raise PermissionDenied
            request.member = member  # type: ignore[attr-defined] # the door adds who came through it
            return view(request, *args, **kwargs)

        return never_cache(login_required(guarded))

    return door
