"""Holders of a key stay in their group: the roof knows both sides, who works here and who holds what."""

from django.utils.translation import gettext

from kernel.accounts.models import Member
from kernel.disclosure.models import MemberKey
from kernel.states import Refusal


def refuse_while_holding_a_key(member: Member) -> None:
    """Raise Refusal `holds_key` for a member who holds a key: one person never holds keys of both groups."""
    if MemberKey.objects.filter(member=member).exists():
        raise Refusal(
            "holds_key",
            gettext("This member holds a key. The key group lets the member go first; then the role can change."),
            "role",
        )
