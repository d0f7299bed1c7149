"""Whoever may write the database plants people, keys, signatures and old rows: each time nothing is sealed to them."""

import pytest
from django.utils import timezone
from nacl.public import PrivateKey
from pytest_django.fixtures import Settings

from kernel import vault
from kernel.disclosure.holding import voucher
from kernel.disclosure.leaving import take_key_away
from kernel.disclosure.models import GroupKeySeat, MemberKey
from kernel.disclosure.opening import seal_seat
from kernel.states import Refusal
from kernel.vault.chain import trust
from kernel.vault.chain.bodies import JoiningBody, KeyBody, decoded
from kernel.vault.chain.replay import BrokenChain
from kernel.vault.chain.signing import signing_key
from kernel.vault.chain.trust import trusted_of
from kernel.vault.models import ChainLink, ChainSignature, GroupKey
from kernel.vault.pins import fingerprint
from tests.kernel.disclosure.keyed import NOW, Keyed, make_keyed

pytestmark = pytest.mark.django_db


@pytest.fixture
def keyed(settings: Settings) -> Keyed:
    made = make_keyed(people=3)
    settings.VAULT_PINS = [fingerprint(key) for key in GroupKey.objects.all()]
    return made


def refused(keyed: Keyed) -> bool:
    with pytest.raises(Refusal) as caught:
        vault.seal("pl_1", "pledge.contact", b"x", keyed.organisation.pk)
    return caught.value.code == "key_not_pinned"


def plant_key(keyed: Keyed, signers: dict[str, bytes], group: str = "A", holders: tuple[str, ...] = ()) -> GroupKey:
    """Write a live key of one's own with its link, signed by `signers` (holder id to private key)."""
    owner = keyed.organisation.pk
    state = trusted_of(owner).groups[group]
    private = PrivateKey.generate()
    GroupKey.objects.filter(owner=owner, group=group).update(state="retired")
    key = GroupKey.objects.create(
        owner=owner,
        group=group,
        version=state.key.version + 1,
        public_key=bytes(private.public_key),
        created_at=NOW,
    )
    staying = tuple(holder for holder in state.holders.values() if not holders or holder.id in holders)
    said = KeyBody(owner, group, key.version, bytes(key.public_key), staying, after=trusted_of(owner).head)
    link = trust.propose(key, said, at=NOW)
    for signer, member_private in signers.items():
        trust.add_signature(link, signer, signing_key(member_private), at=NOW)
    last = ChainLink.objects.filter(owner=owner, number__isnull=False).count()
    ChainLink.objects.filter(pk=link.pk).update(number=last + 1)
    return key


def ids(keyed: Keyed, *members: object) -> dict[str, bytes]:
    return {f"member:{member.pk}": keyed.private[member.pk] for member in members}  # type: ignore[attr-defined]


def test_two_real_signatures_are_believed_so_that_the_others_mean_something(keyed: Keyed) -> None:
    plant_key(keyed, ids(keyed, keyed.people["A"][0], keyed.people["B"][0]))
    assert vault.seal("pl_1", "pledge.contact", b"x", keyed.organisation.pk)


def test_one_member_alone_makes_no_key(keyed: Keyed) -> None:
    plant_key(keyed, ids(keyed, keyed.people["A"][0]))
    assert refused(keyed)


def test_one_members_signature_under_two_names_is_one(keyed: Keyed) -> None:
    one, other = keyed.people["A"][:2]
    plant_key(keyed, {f"member:{member.pk}": keyed.private[one.pk] for member in (one, other)})
    assert refused(keyed)


def test_members_planted_in_the_tables_have_no_word(keyed: Keyed) -> None:
    planted = [keyed.hire("caseworker") for _ in range(2)]
    state = trusted_of(keyed.organisation.pk).groups["A"]
    real = GroupKey.objects.get(owner=keyed.organisation.pk, group="A", version=state.key.version)
    for key in planted:
        seat = seal_seat(real, bytes(32), key)
        GroupKeySeat.objects.create(group_key=real, member_key=key, sealed_private_key=seat, created_at=NOW)
        with pytest.raises(Refusal):
            voucher(key.member, keyed.private[key.pk], trusted_of(keyed.organisation.pk))
    plant_key(keyed, ids(keyed, *(key.member for key in planted)))
    assert refused(keyed)


def test_a_member_is_not_planted_in_the_chain_either(keyed: Keyed) -> None:
    planted = keyed.hire("caseworker")
    owner = keyed.organisation.pk
    state = trusted_of(owner).groups["A"]
    real = GroupKey.objects.get(owner=owner, group="A")
    link = trust.propose(real, JoiningBody(owner, "A", state.fingerprint, planted.holder), at=NOW)
    trust.add_signature(link, planted.holder.id, signing_key(keyed.private[planted.pk]), at=NOW)
    trust.add_signature(link, f"member:{keyed.people['A'][0].pk}", signing_key(keyed.private[planted.pk]), at=NOW)
    ChainLink.objects.filter(pk=link.pk).update(number=3)
    with pytest.raises(BrokenChain):
        trusted_of(owner)
    assert refused(keyed)


def test_an_exchanged_public_key_makes_nobody_a_signer(keyed: Keyed) -> None:
    victim = keyed.people["A"][0]
    exchanged = keyed.key_of(victim)
    with pytest.raises(Refusal) as caught:
        voucher(victim, keyed.private[exchanged.pk], trusted_of(keyed.organisation.pk))
    assert caught.value.code == "not_seated"


def test_those_who_left_make_no_key_together(keyed: Keyed) -> None:
    """Three leavers of both groups kept everything they had."""
    gone = [keyed.people["A"][1], keyed.people["A"][2], keyed.people["B"][2]]
    for member in gone:
        take_key_away(member=member, why="gone", by="user:1", at=NOW)
    keyed.rotate("A")
    keyed.rotate("B")
    plant_key(keyed, ids(keyed, *gone))
    assert refused(keyed)


def test_whom_a_new_key_leaves_out_is_no_second_signer_of_it(keyed: Keyed) -> None:
    stays, leaves = keyed.people["A"][:2]
    plant_key(keyed, ids(keyed, stays, leaves), holders=(f"member:{stays.pk}",))
    assert refused(keyed)


def test_a_new_key_lets_nobody_in(keyed: Keyed) -> None:
    planted = keyed.hire("caseworker")
    key = plant_key(keyed, ids(keyed, keyed.people["A"][0], keyed.people["B"][0]))
    link = key.links.get()
    said = decoded(bytes(link.body))
    assert isinstance(said, KeyBody)
    more = KeyBody(**{**said.__dict__, "holders": (*said.holders, planted.holder)})
    ChainLink.objects.filter(pk=link.pk).update(body=more.encoded())
    ChainSignature.objects.filter(link=link).delete()
    link.refresh_from_db()
    for member in (keyed.people["A"][0], keyed.people["B"][0]):
        trust.add_signature(link, f"member:{member.pk}", signing_key(keyed.private[member.pk]), at=NOW)
    assert refused(keyed)


def test_signatures_count_for_one_link_alone(keyed: Keyed) -> None:
    keyed.rotate("A")
    key = plant_key(keyed, {})
    old = ChainLink.objects.get(group_key__version=2, group_key__group="A")
    for signature in old.signatures.all():
        ChainSignature.objects.create(
            link=key.links.get(), signer=signature.signer, signature=signature.signature, created_at=timezone.now()
        )
    assert refused(keyed)


def test_a_link_taken_from_the_middle_breaks_the_chain(keyed: Keyed) -> None:
    keyed.join("caseworker")
    keyed.rotate("A")
    ChainLink.objects.exclude(holder="").delete()
    assert refused(keyed)


def test_an_old_row_played_again_is_refused(keyed: Keyed) -> None:
    """The old key comes back as the newest version, with its old, well-signed link."""
    keyed.rotate("A")
    keyed.rotate("A")
    old = GroupKey.objects.get(group="A", version=2)
    GroupKey.objects.filter(group="A", version=3).update(state="retired")
    again = GroupKey.objects.create(
        owner=old.owner, group="A", version=4, public_key=bytes(old.public_key), created_at=NOW
    )
    link = old.links.get()
    copy = ChainLink.objects.create(owner=link.owner, number=5, body=link.body, group_key=again, created_at=NOW)
    for signature in link.signatures.all():
        ChainSignature.objects.create(link=copy, signer=signature.signer, signature=signature.signature, created_at=NOW)
    assert refused(keyed)


@pytest.mark.parametrize("group", ["A", "B"])
def test_a_retired_key_set_live_again_is_refused(keyed: Keyed, group: str) -> None:
    keyed.rotate(group)
    GroupKey.objects.filter(group=group, version=2).update(state="retired")
    GroupKey.objects.filter(group=group, version=1).update(state="live")
    assert refused(keyed)


def test_a_chain_of_ones_own_under_our_name_is_refused(keyed: Keyed) -> None:
    """Everything is deleted and begun anew, with members and keys of the attacker's."""
    GroupKeySeat.objects.all().delete()
    GroupKey.objects.all().delete()
    MemberKey.objects.all().delete()
    for letter in "AB":
        key = GroupKey.objects.create(
            owner=keyed.organisation.pk, group=letter, version=1, public_key=b"\x09" + bytes(31), created_at=NOW
        )
        body = KeyBody(key.owner, letter, 1, bytes(key.public_key), after=trusted_of(key.owner).head)
        trust.begin(key, body, at=NOW)
    assert refused(keyed)
