"""The drill: every passphrase is lost, the trustees bring the organisation back, and a contact opens."""

import json
from io import StringIO
from pathlib import Path

import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from kernel.accounts.models import Member
from kernel.disclosure.fingerprints import digits_of
from kernel.disclosure.joining import let_in
from kernel.disclosure.leaving import take_key_away
from kernel.disclosure.models import GroupKeySeat, MemberKey, RecoveryCopy, Trustee
from kernel.disclosure.recovering import recover
from kernel.disclosure.trustees import check_recipients, open_copy
from kernel.states import Refusal
from kernel.vault.boxes import BrokenSeal
from kernel.vault.models import GroupKey
from tests.factories.organisations import make_partner
from tests.kernel.disclosure.conftest import staff
from tests.kernel.disclosure.keyed import NOW, Keyed, make_keyed, seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def keyed() -> Keyed:
    return make_keyed(trustees=True)


def lose(keyed: Keyed, group: str) -> None:
    for member in keyed.people[group]:
        take_key_away(member=member, why="lost", by=member.user.actor, at=NOW)


def run(keyed: Keyed, member: Member, group: str, folder: Path, number: int = 0) -> bool:
    """Run the command as one of a group's trustees; return whether the member has a seat."""
    identity = folder / "identity.txt"
    identity.write_text(f"# created: today\n{keyed.trustees[group][number]}\n")
    out = StringIO()
    digits = digits_of(MemberKey.objects.get(pk=member.pk))
    call_command(
        "recover", member.user.email, "--group", group, "--identity", identity, "--digits", digits, "--json", stdout=out
    )
    return bool(json.loads(out.getvalue())["seated"])


def test_trustees_of_both_groups_bring_everything_back(keyed: Keyed, tmp_path: Path) -> None:
    seal(keyed)
    keyed.rotate("A")
    seal(keyed, "pl_2")
    for group in "AB":
        lose(keyed, group)
    assert not GroupKeySeat.objects.exists()
    a, b = keyed.people["A"][0], keyed.people["B"][0]
    for member in (a, b):
        keyed.key_of(member)
    assert not run(keyed, a, "B", tmp_path)
    assert run(keyed, a, "A", tmp_path)
    assert not run(keyed, b, "B", tmp_path, 1)
    assert not run(keyed, b, "A", tmp_path, 1)
    assert run(keyed, b, "B", tmp_path, 1)
    for record in ("pl_1", "pl_2"):
        assert keyed.open(record, a, b) == b"Canary Sixpence"


def test_one_group_comes_back_by_its_trustee_and_a_member_of_the_other(keyed: Keyed, tmp_path: Path) -> None:
    seal(keyed)
    lose(keyed, "A")
    newcomer = keyed.hire("caseworker")
    assert not let_in(newcomer=newcomer, digits=digits_of(newcomer), **keyed.as_(keyed.people["B"][0]))
    assert run(keyed, newcomer.member, "A", tmp_path)
    assert keyed.open("pl_1", newcomer.member, keyed.people["B"][0]) == b"Canary Sixpence"


def test_two_trustees_of_one_group_are_one_voice(keyed: Keyed, tmp_path: Path) -> None:
    newcomer = keyed.hire("caseworker")
    assert not run(keyed, newcomer.member, "A", tmp_path, 0)
    assert not run(keyed, newcomer.member, "A", tmp_path, 1)
    assert not GroupKeySeat.objects.filter(member_key=newcomer).exists()


def test_a_stranger_brings_back_nobody(keyed: Keyed, tmp_path: Path) -> None:
    newcomer = keyed.hire("caseworker")
    for identity in (pyrage.x25519.Identity.generate(), keyed.trustees["B"][0]):
        with pytest.raises(Refusal) as caught:
            recover(newcomer=newcomer, group="A", identity=identity, digits=digits_of(newcomer), at=NOW)
        assert caught.value.code == "no_copy"


def test_it_asks_for_the_digits(keyed: Keyed) -> None:
    newcomer = keyed.hire("caseworker")
    with pytest.raises(Refusal) as caught:
        recover(newcomer=newcomer, group="A", identity=keyed.trustees["A"][0], digits="1" * 30, at=NOW)
    assert caught.value.code == "digits_differ"


def test_new_keys_are_sealed_to_the_trustees_by_themselves(keyed: Keyed) -> None:
    key = keyed.rotate("B")
    copies = RecoveryCopy.objects.filter(group_key=key)
    assert copies.count() == 2
    for copy in copies:
        identity = next(one for one in keyed.trustees["B"] if str(one.to_public()) == copy.trustee.recipient)
        assert open_copy(copy, identity)


def test_trustees_change_with_a_new_key(keyed: Keyed) -> None:
    fresh = [pyrage.x25519.Identity.generate() for _ in range(2)]
    key = keyed.rotate("A", [str(identity.to_public()) for identity in fresh])
    opened = [copy for copy in key.copies.all() for identity in fresh if _opens(copy, identity)]
    assert len(opened) == 2
    assert not any(_opens(copy, keyed.trustees["A"][0]) for copy in key.copies.all())


def _opens(copy: RecoveryCopy, identity: pyrage.x25519.Identity) -> bool:
    try:
        open_copy(copy, identity)
    except BrokenSeal:
        return False
    return True


def test_nobody_is_trusted_with_both_groups(keyed: Keyed) -> None:
    theirs = [str(identity.to_public()) for identity in keyed.trustees["B"]]
    with pytest.raises(Refusal) as caught:
        keyed.rotate("A", theirs)
    assert caught.value.code == "trustee_of_other_group"
    with pytest.raises(IntegrityError), transaction.atomic():
        Trustee.objects.create(organisation=keyed.organisation, group="A", recipient=theirs[0])


def test_a_planted_trustee_gets_no_copy(keyed: Keyed) -> None:
    """Whoever may write the table names a trustee of their own and waits for a new key."""
    planted = pyrage.x25519.Identity.generate()
    Trustee.objects.create(organisation=keyed.organisation, group="A", recipient=str(planted.to_public()))
    key = keyed.rotate("A")
    assert not any(_opens(copy, planted) for copy in key.copies.all())


def test_a_copy_in_anothers_place_opens_nothing(keyed: Keyed) -> None:
    old = GroupKey.objects.get(group="A")
    key = keyed.rotate("A")
    copy = key.copies.order_by("trustee").first()
    assert copy is not None
    copy.file = old.copies.order_by("trustee").first().file  # type: ignore[union-attr]
    identity = next(one for one in keyed.trustees["A"] if str(one.to_public()) == copy.trustee.recipient)
    with pytest.raises(BrokenSeal):
        open_copy(copy, identity)


@pytest.mark.parametrize(
    ("recipients", "code"),
    [(["age1nonsense", "age1more"], "bad_recipient"), (["one"], "bad_recipient")],
)
def test_it_refuses_what_is_no_recipient(recipients: list[str], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_recipients(recipients)
    assert (caught.value.code, caught.value.field) == (code, "recipients")


def test_one_trustee_is_too_few_and_six_too_many() -> None:
    named = [str(pyrage.x25519.Identity.generate().to_public()) for _ in range(6)]
    for some, code in (
        (named[:1], "too_few_trustees"),
        (named[:1] * 2, "too_few_trustees"),
        (named, "too_many_trustees"),
    ):
        with pytest.raises(Refusal) as caught:
            check_recipients(some)
        assert caught.value.code == code
    assert check_recipients([]) == ()


def test_copies_are_exported_for_the_trustees(keyed: Keyed, tmp_path: Path) -> None:
    out = StringIO()
    call_command("recovery_export", keyed.organisation.pk, "--out", tmp_path, "--json", stdout=out)
    written = json.loads(out.getvalue())["copies"]
    assert len(written) == 4
    for one in written:
        identity = next(found for found in keyed.trustees[one["group"]] if str(found.to_public()) == one["recipient"])
        assert pyrage.decrypt((tmp_path / one["file"]).read_bytes(), [identity])
    with pytest.raises(CommandError, match="nothing to export"):
        call_command("recovery_export", "org_nowhere", "--out", tmp_path)
    with pytest.raises(CommandError, match="no such folder"):
        call_command("recovery_export", keyed.organisation.pk, "--out", tmp_path / "nowhere")


def test_the_command_says_what_is_wrong(keyed: Keyed, tmp_path: Path) -> None:
    common = ["--group", "A", "--digits", "1"]
    with pytest.raises(CommandError, match="has made a key"):
        call_command("recover", "nobody@waystation.invalid", "--identity", "x", *common)
    email = keyed.hire("caseworker").member.user.email
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("recover", email, "--identity", tmp_path / "missing", *common)
    (tmp_path / "wrong").write_text("AGE-SECRET-KEY-1NONSENSE")
    with pytest.raises(CommandError, match="no single age identity"):
        call_command("recover", email, "--identity", tmp_path / "wrong", *common)


def test_first_keys_are_made_with_trustees(db: None) -> None:
    partner = make_partner()
    staff(partner)
    names = {group: [str(pyrage.x25519.Identity.generate().to_public()) for _ in range(2)] for group in "ab"}
    arguments = [part for group, named in names.items() for one in named for part in (f"--trustee-{group}", one)]
    call_command("create_keys", partner.pk, "--json", *arguments, stdout=StringIO())
    assert RecoveryCopy.objects.filter(group_key__owner=partner.pk).count() == 4
