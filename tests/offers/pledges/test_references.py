"""References: asked by mail through a private link, answered once, and nobody is named anywhere."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.outbox import TryAgain
from kernel.states import Refusal
from kernel.vault import addresses
from kernel.vault.index import blind_email
from kernel.vault.models import NotificationAddress
from offers.matching.erasing import erase_pledge
from offers.models import PledgeStatus, Reference
from offers.pledges.living import withdraw
from offers.pledges.references.answering import answer
from offers.pledges.references.ending import tend_references
from offers.pledges.references.links import reference_behind, token
from offers.pledges.references.mails import send_question
from offers.pledges.vetting import reject, suspend
from tests.factories.pledges import make_pledge
from tests.factories.references import REFEREE, make_answer, make_reference
from tests.killing import killed_at_each_statement
from tests.offers.pages.visitor import deliver

OTHER = "other.referee@waystation.invalid"
WORDS = {"known_for": "years", "trust": "yes", "against_children": "no"}


@pytest.fixture
def pledge(db):
    return make_pledge(status="vetting")


def refused(deed, **words):
    with pytest.raises(Refusal) as refusal:
        deed(**words)
    return refusal.value.code


def test_it_mails_a_private_link_that_names_nobody(pledge):
    reference = make_reference(pledge)
    deliver()
    (sent,) = mail.outbox
    assert sent.to == [REFEREE]
    assert f"/my-reference/{token(reference)}/" in sent.body
    assert reference.code in sent.body
    for word in (pledge.pk, "vetting", "host", "room", "offer"):
        assert word not in f"{sent.subject} {sent.body}"


def test_it_keeps_the_address_apart_until_the_answer_is_in(pledge):
    reference = make_reference(pledge)
    assert addresses.find(reference.pk).email == REFEREE
    answered = make_answer(reference)
    assert addresses.find(reference.pk) is None
    assert not NotificationAddress.objects.exists()
    assert (answered.trust, answered.speaks_for, answered.warns) == ("yes", True, False)


def test_it_is_answered_once(pledge, at):
    reference = make_reference(pledge)
    make_answer(reference, trust="no")
    assert refused(answer, reference=reference, at=at, **WORDS) == "reference_ended"
    assert Reference.objects.get().trust == "no"


@pytest.mark.parametrize("field", WORDS)
def test_it_takes_no_word_of_ones_own(pledge, at, field):
    reference = make_reference(pledge)
    words = {**WORDS, field: "she is a friend"}
    assert refused(answer, reference=reference, at=at, **words) == "invalid_choice"
    assert Reference.objects.get().answered_at is None


def test_it_runs_out_after_three_weeks_and_forgets_the_address(pledge, at):
    reference = make_reference(pledge, at=at)
    late = at + timedelta(days=21)
    assert refused(answer, reference=reference, at=late, **WORDS) == "reference_ended"
    assert tend_references(late - timedelta(seconds=1)) == 0
    assert tend_references(late) == 1
    assert tend_references(late) == 0
    assert not NotificationAddress.objects.exists()
    assert Reference.objects.get().ended_at == late


def test_it_reminds_once_after_a_week(pledge, at):
    make_reference(pledge, at=at - timedelta(days=8))
    make_answer(make_reference(pledge, email=OTHER, at=at - timedelta(days=8)), at=at)
    deliver()
    mail.outbox.clear()
    tend_references(at)
    tend_references(at)
    deliver()
    assert [sent.to for sent in mail.outbox] == [[REFEREE]]
    assert "last message" in mail.outbox[0].body


def test_it_sends_nothing_once_the_question_is_over(pledge, at):
    reference = make_reference(pledge, at=at)
    suspend(pledge=pledge, by="user:1", at=at, why="checks_in_doubt")
    deliver()
    send_question(reference.pk)
    send_question("rq_nothing")
    assert mail.outbox == []


@pytest.mark.parametrize("end", ["suspend", "reject", "withdraw"])
def test_it_ends_with_its_offer(pledge, at, end):
    reference = make_reference(pledge, at=at)
    if end == "withdraw":
        withdraw(pledge=pledge, by="user:1", at=at)
    else:
        deed, why = {"suspend": (suspend, "unreachable"), "reject": (reject, "not_suitable")}[end]
        deed(pledge=pledge, by="user:1", at=at, why=why)
    assert not NotificationAddress.objects.exists()
    assert refused(answer, reference=reference, at=at, **WORDS) == "reference_ended"


def test_it_ends_with_an_offer_that_ends_in_any_other_way(pledge, at):
    make_reference(pledge, at=at)
    type(pledge).objects.filter(pk=pledge.pk).update(status="expired")
    assert tend_references(at) == 1
    assert not NotificationAddress.objects.exists()


def test_what_was_said_counts_no_longer_once_checks_begin_anew(pledge, at):
    make_answer(make_reference(pledge))
    suspend(pledge=pledge, by="user:1", at=at, why="checks_in_doubt")
    assert not pledge.references.in_force().exists()
    assert pledge.references.count() == 1


def test_it_is_erased_with_its_offer(pledge, at):
    make_answer(make_reference(pledge))
    make_reference(pledge, email=OTHER)
    gone = erase_pledge(pledge=pledge, by="system", at=at, why="asked")
    assert gone.gone["people_asked"] == 2
    assert not Reference.objects.exists()
    assert not NotificationAddress.objects.exists()


def test_a_provider_names_two_people_and_one_more_for_each_who_did_not_answer(pledge, at):
    make_reference(pledge, at=at)
    make_reference(pledge, email=OTHER, at=at)
    third = {"pledge": pledge, "email": "third@waystation.invalid"}
    assert refused(make_reference, **third, at=at) == "references_enough"
    tend_references(at + timedelta(days=21))
    assert make_reference(**third, at=at + timedelta(days=21)).pk


def test_nobody_sends_mail_after_mail_through_one_offer(pledge, at):
    for number in range(6):
        make_reference(pledge, email=f"r{number}@waystation.invalid", by="user:1")
    assert refused(make_reference, pledge=pledge, email="r7@waystation.invalid", by="user:1") == "references_enough"


def test_nobody_fills_a_mailbox_through_many_offers(db):
    for _ in range(6):
        send_question(make_reference().pk)
    with pytest.raises(TryAgain):
        send_question(make_reference().pk)
    assert len(mail.outbox) == 6


def test_an_address_that_is_the_offers_own_or_was_named_before_is_taken_and_not_written_to(pledge):
    first = make_reference(pledge)
    again = make_reference(pledge, email=f" {REFEREE.upper()}", by="user:1")
    assert (first.held_back, again.held_back) == ("", "named_before")
    own = make_pledge(status="vetting", blind_email=blind_email(REFEREE))
    assert make_reference(own).held_back == "own_address"
    deliver()
    assert len(mail.outbox) == 1
    assert reference_behind(token(again)).is_open(timezone.now()) is False


def test_one_referee_of_two_offers_is_not_recognised_as_one(db):
    marks = {bytes(make_reference(email=REFEREE).mark) for _ in range(2)}
    assert len(marks) == 2


@pytest.mark.parametrize("status", sorted(set(PledgeStatus.values) - {"vetting", "active", "paused"}))
def test_nobody_is_asked_about_an_offer_that_is_not_in_use_or_being_checked(db, status):
    assert refused(make_reference, pledge=make_pledge(status=status)) == "illegal_transition"


def test_nobody_is_asked_where_no_reference_is_needed(db):
    assert refused(make_reference, pledge=make_pledge(status="vetting", kind="food")) == "no_references"


@pytest.mark.parametrize("word", ["", "a" * 58, "2" * 58])
def test_a_word_that_was_never_made_leads_nowhere(pledge, word):
    make_reference(pledge)
    assert reference_behind(word) is None


def test_a_link_for_one_question_opens_no_other(pledge):
    one, other = make_reference(pledge), make_reference(pledge, email=OTHER)
    assert reference_behind(token(one)[:26] + token(other)[26:]) is None


def test_a_signature_given_before_an_answer_came_is_stale(pledge):
    reference = make_reference(pledge)
    version = type(pledge).objects.get(pk=pledge.pk).version
    make_answer(reference, trust="no")
    assert type(pledge).objects.get(pk=pledge.pk).version == version + 1


def test_it_is_whole_or_nothing_wherever_it_is_killed(pledge, at):
    killed_at_each_statement(lambda: make_reference(pledge, at=at))
    reference = Reference.objects.get()
    killed_at_each_statement(lambda: make_answer(reference, at=at))
    make_reference(pledge, email=OTHER, at=at)
    killed_at_each_statement(lambda: tend_references(at + timedelta(days=21)))


def test_the_trail_says_that_somebody_was_asked_and_answered_and_no_more(pledge):
    reference = make_reference(pledge)
    make_answer(reference, trust="no", against_children="yes")
    entries = list(AuditEntry.objects.filter(action__startswith="reference.").order_by("pk"))
    assert [(one.action, one.actor) for one in entries] == [
        ("reference.asked", f"provider:{pledge.pk}"),
        ("reference.answered", "page"),
    ]
    assert all("no" not in str(one.fields) for one in entries)


def test_the_database_refuses_half_an_answer(pledge, at):
    reference = make_reference(pledge)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reference.objects.filter(pk=reference.pk).update(trust="yes")
    with pytest.raises(IntegrityError), transaction.atomic():
        Reference.objects.filter(pk=reference.pk).update(answered_at=at, ended_at=at, trust="a friend")
