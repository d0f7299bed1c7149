"""`make_member_key` and `let_in`: two people compare digits, and only then is there a seat."""

import pytest

from kernel.accounts.models import Member
from kernel.audit.models import AuditEntry
from kernel.disclosure.fingerprints import digits_of
from kernel.disclosure.joining import let_in
from kernel.disclosure.leaving import take_key_away
from kernel.disclosure.member_keys import make_member_key
from kernel.disclosure.models import GroupKeySeat, MemberKey
from kernel.disclosure.opening import unlock
from kernel.states import Refusal
from kernel.vault.chain.trust import trusted_of
from kernel.vault.models import ChainLink
from tests.factories.organisations import make_member
from tests.kernel.disclosure.keyed import NOW, Keyed, make_keyed, quick_key, seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def keyed() -> Keyed:
    return make_keyed()


def refusal(keyed: Keyed, newcomer: MemberKey, by: Member, digits: str = "") -> str:
    with pytest.raises(Refusal) as caught:
        let_in(newcomer=newcomer, digits=digits or digits_of(newcomer), **keyed.as_(by))
    return caught.value.code


def test_a_newcomer_opens_what_was_there_before(keyed: Keyed) -> None:
    seal(keyed)
    newcomer = keyed.join("caseworker")
    assert keyed.open("pl_1", newcomer, keyed.people["B"][0]) == b"Canary Sixpence"
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert actions.count("disclosure.vouched") == 2
    assert actions.count("disclosure.seat_given") == 1


def test_no_seat_is_there_before_two_have_signed(keyed: Keyed) -> None:
    newcomer = keyed.hire("caseworker")
    for _ in range(2):
        assert not let_in(newcomer=newcomer, digits=digits_of(newcomer), **keyed.as_(keyed.people["A"][0]))
    assert not GroupKeySeat.objects.filter(member_key=newcomer).exists()
    assert let_in(newcomer=newcomer, digits=digits_of(newcomer), **keyed.as_(keyed.people["A"][1]))
    assert GroupKeySeat.objects.filter(member_key=newcomer).count() == 1


def test_two_of_the_other_group_cannot_give_what_they_do_not_have(keyed: Keyed) -> None:
    newcomer = keyed.hire("caseworker")
    for approver in keyed.people["B"]:
        assert not let_in(newcomer=newcomer, digits=digits_of(newcomer), **keyed.as_(approver))
    assert not GroupKeySeat.objects.filter(member_key=newcomer).exists()
    assert let_in(newcomer=newcomer, digits=digits_of(newcomer), **keyed.as_(keyed.people["A"][0]))


def test_nobody_signs_for_themselves(keyed: Keyed) -> None:
    newcomer = keyed.hire("caseworker")
    assert refusal(keyed, newcomer, newcomer.member) == "not_seated"
    member = keyed.people["A"][0]
    take_key_away(member=member, why="lost", by="user:1", at=NOW)
    assert refusal(keyed, keyed.key_of(member), member) == "not_seated"


def test_a_newcomer_lets_nobody_in_before_being_in(keyed: Keyed) -> None:
    first, second = keyed.hire("caseworker"), keyed.hire("caseworker")
    assert refusal(keyed, first, second.member) == "not_seated"


def test_a_key_exchanged_in_the_database_is_noticed(keyed: Keyed) -> None:
    """The newcomer reads out the digits seen when the key was made; the row holds somebody else's key since."""
    newcomer = keyed.hire("caseworker")
    read_out = digits_of(newcomer)
    assert not let_in(newcomer=newcomer, digits=read_out, **keyed.as_(keyed.people["B"][0]))
    swapped, _private = quick_key(newcomer.member)
    swapped.save(force_update=True)
    assert refusal(keyed, swapped, keyed.people["A"][0], read_out) == "digits_differ"
    assert not GroupKeySeat.objects.filter(member_key=newcomer.pk).exists()


@pytest.mark.parametrize("column", ["public_key", "signing_key"])
def test_each_half_of_a_key_is_in_the_digits(keyed: Keyed, column: str) -> None:
    newcomer = keyed.hire("caseworker")
    before = digits_of(newcomer)
    other, _private = quick_key(newcomer.member)
    setattr(newcomer, column, getattr(other, column))
    assert digits_of(newcomer) != before


def test_what_the_first_signed_counts_for_no_other_key(keyed: Keyed) -> None:
    """The exchange happens between the two, and the second person is given the new digits by the attacker."""
    newcomer = keyed.hire("caseworker")
    let_in(newcomer=newcomer, digits=digits_of(newcomer), **keyed.as_(keyed.people["B"][0]))
    swapped, _private = quick_key(newcomer.member)
    swapped.save(force_update=True)
    assert not let_in(newcomer=swapped, digits=digits_of(swapped), **keyed.as_(keyed.people["A"][0]))
    assert not GroupKeySeat.objects.filter(member_key=newcomer.pk).exists()


def test_digits_may_be_typed_in_any_spacing(keyed: Keyed) -> None:
    newcomer = keyed.hire("approver")
    typed = digits_of(newcomer).replace(" ", "")
    assert len(typed) == 30
    assert not let_in(newcomer=newcomer, digits=f" {typed[:7]}-{typed[7:]} ", **keyed.as_(keyed.people["A"][0]))


def test_the_console_way_ends_with_a_passphrase_that_opens(keyed: Keyed) -> None:
    member = make_member(keyed.organisation, "coordinator")
    made = make_member_key(member=member, at=NOW)
    newcomer = MemberKey.objects.get(pk=member.pk)
    assert made.digits == digits_of(newcomer)
    for by in (keyed.people["A"][0], keyed.people["B"][0]):
        let_in(newcomer=newcomer, digits=made.digits, **keyed.as_(by))
    assert unlock(member, made.passphrase)
    assert made.passphrase not in repr(made)
    with pytest.raises(Refusal) as caught:
        make_member_key(member=member, at=NOW)
    assert caught.value.code == "has_key"


@pytest.mark.parametrize(("role", "code"), [("finance", "no_group"), ("admin", "no_group")])
def test_other_roles_make_no_key(keyed: Keyed, role: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        make_member_key(member=make_member(keyed.organisation, role), at=NOW)
    assert caught.value.code == code


def test_nobody_ever_comes_into_the_other_group(keyed: Keyed) -> None:
    member = keyed.join("caseworker")
    take_key_away(member=member, why="gone", by="user:1", at=NOW)
    keyed.rotate("A")
    member.role = "approver"
    member.save()
    with pytest.raises(Refusal) as caught:
        make_member_key(member=member, at=NOW)
    assert caught.value.code == "other_group_for_good"
    MemberKey.objects.filter(pk=member.pk).delete()  # someone who may write the table makes room for a new row
    again = keyed.key_of(member)
    assert refusal(keyed, again, keyed.people["B"][0]) == "other_group_for_good"


def test_another_organisations_members_have_no_word_here(keyed: Keyed) -> None:
    stranger = make_keyed()
    newcomer = keyed.hire("caseworker")
    with pytest.raises(Refusal):
        let_in(newcomer=newcomer, digits=digits_of(newcomer), **stranger.as_(stranger.people["A"][0]))
    assert not ChainLink.objects.filter(holder=newcomer.holder.id).exists()


def test_a_lost_passphrase_takes_a_new_key_and_two_people_but_no_new_group_key(keyed: Keyed) -> None:
    seal(keyed)
    member, colleague, approver = keyed.people["A"][0], keyed.people["A"][1], keyed.people["B"][0]
    take_key_away(member=member, why="lost", by=member.user.actor, at=NOW)
    version = trusted_of(keyed.organisation.pk).groups["A"].key.version
    made = make_member_key(member=member, at=NOW)
    newcomer = MemberKey.objects.get(pk=member.pk)
    assert not let_in(newcomer=newcomer, digits=made.digits, **keyed.as_(approver))
    assert let_in(newcomer=newcomer, digits=made.digits, **keyed.as_(colleague))
    keyed.private[member.pk] = unlock(member, made.passphrase)
    assert keyed.open("pl_1", member, approver) == b"Canary Sixpence"
    assert trusted_of(keyed.organisation.pk).groups["A"].key.version == version


def test_an_exposed_key_is_followed_by_a_new_group_key_first(keyed: Keyed) -> None:
    member = keyed.people["A"][1]
    take_key_away(member=member, why="exposed", by=member.user.actor, at=NOW)
    with pytest.raises(Refusal) as caught:
        make_member_key(member=member, at=NOW)
    assert caught.value.code == "change_key_first"
    keyed.rotate("A")
    assert make_member_key(member=member, at=NOW)
