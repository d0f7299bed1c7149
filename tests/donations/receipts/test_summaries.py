"""Summaries of a year: a long job, batch by batch, that says how far it is and can be stopped."""

from datetime import datetime

import pytest
from django.core import mail
from django.utils import timezone

from donations.models import ReceiptWish, Summary, SummaryRun
from donations.receipts.summaries.deeds import ask_for_summaries, cancel_summaries, carry_on, receipts_in
from kernel.audit.models import AuditEntry
from kernel.outbox.drain import drain
from kernel.outbox.models import OutboxRow
from kernel.states import Refusal
from kernel.vault.index import blind_email
from tests.factories.receipts import make_issuer, make_receipted
from tests.killing import killed_at_each_write

pytestmark = pytest.mark.django_db


def next_year() -> datetime:
    at = timezone.now()
    return at.replace(year=at.year + 1, month=1, day=15)


def asked(donors: int = 5) -> SummaryRun:
    make_issuer()
    for number in range(donors):
        make_receipted(email=f"donor{number}@example.org")
    make_receipted(email=" Donor0@example.org")  # the same person
    mail.outbox.clear()
    OutboxRow.objects.all().delete()
    return ask_for_summaries(year=timezone.now().year, by="user:1", at=next_year())


def test_everybody_is_written_to_once_a_batch_at_a_time_and_it_says_how_far_it_is() -> None:
    run = asked()
    assert (run.total, run.status) == (5, "queued")
    seen = []
    for _ in range(4):
        run = carry_on(run.pk, at=next_year(), batch=2)
        seen.append((run.done, run.percent, run.status))
    assert seen == [(2, 40, "running"), (4, 80, "running"), (5, 100, "succeeded"), (5, 100, "succeeded")]
    drain()
    assert sorted(letter.to[0] for letter in mail.outbox) == [
        " Donor0@example.org" if number == 0 else f"donor{number}@example.org" for number in range(5)
    ]
    assert {letter.subject for letter in mail.outbox} == {"The paper you asked for"}


def test_the_worker_does_it_and_the_link_in_the_mail_opens_the_year(client) -> None:
    run = asked(1)
    drain()
    run.refresh_from_db()
    assert run.status == "succeeded"
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))
    answer = client.get(f"{link[link.index('/', 8) :]}pdf/")
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == f'attachment; filename="{run.year}.pdf"'


def test_stopped_it_writes_to_nobody_further() -> None:
    run = carry_on(asked().pk, at=next_year(), batch=2)
    cancel_summaries(run=run, by="user:1", at=next_year())
    assert carry_on(run.pk, at=next_year(), batch=2).status == "canceled"
    assert Summary.objects.count() == 2
    assert AuditEntry.objects.filter(action="summaries.canceled", object_id=run.pk).count() == 1
    with pytest.raises(Refusal) as refused:
        cancel_summaries(run=run, by="user:1", at=next_year())
    assert refused.value.code == "illegal_transition"


def test_who_is_forgotten_meanwhile_is_not_written_to() -> None:
    run = asked(3)
    ReceiptWish.objects.filter(blind_email=bytes(ReceiptWish.objects.first().blind_email)).delete()
    while carry_on(run.pk, at=next_year(), batch=1).status != "succeeded":
        pass
    assert Summary.objects.count() == 2


@pytest.mark.parametrize(("years", "code"), [(1, "year_not_over"), (-5, "nothing_to_summarise"), (0, "runs_already")])
def test_it_is_refused_for_a_year_that_runs_or_has_nothing_and_twice_at_a_time(years: int, code: str) -> None:
    run = asked(1)
    with pytest.raises(Refusal) as refused:
        ask_for_summaries(year=run.year + years, by="user:1", at=next_year())
    assert refused.value.code == code


def test_killed_before_any_write_it_goes_on_where_it_was() -> None:
    run = asked(2)
    assert killed_at_each_write(lambda: carry_on(run.pk, at=next_year(), batch=1)) > 4
    run.refresh_from_db()
    assert (run.done, Summary.objects.count()) == (1, 1)


def test_two_spellings_with_one_blind_index_are_two_donors_and_each_has_a_summary_of_its_own() -> None:
    make_issuer()
    spellings = ("donor@strasse.example", "donor@straße.example")
    assert len({blind_email(one) for one in spellings}) == 1
    gifts = [make_receipted(email=one) for one in spellings]
    broken = make_receipted(email=spellings[0])
    ReceiptWish.objects.filter(donation=broken).update(sealed=b"broken")
    mail.outbox.clear()
    OutboxRow.objects.all().delete()
    run = ask_for_summaries(year=timezone.now().year, by="user:1", at=next_year())
    assert carry_on(run.pk, at=next_year()).status == "succeeded"
    drain()
    assert sorted(letter.to[0] for letter in mail.outbox) == list(spellings)
    on_them = [[one.donation_id for one in receipts_in(summary)] for summary in Summary.objects.all()]
    assert sorted(on_them) == sorted([gift.pk] for gift in gifts)
