"""What is due about an organisation's keys: said in the console until it is done, and by `manage.py key_status`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.accounts.models import Organisation
from kernel.disclosure.holding import LEAST_IN_A_GROUP, staying
from kernel.disclosure.models import Left, MemberKey, member_pk
from kernel.vault.chain import trust
from kernel.vault.chain.replay import BrokenChain, Trusted
from kernel.vault.models import Group, GroupKey, GroupKeyState
from kernel.vault.rekeying import waiting
from kernel.vault.sealing import live_keys

OLD = timedelta(days=365)


@dataclass(frozen=True)
class Due:
    """One thing to do; `number` is of records or of people.

    Codes: `chain_broken change_key sign_key move_records too_few too_old no_trustees`.
    """

    code: str
    group: str = ""
    number: int = 0


def dues(organisation: Organisation, *, at: datetime) -> list[Due]:
    """Return what is due, the gravest first; nothing for an organisation that has no keys of its own. Reads only."""
    if not GroupKey.objects.filter(owner=organisation.pk).exists():
        return []
    keys = live_keys(organisation.pk)
    try:
        trusted = trust.trusted_of(organisation.pk)
    except BrokenChain:
        return [Due("chain_broken")]
    if len(trusted.groups) < len(Group.values) or not trust.names(trusted, keys):
        return [Due("chain_broken")]
    found = [due for group in Group.values for due in _of_group(organisation, group, trusted, keys, at)]
    order = ("change_key", "sign_key", "too_few", "move_records", "too_old", "no_trustees")
    return sorted(found, key=lambda due: (order.index(due.code), due.group))


def _of_group(
    organisation: Organisation, group: str, trusted: Trusted, keys: dict[str, GroupKey], at: datetime
) -> list[Due]:
    found = []
    state = trusted.groups[group]
    listed = [member_pk(holder) for holder in state.holders]
    gone = MemberKey.objects.filter(pk__in=listed, left_why__in=[Left.GONE, Left.EXPOSED])
    if gone.exists():
        found.append(Due("change_key", group))
    if GroupKey.objects.filter(owner=organisation.pk, group=group, state=GroupKeyState.PENDING).exists():
        found.append(Due("sign_key", group))
    people = len(staying(organisation, trusted)[group])
    if people < LEAST_IN_A_GROUP:
        found.append(Due("too_few", group, people))
    if records := waiting(organisation.pk, group).count():
        found.append(Due("move_records", group, records))
    if keys[group].created_at < at - OLD:
        found.append(Due("too_old", group))
    if not state.key.recipients:
        found.append(Due("no_trustees", group))
    return found
