"""A contact is shown once, to the one who asked, after somebody else approved."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.accounts.people.stopping import suspend
from kernel.audit.models import AuditEntry
from kernel.disclosure.disclosing.asking import many_asked, take_back
from kernel.disclosure.disclosing.giving import decline, give, version_of
from kernel.disclosure.disclosing.lapsing import lapse_overdue
from kernel.disclosure.models import Disclosure, DisclosureBox, DisclosureMove
from kernel.outbox.drain import drain
from kernel.states import Refusal
from kernel.vault import addresses
from kernel.vault.boxes import close_box, open_box, xor
from kernel.vault.models import GroupKey, KeyShare
from offers.models import Match, Pledge
from tests.factories.keys import make_keyed, make_staff
from tests.factories.organisations import make_member, make_partner
from tests.offers.disclosing.scene import (
    CANARY,
    Scene,
    approved,
    asked,
    confirmed_match,
    given,
    one_organisation,
    read_by,
    sealed_pledge,
)

pytestmark = pytest.mark.django_db
MINUTES = timedelta(minutes=1)


@pytest.fixture
def scene(db: None) -> Scene:
    return one_organisation()


def test_it_is_asked_for_approved_and_read_once(scene: Scene) -> None:
    disclosure = asked(scene)
    assert (disclosure.status, disclosure.record_ids) == ("asked", [scene.pledge.pk])
    disclosure = given(disclosure, scene.keys.approver)
    assert disclosure.status == "approved"
    assert disclosure.expires_at == disclosure.approved_at + 15 * MINUTES
    assert DisclosureBox.objects.count() == 1
    ((record_id, plain),) = read_by(disclosure, scene.asker)
    assert record_id == scene.pledge.pk
    assert json.loads(plain)["name"] == CANARY
    assert not DisclosureBox.objects.exists()
    match = Match.objects.get(pk=scene.match.pk)
    assert match.status == "contact_disclosed"
    last = match.history.last()
    assert (last.old, last.new, last.by) == ("confirmed", "contact_disclosed", scene.asker.member.user.actor)
    assert list(disclosure.history.values_list("new", flat=True)) == ["asked", "approved", "read"]
    trail = AuditEntry.objects.filter(action__startswith="disclosure.").order_by("pk")
    assert list(trail.values_list("action", "actor", "object_id", "reason")) == [
        ("disclosure.asked", scene.asker.member.user.actor, scene.pledge.pk, disclosure.pk),
        ("disclosure.approved", scene.keys.approver.member.user.actor, scene.pledge.pk, disclosure.pk),
        ("disclosure.read", scene.asker.member.user.actor, scene.pledge.pk, disclosure.pk),
    ]


def test_the_provider_is_told_in_neutral_words_and_their_language(scene: Scene) -> None:
    Pledge.objects.filter(pk=scene.pledge.pk).update(language="ru")
    read_by(approved(scene), scene.asker)
    drain()
    (told,) = mail.outbox
    assert told.to == ["helper@waystation.invalid"]
    assert told.subject == "Сообщение для вас"
    assert "/ru/my-offer/" in told.body
    said = f"{told.subject} {told.body}".casefold()
    for word in (CANARY.casefold(), "operator", "waystation.invalid", "match", "беж", "контакт раскрыт"):
        assert word not in said.replace("helper@waystation.invalid", "")


def test_no_address_kept_is_no_note_sent(scene: Scene) -> None:
    addresses.forget(scene.pledge.pk)
    read_by(approved(scene), scene.asker)
    drain()
    assert mail.outbox == []


def test_it_can_be_asked_for_again_while_the_match_is_alive(scene: Scene) -> None:
    read_by(approved(scene), scene.asker)
    again = approved(scene)
    assert read_by(again, scene.asker)
    assert Match.objects.get(pk=scene.match.pk).status == "contact_disclosed"


def refused(code: str, call: object, *args: object, **words: object) -> None:
    with pytest.raises(Refusal) as caught:
        call(*args, **words)  # type: ignore[operator]
    assert caught.value.code == code


def test_nobody_approves_their_own_request(scene: Scene) -> None:
    disclosure = asked(scene)
    refused("second_person_needed", given, disclosure, scene.asker)
    refused("approvers_approve", given, disclosure, scene.ours.caseworkers[1])
    for column in ("half_b_by", "half_a_by"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Disclosure.objects.filter(pk=disclosure.pk).update(**{column: scene.asker.member})
    with pytest.raises(IntegrityError), transaction.atomic():
        Disclosure.objects.filter(pk=disclosure.pk).update(
            half_a_by=scene.ours.approver.member, half_b_by=scene.ours.approver.member
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Disclosure.objects.filter(pk=disclosure.pk).update(status="approved")


def test_only_caseworkers_ask(scene: Scene) -> None:
    refused("caseworkers_ask", asked, scene, by=scene.ours.coordinator)
    refused("caseworkers_ask", asked, scene, by=scene.ours.approver)


def test_one_person_alone_reads_nothing(scene: Scene) -> None:
    refused("not_approved", read_by, asked(scene), scene.asker)


def test_it_is_read_by_the_one_who_asked(scene: Scene) -> None:
    disclosure = approved(scene)
    for other in (scene.ours.caseworkers[1], scene.keys.approver, scene.ours.coordinator):
        refused("not_yours", read_by, disclosure, other)
    assert Disclosure.objects.get(pk=disclosure.pk).status == "approved"


def test_it_is_not_read_twice(scene: Scene) -> None:
    disclosure = approved(scene)
    read_by(disclosure, scene.asker)
    refused("used", read_by, disclosure, scene.asker)


def test_it_is_stale_after_a_quarter_of_an_hour(scene: Scene) -> None:
    at = timezone.now()
    disclosure = approved(scene, at=at)
    refused("stale", read_by, disclosure, scene.asker, at=at + 15 * MINUTES)
    assert read_by(disclosure, scene.asker, at=at + 14 * MINUTES)


def test_an_open_request_lapses_after_a_day(scene: Scene) -> None:
    at = timezone.now()
    disclosure = asked(scene, at=at)
    later = at + timedelta(days=1)
    refused("stale", given, disclosure, scene.keys.approver, at=later)
    assert lapse_overdue(later - MINUTES) == 0
    assert lapse_overdue(later) == 1
    assert lapse_overdue(later) == 0
    refused("closed", given, disclosure, scene.keys.approver, at=at)
    assert asked(scene, at=later).pk != disclosure.pk


def test_what_ran_out_loses_its_boxes(scene: Scene) -> None:
    at = timezone.now()
    disclosure = approved(scene, at=at)
    assert lapse_overdue(at + 15 * MINUTES) == 1
    assert not DisclosureBox.objects.exists()
    refused("closed", read_by, disclosure, scene.asker)


def test_it_is_declined_or_taken_back(scene: Scene) -> None:
    disclosure = approved(scene)
    refused("not_yours", take_back, disclosure=disclosure, by=scene.ours.caseworkers[1].member, at=timezone.now())
    take_back(disclosure=disclosure, by=scene.asker.member, at=timezone.now())
    assert not DisclosureBox.objects.exists()
    refused("closed", read_by, disclosure, scene.asker)
    second = asked(scene)
    refused("not_your_side", decline, disclosure=second, by=scene.asker.member, at=timezone.now())
    decline(disclosure=second, by=scene.keys.coordinator.member, at=timezone.now())
    refused("closed", given, second, scene.keys.approver)


@pytest.mark.parametrize("step", ["asked", "approved"])
@pytest.mark.parametrize("stop", ["frozen", "suspended", "withdrawn", "canceled", "erased"])
def test_what_was_stopped_in_between_is_refused_at_approval_and_at_reading(scene: Scene, step: str, stop: str) -> None:
    disclosure = asked(scene) if step == "asked" else approved(scene)
    rows, pledges = Match.objects.filter(pk=scene.match.pk), Pledge.objects.filter(pk=scene.pledge.pk)
    code = {
        "frozen": lambda: rows.update(frozen=True) and "frozen",
        "suspended": lambda: pledges.update(status="suspended") and "pledge_stopped",
        "withdrawn": lambda: pledges.update(status="withdrawn") and "pledge_stopped",
        "erased": lambda: pledges.update(status="erased") and "pledge_stopped",
        "canceled": lambda: rows.update(status="canceled") and "not_confirmed",
    }[stop]()
    if step == "asked":
        refused(str(code), given, disclosure, scene.keys.approver)
    else:
        refused(str(code), read_by, disclosure, scene.asker)
    assert Disclosure.objects.get(pk=disclosure.pk).status == step
    refused(str(code), asked, scene, by=scene.ours.caseworkers[1])


def test_a_paused_offer_that_is_promised_still_counts(scene: Scene) -> None:
    Pledge.objects.filter(pk=scene.pledge.pk).update(status="paused")
    assert read_by(approved(scene), scene.asker)


def test_it_is_for_confirmed_matches_alone(scene: Scene) -> None:
    for status in ("suggested", "proposed", "person_agreed", "provider_accepted", "completed", "failed"):
        Match.objects.filter(pk=scene.match.pk).update(status=status)
        refused("not_confirmed", asked, scene)


def test_a_foreign_caseworker_learns_not_even_that_there_is_a_match(scene: Scene) -> None:
    stranger = make_staff(make_partner())
    refused("unknown_reference", asked, scene, by=stranger.caseworkers[0])
    missing = Scene(scene.ours, scene.keys, scene.pledge, Match(pk="mt_nowhere"))
    refused("unknown_reference", asked, missing)
    disclosure = asked(scene)
    for one in (stranger.caseworkers[0], stranger.approver):
        refused("not_your_side", given, disclosure, one)
        assert not Disclosure.objects.visible_to(one.member).exists()


def test_who_left_neither_approves_nor_reads(scene: Scene) -> None:
    admin = make_member(role="admin").user
    disclosure = asked(scene)
    suspend(member=scene.keys.approver.member, by=admin, at=timezone.now())
    refused("not_active", given, disclosure, scene.keys.approver)
    disclosure = given(disclosure, scene.keys.coordinator)
    suspend(member=scene.asker.member, by=admin, at=timezone.now())
    assert Disclosure.objects.get().status == "lapsed"
    assert not DisclosureBox.objects.exists()
    refused("not_active", read_by, disclosure, scene.asker)


@pytest.mark.parametrize("gone", ["inactive", "role", "organisation", "key"])
def test_an_approval_counts_only_while_the_approver_is_in_that_role(scene: Scene, gone: str) -> None:
    disclosure = approved(scene)
    member = scene.keys.approver.member
    if gone == "inactive":
        type(member.user).objects.filter(pk=member.user_id).update(is_active=False)
    elif gone == "role":
        type(member).objects.filter(pk=member.pk).update(role="finance")
    elif gone == "organisation":
        type(member).objects.filter(pk=member.pk).update(organisation=make_partner())
    else:
        member.key.seats.all().delete()
        member.key.delete()
    refused("approver_left", read_by, disclosure, scene.asker)


@pytest.mark.parametrize("step", ["asked", "approved"])
def test_a_requester_with_another_role_gets_nothing(scene: Scene, step: str) -> None:
    disclosure = asked(scene) if step == "asked" else approved(scene)
    type(scene.asker.member).objects.filter(pk=scene.asker.member.pk).update(role="coordinator")
    if step == "asked":
        refused("role_changed", given, disclosure, scene.keys.approver)
    else:
        refused("role_changed", read_by, disclosure, scene.asker)


def test_an_approval_is_of_what_was_read(scene: Scene) -> None:
    disclosure = asked(scene)
    one = scene.keys.approver
    Disclosure.objects.filter(pk=disclosure.pk).update(requester=scene.ours.caseworkers[1].member)
    refused(
        "stale", give, disclosure=disclosure, by=one.member, private_key=one.private_key,
        seen=version_of(disclosure), at=timezone.now(),
    )  # fmt: skip


def test_a_wrong_key_gives_and_reads_nothing(scene: Scene) -> None:
    stranger = make_keyed(make_member())
    disclosure, approver = asked(scene), scene.keys.approver
    wrong = type(approver)(approver.member, stranger.private_key)
    refused("does_not_open", given, disclosure, wrong)
    disclosure = given(disclosure, approver)
    refused("does_not_open", read_by, disclosure, type(approver)(scene.asker.member, stranger.private_key))
    assert Disclosure.objects.get().status == "approved"
    assert AuditEntry.objects.filter(action="disclosure.not_opened").count() == 1
    assert read_by(disclosure, scene.asker)


def test_an_approver_without_a_seat_gives_nothing(scene: Scene) -> None:
    newcomer = make_keyed(make_member(scene.keys.organisation, "approver"))
    refused("does_not_open", given, asked(scene), newcomer)


def test_pending_shares_of_a_change_of_keys_are_given_too(scene: Scene) -> None:
    """While caseworkers' keys have been changed and the approvers have not caught up, their half is B and R."""

    a, b = KeyShare.objects.get(letter="A"), KeyShare.objects.get(letter="B")
    words = {"record_id": scene.pledge.pk, "form": a.record.format}
    half, part = open_box(bytes(a.box), letter="A", private_key=scene.keys.group_a, **words), b"r" * 32
    public = {key.pk: bytes(key.public_key) for key in GroupKey.objects.all()}
    KeyShare.objects.filter(pk=a.pk).update(
        box=close_box(half=xor(half, part), letter="A", to=public[a.group_key_id], **words)
    )
    KeyShare.objects.create(
        record=a.record,
        letter="R",
        group_key=b.group_key,
        box=close_box(half=part, letter="R", to=public[b.group_key_id], **words),
    )
    assert CANARY in read_by(approved(scene), scene.asker)[0][1].decode()


def test_one_asks_once_and_holds_few_open_requests(scene: Scene) -> None:
    asked(scene)
    refused("asked_already", asked, scene)
    others = [confirmed_match(scene.ours, sealed_pledge(scene.ours.organisation)) for _ in range(5)]
    for match in others[:4]:
        asked(Scene(scene.ours, scene.keys, match.pledge, match))
    refused("too_many_open", asked, Scene(scene.ours, scene.keys, others[4].pledge, others[4]))
    assert Disclosure.objects.open().count() == 5


def test_the_approvers_are_told_of_whoever_asks_for_very_many(scene: Scene) -> None:
    at = timezone.now()
    for number in range(11):
        disclosure = asked(scene, at=at)
        assert many_asked(scene.keys.organisation, at=at) == ([(scene.asker.member, 11)] if number == 10 else [])
        take_back(disclosure=disclosure, by=scene.asker.member, at=at)
    assert many_asked(scene.keys.organisation, at=at + timedelta(days=1)) == []


def test_no_row_names_anybody(scene: Scene) -> None:
    read_by(approved(scene), scene.asker)
    stored = " ".join(
        str(value)
        for model in (Disclosure, DisclosureMove, AuditEntry)
        for row in model._default_manager.values_list()
        for value in row
    )
    for word in (CANARY, "helper@", "202 555"):
        assert word not in stored
