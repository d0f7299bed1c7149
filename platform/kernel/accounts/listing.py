"""The public directory: an organisation stands in it because it said so, and for as long as it says so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.members import Member, Role
from kernel.accounts.organisations import Organisation
from kernel.states import Refusal


def speaks_for(member: Member, organisation: Organisation) -> bool:
    """Whether a member may agree in an organisation's name: its own people, or the operator's where it has nobody."""
    if member.organisation_id == organisation.pk:
        return True
    has_its_own = Member.objects.filter(organisation=organisation, role=Role.ADMIN, left_at=None).exists()
    return member.organisation.is_operator and not has_its_own


@transaction.atomic
def list_organisation(*, organisation: Organisation, by: Member, at: datetime) -> Organisation:
    """Put an organisation into the public directory. Twice changes nothing. Raises Refusal `not_your_side`."""
    if not speaks_for(by, organisation):
        raise Refusal("not_your_side", _("An organisation with an administrator of its own says so itself."))
    if Organisation.objects.filter(pk=organisation.pk, listed_at=None).update(listed_at=at):
        audit.record(by.user.actor, "organisation.listed", organisation.pk, at=at)
    organisation.refresh_from_db()
    return organisation


@transaction.atomic
def unlist_organisation(*, organisation: Organisation, by: Member, at: datetime) -> Organisation:
    """Take an organisation out of the public directory at once: that needs nobody's leave. Twice changes nothing."""
    if Organisation.objects.filter(pk=organisation.pk, listed_at__isnull=False).update(listed_at=None):
        audit.record(by.user.actor, "organisation.unlisted", organisation.pk, at=at)
    organisation.refresh_from_db()
    return organisation
