"""`create_group_keys`: from a passphrase to a sealed contact, and in no other way."""

import itertools
import json
import re
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel import vault
from kernel.accounts.models import Member, Organisation
from kernel.audit.models import AuditEntry
from kernel.disclosure.keys import create_group_keys, group_private_key, keys_owner, unlock
from kernel.disclosure.models import GroupKeySeat, MemberKey
from kernel.states import Refusal
from kernel.vault.boxes import BrokenSeal
from kernel.vault.models import GroupKey
from kernel.vault.pins import fingerprint
from tests.factories.organisations import make_member, make_partner
from tests.kernel.disclosure.conftest import staff
from tests.kernel.vault.keys import open_with

pytestmark = pytest.mark.django_db

CONTACT = b'{"name": "Canary Sixpence"}'


def test_any_two_people_of_the_two_groups_open_a_contact(
    organisation: Organisation, passphrases: dict[Member, str]
) -> None:
    record = vault.seal("pl_1", "pledge.contact", CONTACT, organisation.pk)
    private: dict[str, list[bytes]] = {"A": [], "B": []}
    for member, passphrase in passphrases.items():
        own = unlock(member, passphrase)
        seat = GroupKeySeat.objects.select_related("group_key").get(member_key__member=member)
        private[seat.group_key.group].append(group_private_key(seat, own))
    assert (len(private["A"]), len(private["B"])) == (2, 2)
    for a, b in itertools.product(private["A"], private["B"]):
        assert open_with(record, a, b) == CONTACT
    for letter in "AB":
        with pytest.raises(BrokenSeal):
            open_with(record, private[letter][0], private[letter][1])


def test_finance_and_administrators_hold_nothing(passphrases: dict[Member, str]) -> None:
    assert sorted(member.role for member in passphrases) == ["approver", "caseworker", "caseworker", "coordinator"]
    assert {key.group for key in MemberKey.objects.filter(member__role="caseworker")} == {"A"}
    assert {key.group for key in MemberKey.objects.exclude(member__role="caseworker")} == {"B"}


def test_no_passphrase_and_no_private_key_is_in_the_database(
    organisation: Organisation, passphrases: dict[Member, str]
) -> None:
    secrets = [phrase.encode() for phrase in passphrases.values()]
    secrets += [unlock(member, phrase) for member, phrase in passphrases.items()]
    stored = b"".join(
        bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
        for model in (MemberKey, GroupKeySeat, GroupKey, AuditEntry)
        for row in model._default_manager.values_list()
        for value in row
    )
    assert not any(secret in stored for secret in secrets)


def test_it_leaves_an_audit_entry_with_names_alone(organisation: Organisation, passphrases: dict[Member, str]) -> None:
    entry = AuditEntry.objects.get(action="disclosure.group_keys_created")
    assert (entry.object_id, entry.fields) == (organisation.pk, ["group_key", "member_key"])


def test_a_wrong_passphrase_opens_nothing(passphrases: dict[Member, str]) -> None:
    (one, first), (_two, second), *_rest = passphrases.items()
    for wrong in (second, first[:-1], "", first + " lusab"):
        with pytest.raises(Refusal) as caught:
            unlock(one, wrong)
        assert (caught.value.code, caught.value.field) == ("wrong_passphrase", "passphrase")
    assert unlock(one, first.upper().replace(" ", "-"))


def test_somebody_elses_sealed_key_does_not_open_in_ones_own_row(passphrases: dict[Member, str]) -> None:
    """Someone who may write the table puts their own sealed key, and its salt, into another member's row."""
    (one, _), (two, second), *_rest = passphrases.items()
    mine = MemberKey.objects.get(member=two)
    MemberKey.objects.filter(member=one).update(
        salt=bytes(mine.salt),
        sealed_private_key=bytes(mine.sealed_private_key),
        public_key=bytes(mine.public_key),
    )
    with pytest.raises(Refusal):
        unlock(one, second)


def test_a_swapped_seat_opens_nothing(passphrases: dict[Member, str]) -> None:
    """The sealed copy of another group's key, put into one's own seat, is noticed."""
    a_seat = GroupKeySeat.objects.filter(group_key__group="A").select_related("group_key").first()
    b_key = GroupKey.objects.get(group="B")
    assert a_seat is not None
    own = unlock(a_seat.member_key.member, passphrases[a_seat.member_key.member])
    a_seat.group_key = b_key
    with pytest.raises(BrokenSeal):
        group_private_key(a_seat, own)
    a_seat.refresh_from_db()
    a_seat.group_key.version = 2
    with pytest.raises(BrokenSeal):
        group_private_key(a_seat, own)


def test_nobody_gets_a_seat_in_the_other_group(passphrases: dict[Member, str]) -> None:
    caseworker = MemberKey.objects.filter(group="A").first()
    b_key = GroupKey.objects.get(group="B")
    assert caseworker is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupKeySeat.objects.create(
            group_key=b_key, member_key=caseworker, sealed_private_key=b"x", created_at=timezone.now()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupKeySeat.objects.filter(member_key=caseworker).update(group_key=b_key)
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupKeySeat.objects.filter(group_key=b_key).update(member_key=caseworker)


@pytest.mark.parametrize("model", [MemberKey, GroupKey])
def test_nothing_changes_its_group(model: type[MemberKey] | type[GroupKey], passphrases: dict[Member, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.filter(group="A").update(group="B")
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.filter(group="B").update(group="A", **({} if model is MemberKey else {"version": 2}))


@pytest.mark.parametrize("change", [{"public_key": b"x" * 32}, {"owner": "org_other"}, {"version": 2}])
def test_a_group_key_stays_what_it_was_made_as(change: dict[str, object], passphrases: dict[Member, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupKey.objects.filter(group="A").update(**change)
    assert GroupKey.objects.filter(group="A").update(state="retired") == 1


def test_a_passphrase_is_never_made_cheap_to_try(passphrases: dict[Member, str]) -> None:
    for cheap in ({"memory": 8 * 2**20}, {"passes": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MemberKey.objects.update(**cheap)


@pytest.mark.parametrize("missing", ["caseworker", "approver"])
def test_it_refuses_fewer_than_two_and_two(organisation: Organisation, missing: str) -> None:
    leaving = organisation.members.filter(role=missing).last()
    assert leaving is not None
    leaving.user.is_active = False
    leaving.user.save()
    with pytest.raises(Refusal, match="at least two caseworkers and two coordinators or approvers") as caught:
        create_group_keys(organisation, by="system", at=timezone.now())
    assert caught.value.code == "too_few_members"
    assert not MemberKey.objects.exists()
    assert not GroupKey.objects.exists()


def test_it_refuses_a_second_time(organisation: Organisation, passphrases: dict[Member, str]) -> None:
    begun = time.monotonic()
    with pytest.raises(Refusal) as caught:
        create_group_keys(organisation, by="system", at=timezone.now())
    assert caught.value.code == "keys_exist"
    assert time.monotonic() - begun < 0.1


def test_keys_owner_is_the_organisation_or_its_steward(
    organisation: Organisation, passphrases: dict[Member, str]
) -> None:
    assert keys_owner(organisation) == organisation
    stewarded = make_partner()
    stewarded.steward = organisation
    stewarded.save()
    assert keys_owner(stewarded) == organisation


def test_keys_owner_goes_no_further_than_the_steward(
    organisation: Organisation, passphrases: dict[Member, str]
) -> None:
    middle, last = make_partner(), make_partner()
    middle.steward, last.steward = organisation, middle
    middle.save()
    last.save()
    with pytest.raises(Refusal) as caught:
        keys_owner(last)
    assert caught.value.code == "no_group_key"
    GroupKey.objects.filter(group="A").update(state="retired")
    with pytest.raises(Refusal):
        keys_owner(middle)


def test_unlock_says_so_when_there_is_no_key(organisation: Organisation) -> None:
    with pytest.raises(Refusal) as caught:
        unlock(make_member(organisation), "lusab babad")
    assert caught.value.code == "no_member_key"


def test_the_command_prints_each_passphrase_once(organisation: Organisation) -> None:
    out = StringIO()
    call_command("create_keys", organisation.pk, "--json", stdout=out)
    answer = json.loads(out.getvalue())
    rows = answer["members"]
    assert len(rows) == 4
    assert answer["pins"] == [fingerprint(key) for key in GroupKey.objects.order_by("group")]
    for row in rows:
        assert unlock(Member.objects.get(user__email=row["email"]), row["vault_passphrase"])
    with pytest.raises(CommandError, match="has keys already"):
        call_command("create_keys", organisation.pk, stdout=out)
    with pytest.raises(CommandError, match="no organisation"):
        call_command("create_keys", "org_nowhere", stdout=out)


def test_the_command_speaks_to_people_too(db: None) -> None:
    partner = make_partner()
    staff(partner)
    out, err = StringIO(), StringIO()
    call_command("create_keys", partner.pk, stdout=out, stderr=err)
    assert len(re.findall(r"@waystation\.invalid \(\w+\): (?:[a-z]{5} ?){6}\n", out.getvalue())) == 4
    assert len(re.findall(r"for VAULT_PINS: [0-9a-f]{64}\n", out.getvalue())) == 2
