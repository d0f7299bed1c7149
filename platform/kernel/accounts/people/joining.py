"""The person's own step: a password and a second factor in one go, and the login is good from then on."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction
from django.utils.translation import gettext

from kernel import audit
from kernel.accounts.members import Member
from kernel.accounts.people.requests import StaffDeed, StaffRequest
from kernel.accounts.people.sending import hashed
from kernel.accounts.sessions.ending import end_sessions
from kernel.accounts.users import User
from kernel.states import Refusal


@dataclass(frozen=True, slots=True)
class Joined:
    """Who has joined, and the factor the person joined with."""

    user: User
    factor: Authenticator


def behind(token: str, at: datetime) -> StaffRequest | None:
    """Return the request a link leads to, or None if it never did or no longer does."""
    found = StaffRequest.objects.open().select_related("member__user", "organisation")
    request = found.filter(token_hash=hashed(token)).first()
    return request if request is not None and request.granted and request.leads(at) else None


@transaction.atomic
def join(*, token: str, password: str, totp_secret: str, at: datetime) -> Joined:
    """Use a link: set the password and the factor, and open the login. Raises Refusal `link_over`.

    The caller has checked the password's strength and that the person's app shows a code of `totp_secret`.
    """
    request = behind(token, at)
    if request is None or not StaffRequest.objects.open().filter(pk=request.pk, token_hash=hashed(token)).update(
        done_at=at, email="", token_hash=""
    ):
        raise Refusal(
            "link_over", gettext("This link was used, replaced or dropped, or is too old. Ask for a new one.")
        )
    user = _user(request)
    user.set_password(password)
    user.is_active = True
    user.save()
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user.pk)
    factor = TOTP.activate(user, totp_secret).instance
    RecoveryCodes.activate(user)
    audit.record(user.actor, "staff.joined", request.pk, reason=request.deed, at=at)
    return Joined(user, factor)


def _user(request: StaffRequest) -> User:
    """The person the request is about: made now, if it is an invitation."""
    if request.deed == StaffDeed.INVITE:
        if User.objects.filter(email=request.email).exists():
            raise Refusal("link_over", gettext("There is a login with this address already."))
        user = User.objects.create_user(request.email, is_active=False)
        member = Member.objects.create(user=user, organisation=request.organisation, role=request.role)
        StaffRequest.objects.filter(pk=request.pk).update(member=member)
        return user
    if request.member is None:
        raise Refusal("link_over", gettext("This link leads to nobody."))
    Member.objects.filter(pk=request.member.pk).update(left_at=None)
    return request.member.user
