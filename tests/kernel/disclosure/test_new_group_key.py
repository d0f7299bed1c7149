"""`make_group_key` and `sign_group_key`: one who remains makes it, a second person puts it in force."""

import pytest
from django.db import IntegrityError, transaction

from kernel import vault
from kernel.audit.models import AuditEntry
from kernel.disclosure.fingerprints import digits_of
from kernel.disclosure.joining import let_in
from kernel.disclosure.leaving import take_key_away
from kernel.disclosure.models import GroupKeySeat
from kernel.disclosure.rotating import make_group_key, sign_group_key
from kernel.states import Refusal
from kernel.vault.chain.trust import trusted_of
from kernel.vault.models import GroupKey
from tests.kernel.disclosure.keyed import Keyed, make_keyed, seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def keyed() -> Keyed:
    return make_keyed()


def test_a_new_key_counts_once_a_second_person_signed(keyed: Keyed) -> None:
    key = make_group_key(**keyed.as_(keyed.people["A"][0]))
    assert seal(keyed, "pl_1").shares.get(letter="A").group_key.version == 1
    sign_group_key(key=key, **keyed.as_(keyed.people["A"][1]))
    assert seal(keyed, "pl_2").shares.get(letter="A").group_key == key
    states = dict(GroupKey.objects.filter(group="A").values_list("version", "state"))
    assert states == {1: "retired", 2: "live"}
    made, signed = AuditEntry.objects.filter(action__startswith="disclosure.group_key_").order_by("pk")
    assert (made.action, signed.action) == ("disclosure.group_key_made", "disclosure.group_key_signed")
    assert made.actor != signed.actor


def test_old_and_new_records_open(keyed: Keyed) -> None:
    seal(keyed, "pl_1")
    keyed.rotate("A")
    keyed.rotate("B")
    seal(keyed, "pl_2", b"another")
    a, b = keyed.people["A"][1], keyed.people["B"][1]
    assert keyed.open("pl_1", a, b) == b"Canary Sixpence"
    assert keyed.open("pl_2", a, b) == b"another"


def test_its_maker_does_not_sign_it_twice(keyed: Keyed) -> None:
    maker = keyed.people["A"][0]
    key = make_group_key(**keyed.as_(maker))
    with pytest.raises(Refusal) as caught:
        sign_group_key(key=key, **keyed.as_(maker))
    assert caught.value.code == "second_person_needed"
    assert GroupKey.objects.get(pk=key.pk).state == "pending"


def test_who_left_has_no_seat_and_no_word(keyed: Keyed) -> None:
    leaver, maker = keyed.people["A"]
    take_key_away(member=leaver, why="gone", by="user:1", at=keyed.as_(maker)["at"])
    key = make_group_key(**keyed.as_(maker))
    assert set(GroupKeySeat.objects.filter(group_key=key).values_list("member_key", flat=True)) == {maker.pk}
    with pytest.raises(Refusal) as caught:
        sign_group_key(key=key, **keyed.as_(leaver))
    assert caught.value.code == "not_seated"
    sign_group_key(key=key, **keyed.as_(keyed.people["B"][0]))
    assert set(trusted_of(keyed.organisation.pk).groups["A"].holders) == {f"member:{maker.pk}"}


def test_a_key_planted_among_the_members_gets_no_seat(keyed: Keyed) -> None:
    """Whoever may write the database adds a member with a key and a seat of their own, and waits for a new key."""
    planted = keyed.hire("caseworker")
    seat = GroupKeySeat.objects.filter(group_key__group="A").first()
    assert seat is not None
    GroupKeySeat.objects.create(
        group_key=seat.group_key, member_key=planted, sealed_private_key=b"x", created_at=seat.created_at
    )
    key = keyed.rotate("A")
    assert not GroupKeySeat.objects.filter(group_key=key, member_key=planted).exists()


def test_a_colleague_whose_key_was_exchanged_gets_no_seat(keyed: Keyed) -> None:
    victim = keyed.people["A"][1]
    keyed.key_of(victim)  # the row holds the attacker's key now
    key = keyed.rotate("A")
    assert not GroupKeySeat.objects.filter(group_key=key, member_key=victim.pk).exists()


def test_what_waited_is_thrown_away_by_a_new_one(keyed: Keyed) -> None:
    first = make_group_key(**keyed.as_(keyed.people["A"][0]))
    second = make_group_key(**keyed.as_(keyed.people["A"][1]))
    with pytest.raises(Refusal) as caught:
        sign_group_key(key=first, **keyed.as_(keyed.people["B"][0]))
    assert caught.value.code == "not_pending"
    assert GroupKey.objects.filter(state="pending").get() == second


def test_it_is_stale_once_somebody_joined_meanwhile(keyed: Keyed) -> None:
    key = make_group_key(**keyed.as_(keyed.people["A"][0]))
    keyed.join("caseworker")
    with pytest.raises(Refusal) as caught:
        sign_group_key(key=key, **keyed.as_(keyed.people["B"][0]))
    assert caught.value.code == "stale"
    assert GroupKey.objects.get(pk=key.pk).state == "pending"


def test_a_joining_begun_before_is_begun_again_after(keyed: Keyed) -> None:
    newcomer = keyed.hire("caseworker")
    let_in(newcomer=newcomer, digits=digits_of(newcomer), **keyed.as_(keyed.people["B"][0]))
    keyed.rotate("A")
    assert not let_in(newcomer=newcomer, digits=digits_of(newcomer), **keyed.as_(keyed.people["A"][0]))
    assert let_in(newcomer=newcomer, digits=digits_of(newcomer), **keyed.as_(keyed.people["A"][1]))
    assert GroupKeySeat.objects.filter(member_key=newcomer).count() == 2


def test_one_key_of_a_group_waits_at_a_time(keyed: Keyed) -> None:
    key = make_group_key(**keyed.as_(keyed.people["A"][0]))
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupKey.objects.create(
            owner=key.owner, group="A", version=9, public_key=bytes(32), state="pending", created_at=key.created_at
        )


def test_a_broken_seat_is_found_before_signing(keyed: Keyed) -> None:
    key = make_group_key(**keyed.as_(keyed.people["A"][0]))
    second = keyed.people["A"][1]
    GroupKeySeat.objects.filter(group_key=key, member_key=second.pk).update(sealed_private_key=b"x" * 80)
    with pytest.raises(Refusal) as caught:
        sign_group_key(key=key, **keyed.as_(second))
    assert caught.value.code == "broken_seat"


def test_with_pins_everything_follows_from_the_first(keyed: Keyed, settings: object) -> None:
    from kernel.vault.pins import fingerprint

    settings.VAULT_PINS = [fingerprint(key) for key in GroupKey.objects.all()]  # type: ignore[attr-defined]
    newcomer = keyed.join("caseworker")
    keyed.rotate("A")
    keyed.rotate("B")
    assert vault.seal("pl_1", "pledge.contact", b"x", keyed.organisation.pk)
    assert keyed.open("pl_1", newcomer, keyed.people["B"][1]) == b"x"
