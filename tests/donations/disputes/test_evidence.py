"""A paper that goes to a bank: believed by its bytes, drawn anew, kept at Stripe and nowhere here."""

from io import BytesIO

import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from donations.disputes.answering import answer_dispute
from donations.disputes.deeds import apply_dispute
from donations.disputes.evidence import MOST_BYTES, Paper, paper_of
from donations.gateway import RequestRefusedError, UnreachableError, gateway
from donations.models import Answer, Dispute
from donations.webhooks.sweep import sweep
from kernel.states import Refusal
from tests.attacks.canaries.places import database_bytes
from tests.attacks.canaries.search import found_in
from tests.console import console_client
from tests.factories.donations import disputed, make_fund, make_paid
from tests.factories.organisations import make_member, make_operator
from tests.offers.pledges.pictures import picture, telling
from tests.sandbox_server import API_KEY

PDF = b"%PDF-1.7\nkanari-paper-7371\n%%EOF\n"


def png() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "white").save(drawn, "PNG")
    return drawn.getvalue()


def contested(stripe, given) -> Dispute:
    """A dispute of a gift that was just paid, as the sweep brings it."""
    gift = given(fund=make_fund().slug)
    stripe.pay(gift.checkout_url)
    sweep(at=timezone.now())
    gift.refresh_from_db()
    stripe.control("POST", f"dispute/{gift.payment_intent}")
    sweep(at=timezone.now())
    return Dispute.objects.get()


@pytest.mark.parametrize("sent", [picture(), telling(), png()])
def test_of_a_picture_its_pixels_alone_are_sent(sent):
    paper = paper_of(sent)
    assert paper.ending == "jpg"
    assert paper.content.startswith(b"\xff\xd8\xff")
    assert b"Exif" not in paper.content
    assert "7371" not in repr(paper)


def test_a_pdf_goes_as_it_is():
    assert paper_of(PDF) == Paper(PDF, "pdf")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "photo_empty"),
        (b"MZ\x90\x00", "photo_kind"),
        (b"<html>%PDF-1.7 %%EOF", "photo_kind"),
        (picture()[:200], "photo_broken"),
        (b"%PDF-1.7 no end", "file_broken"),
        (b"%PDF-1.7 /Encrypt %%EOF", "file_broken"),
        (b"%PDF-" + b"x" * MOST_BYTES + b"%%EOF", "file_too_large"),
        (b"\xff\xd8\xff" + b"x" * 9_000_000, "photo_too_large"),
    ],
)
def test_what_nobody_could_read_or_is_no_paper_is_refused_at_its_field(sent, code):
    with pytest.raises(Refusal) as refused:
        paper_of(sent)
    assert (refused.value.code, refused.value.field) == (code, "file")


@pytest.mark.django_db(transaction=True)
def test_it_goes_to_stripe_with_the_answer_and_lies_nowhere_here(stripe, given):
    dispute = contested(stripe, given)
    finance = console_client(make_member(make_operator(), role="finance"))
    path = f"/console/money/disputes/{dispute.pk}/"
    for name, content in (("kanari-name.exe", b"MZ"), ("kanari-name.pdf", PDF)):
        finance.post(f"{path}answer/", {"statement": "willing", "file": SimpleUploadedFile(name, content)})
    answer = Answer.objects.get()
    assert answer.state == "sent"
    assert "with a paper" in finance.get(path).content.decode()
    auth = (API_KEY, "")
    at_stripe = requests.get(f"{stripe.url}/v1/disputes/{dispute.stripe_dispute}", auth=auth, timeout=10).json()
    assert at_stripe["evidence"]["uncategorized_file"] == answer.stripe_file
    file = requests.get(f"{stripe.url}/v1/files/{answer.stripe_file}", auth=auth, timeout=10).json()
    assert (file["purpose"], file["type"], file["size"]) == ("dispute_evidence", "pdf", len(PDF))
    assert found_in({"name": "kanari-name", "content": "kanari-paper-7371"}, database_bytes()) == []


@pytest.mark.django_db(transaction=True)
def test_stripe_refuses_what_is_no_evidence_and_a_file_it_does_not_have(stripe, given):
    with pytest.raises(RequestRefusedError):
        gateway().upload_evidence(b"MZ\x90", ending="pdf")
    dispute = contested(stripe, given)
    with pytest.raises(RequestRefusedError):
        gateway().answer_dispute(
            dispute.stripe_dispute,
            evidence={"uncategorized_file": "file_made_up"},
            submit=True,
            idempotency_key="ik_file",
        )


@pytest.mark.django_db
def test_no_answer_begins_before_its_paper_is_at_stripe_and_none_after_its_time():
    class Stripe:
        def __init__(self):
            self.uploads = 0

        def upload_evidence(self, _content, *, ending):
            self.uploads += 1
            raise UnreachableError(ending)

    gift, stripe = make_paid(), Stripe()
    facts = disputed(gift)
    dispute = apply_dispute(facts, at=timezone.now())
    with pytest.raises(Refusal) as refused:
        answer_dispute(dispute, statement="willing", paper=paper_of(PDF), by="user:1", at=timezone.now(), via=stripe)
    assert (refused.value.code, refused.value.facts["retry"]) == ("evidence_not_sent", True)
    assert not Answer.objects.exists()
    lost = apply_dispute(disputed(gift, ref=facts.id, entries=facts.entries, status="lost"), at=timezone.now())
    with pytest.raises(Refusal):
        answer_dispute(lost, statement="willing", paper=paper_of(PDF), by="user:1", at=timezone.now(), via=stripe)
    assert stripe.uploads == 1
