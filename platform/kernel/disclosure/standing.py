"""Whether somebody still is who a key was made for: asked anew at every use, since roles change and people leave."""

from django.utils.translation import gettext_noop as _

from kernel.accounts.models import Member
from kernel.disclosure.models import MemberKey
from kernel.states import Refusal


def key_in_force(member: Member) -> MemberKey:
    """Return the key of a member who works here and is of the key's group.

    Raises Refusal `no_member_key`, `role_changed` or `not_active`.
    """
    key = MemberKey.objects.select_related("member__user").filter(member=member).first()
    if key is not None and not key.member.user.is_active:
        raise Refusal("not_active", _("This login is closed."))
    if key is None or key.left_at:
        raise Refusal("no_member_key", _("You have no key yet: an administrator starts that with you."))
    if key.member.key_group != key.group:
        raise Refusal("role_changed", _("This key belongs to the role you had before: it opens nothing any more."))
    return key
