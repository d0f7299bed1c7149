"""The drill: a backup is made, everything is lost, and it is all there again; what was erased is not."""

import json
from datetime import timedelta

import pyrage
import pytest
from django.db import connection
from django.utils import timezone

from donations.ledger.verify import verify as verify_ledger
from kernel.audit.models import AuditEntry
from kernel.audit.verify import verify_trail
from kernel.states import Refusal
from kernel.vault import addresses
from kernel.vault.boxes import BrokenSeal
from kernel.vault.models import KeyShare, SealedRecord
from offers.matching.erasing import erase_need, erase_pledge
from offers.models import Match, Need, Pledge
from offers.needs.household import open_case_ref
from tests.waystation.backups.world import CANARIES, CASE, contact_opens, lose_everything, make_world
from waystation.backups.rows import in_order
from waystation.backups.tables import NEVER
from waystation.backups.writing import FULL, LONG

pytestmark = pytest.mark.django_db(transaction=True)


def _everything() -> dict[str, list]:
    """Every row of every table that a full backup holds."""
    return {
        model._meta.db_table: [
            {name: bytes(v) if isinstance(v, memoryview) else v for name, v in row.items()}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in in_order()
    }


def test_a_full_backup_brings_back_every_row_as_it_was(keeper):
    world = make_world()
    before = _everything()
    made = keeper.make(FULL)
    lose_everything()
    keeper.restore(made)
    after = _everything()
    extra = after["audit_auditentry"].pop()
    assert (extra["action"], extra["object_id"]) == ("backup.restored", "full")
    after["audit_auditseal"].pop()
    assert after == before
    assert CANARIES["name"] in json.loads(contact_opens(world.pledge.pk, world.keys))["name"]
    assert verify_trail().fault is None
    assert verify_ledger()[1] == []


def test_new_rows_follow_the_restored_ones(keeper):
    make_world()
    made = keeper.make(FULL)
    lose_everything()
    keeper.restore(made)
    from tests.factories.organisations import make_member

    assert make_member().pk
    assert AuditEntry.objects.order_by("-pk").first().action == "backup.restored"


def test_a_long_backup_opens_no_contact_and_finds_no_case(keeper):
    world = make_world()
    made = keeper.make(LONG)
    lose_everything()
    done = keeper.restore(made)
    assert done.sealed_for_good == 1
    with pytest.raises(BrokenSeal):
        contact_opens(world.pledge.pk, world.keys)
    assert addresses.find(world.pledge.pk) is None
    need = Need.objects.get(pk=world.need.pk)
    assert open_case_ref(need_id=need.pk, sealed=need.case_ref_sealed) == ""
    assert Pledge.objects.get(pk=world.pledge.pk).blind_email is None


def test_a_long_backup_gets_its_shares_from_a_full_one(keeper):
    world = make_world()
    full, long = keeper.make(FULL), keeper.make(LONG)
    lose_everything()
    done = keeper.restore(long, shares=full.path)
    assert (done.shares.shares, done.sealed_for_good) == (2, 0)
    assert CANARIES["email"] in contact_opens(world.pledge.pk, world.keys).decode()
    need = Need.objects.get(pk=world.need.pk)
    assert open_case_ref(need_id=need.pk, sealed=need.case_ref_sealed) == CASE


def test_what_was_erased_after_a_long_backup_stays_closed_for_good(keeper):
    world = make_world()
    long = keeper.make(LONG)
    erase_pledge(pledge=world.pledge, by="system", at=timezone.now(), why="asked")
    full = keeper.make(FULL)
    lose_everything()
    done = keeper.restore(long, shares=full.path)
    assert done.shares.shares == 0
    with pytest.raises(BrokenSeal):
        contact_opens(world.pledge.pk, world.keys)


def test_what_was_erased_after_a_full_backup_is_erased_again(keeper):
    world = make_world()
    made = keeper.make(FULL)
    lose_everything()
    erased = [("pledge", world.pledge.pk), ("need", world.need.pk), ("donation", world.gift.pk)]
    done = keeper.restore(made, erased=erased)
    assert done.erased_again == 3
    assert Pledge.objects.get(pk=world.pledge.pk).status == "erased"
    assert Match.objects.get(pk=world.match.pk).status == "canceled"
    assert not SealedRecord.objects.exists()
    assert not KeyShare.objects.exists()
    assert addresses.find(world.pledge.pk) is None
    assert Need.objects.get(pk=world.need.pk).erased_at


def test_what_was_erased_before_a_backup_is_not_in_it(keeper):
    world = make_world()
    erase_pledge(pledge=world.pledge, by="system", at=timezone.now(), why="asked")
    erase_need(need=world.need, by="system", at=timezone.now(), why="asked")
    made = keeper.make(FULL)
    lose_everything()
    keeper.restore(made)
    assert Pledge.objects.get(pk=world.pledge.pk).status == "erased"
    assert not SealedRecord.objects.exists()


def test_it_restores_into_an_empty_database_alone(keeper):
    make_world()
    made = keeper.make(FULL)
    before = _everything()
    with pytest.raises(Refusal) as refused:
        keeper.restore(made)
    assert refused.value.code == "not_empty"
    assert _everything() == before


@pytest.mark.parametrize("harm", ["cut", "flipped", "appended"])
def test_a_damaged_file_restores_nothing(keeper, harm):
    make_world()
    made = keeper.make(FULL)
    whole = made.path.read_bytes()
    middle = len(whole) // 2
    harmed = {
        "cut": whole[:-100],
        "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "appended": whole + b"more",
    }[harm]
    made.path.write_bytes(harmed)
    lose_everything()
    with pytest.raises(Refusal) as refused:
        keeper.restore(made)
    assert refused.value.code == "damaged"
    assert not any(_everything().values())


def test_another_identity_opens_nothing(keeper):
    made = keeper.make(FULL)
    lose_everything()
    other = type(keeper)(pyrage.x25519.Identity.generate(), keeper.file, keeper.folder)
    with pytest.raises(Refusal) as refused:
        other.restore(made)
    assert refused.value.code == "wrong_identity"


def test_a_full_backup_is_refused_once_its_week_is_over(keeper, settings):
    from waystation.backups.writing import backup

    old = backup(keeper.folder, kind=FULL, at=timezone.now() - timedelta(days=8))
    fresh = keeper.make(LONG)
    lose_everything()
    with pytest.raises(Refusal) as refused:
        keeper.restore(old)
    assert refused.value.code == "too_old"
    with pytest.raises(Refusal) as refused:
        keeper.restore(fresh, shares=old.path)
    assert refused.value.code == "too_old"
    assert not any(_everything().values())


def test_a_trail_that_does_not_hold_is_refused(keeper):
    from tests.triggers import lifted

    make_world()
    with lifted(connection, {AuditEntry._meta.db_table}):
        AuditEntry.objects.filter(action="match.proposed").update(actor="user:999")
    made = keeper.make(FULL)
    lose_everything()
    with pytest.raises(Refusal) as refused:
        keeper.restore(made)
    assert refused.value.code == "audit_broken"
    assert not AuditEntry.objects.exists()


def test_books_that_do_not_balance_are_refused(keeper):
    from donations.models import Posting
    from tests.triggers import lifted

    make_world()
    with lifted(connection, {Posting._meta.db_table}):
        Posting.objects.filter(minor__gt=0).update(minor=1)
    made = keeper.make(FULL)
    lose_everything()
    with pytest.raises(Refusal):
        keeper.restore(made)
    assert not Posting.objects.exists()


def test_nothing_of_a_provider_or_a_case_is_in_clear_even_inside(keeper, settings):
    make_world()
    for kind in (FULL, LONG):
        made = keeper.make(kind)
        outside, inside = made.path.read_bytes(), keeper.inside(made)
        assert b"pledge.contact" in inside
        for secret in (*CANARIES.values(), CASE, settings.VAULT_KEK, settings.AUDIT_SIGNING_KEY, settings.SECRET_KEY):
            assert secret.encode() not in inside
            assert secret.encode() not in outside
        assert b"offers_pledge" not in outside


def test_sessions_tokens_salts_and_queues_are_in_no_backup(keeper):
    from tests.console import console_client
    from tests.factories.organisations import make_member

    make_world()
    key = console_client(make_member()).session.session_key
    inside = keeper.inside(keeper.make(FULL))
    assert key.encode() not in inside
    assert not any(table.encode() in inside for table in NEVER)


def test_others_go_on_writing_while_a_backup_is_made_and_are_not_in_it(keeper, monkeypatch):
    from tests.factories.organisations import make_partner
    from waystation.backups import writing

    make_world()
    later: list[str] = []

    def tables_in(kind, original=writing.tables_in):
        for model in original(kind):
            yield model
            if not later:
                later.append(make_partner("Came later").pk)

    monkeypatch.setattr(writing, "tables_in", tables_in)
    inside = keeper.inside(keeper.make(FULL))
    assert later[0].encode() not in inside
