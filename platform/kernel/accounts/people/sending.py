"""The link by which a person sets a password and a second factor: made when it is sent, kept as a hash."""

import hashlib
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kernel.accounts.people.requests import LINK_LASTS, StaffDeed, StaffRequest
from kernel.accounts.users import User
from kernel.outbox import handles, mail

SEND_LINK = "accounts.staff_link"
SUBJECT: Any = _("Your sign-in")


def hashed(token: str) -> str:
    """Return the name under which a link is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(request: StaffRequest, at: datetime) -> str:
    """Return a new link for a request that was granted, good for three days; it takes the place of the one before."""
    token = secrets.token_urlsafe(32)
    StaffRequest.objects.open().filter(pk=request.pk).update(token_hash=hashed(token), link_until=at + LINK_LASTS)
    with translation.override(request.language):
        return urljoin(settings.PUBLIC_URL, reverse("welcome", kwargs={"token": token}))


@handles(SEND_LINK)
def send_link(request_id: str) -> None:
    """Send the link. Tried again, it sends another, and only the last one opens."""
    request = StaffRequest.objects.open().select_related("member__user").filter(pk=request_id).first()
    if request is None or not request.granted:
        return
    if request.deed == StaffDeed.INVITE and User.objects.filter(email=request.email).exists():
        return  # who has a login is told nothing by strangers, and strangers learn nothing by this
    mail.send(
        to=request.address,
        subject=SUBJECT,
        template="accounts/people/mail_link.txt",
        context={"link": make_link(request, timezone.now()), "days": LINK_LASTS.days},
        language=request.language,
    )
