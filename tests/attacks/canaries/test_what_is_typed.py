"""What people type into the forms and send over the API, each word another: found in clear nowhere it must not be."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from api.v1.pledges import Pledges
from donations.giving.settle import settle
from donations.models import Dedication, GiftAidDeclaration, Receipt, ReceiptWish, RecurringContact
from donations.offline.deeds import record_gift
from donations.receipts.issuing import receipts_of
from donations.receipts.links import ORIGINAL, link_to
from kernel.accounts.models import StaffRequest
from kernel.accounts.people.sending import send_link
from kernel.money import Money
from kernel.outbox.drain import drain
from offers.matching.runs.models import MatchingRun
from offers.models import Need, Pledge, Reference
from offers.pledges.links import MANAGE, token
from tests.api.clients import api_client
from tests.api.test_needs import body as need_body
from tests.attacks.canaries.conftest import Log
from tests.attacks.canaries.fates import ANYWHERE, API_MEMBERS, FORM_FIELDS, fate_of
from tests.attacks.canaries.fields import free_fields, free_members
from tests.attacks.canaries.places import database_bytes
from tests.attacks.canaries.search import assert_nothing_in_clear, found_in
from tests.attacks.canaries.spellings import spellings
from tests.console import console_client
from tests.donations.my_giving.donor import make_link
from tests.factories.donations import make_fund, make_paid, paid
from tests.factories.keys import make_group_keys
from tests.factories.organisations import make_member, make_operator, make_partner, make_trust
from tests.factories.pledges import make_pledge
from tests.factories.receipts import make_issuer, make_receipted
from tests.factories.recurring import make_recurring
from tests.offers.needs.test_pages import filled
from tests.offers.pages.visitor import Visitor, read_mail
from tests.offers.pledges.pictures import CANARY, telling

CONTACT = ("name", "email", "phone", "address", "note")


def _contact(number: int) -> dict[str, str]:
    """A contact in two scripts, with a number in each of its words."""
    return {
        "name": f"Kanarienvogel Quux{number}",
        "email": f"kanari.quux{number}@waystation.invalid",
        "phone": f"+49 30 555 73{number:02d}8",
        "address": f"Kanarigasse 7371{number}, канарейка{number}",
        "note": f"klopfe dreimal{number}, канарейка 7371{number}",
    }


# every field that may hold no word in clear, with the word that is typed into it
TYPED: dict[str, str] = {
    **{f"ContactForm.{name}": text for name, text in _contact(11).items()},
    **{f"/pledges contact.{name}": text for name, text in _contact(12).items()},
    **{f"/pledges/bulk rows.contact.{name}": text for name, text in _contact(13).items()},
    **{f"/pledges/{{id}} contact.{name}": text for name, text in _contact(14).items()},
    "PhotoForm.photo": CANARY.decode(),
    "LostLinkForm.email": "kanari.lost7371@waystation.invalid",
    "AskLinkForm.email": "kanari.mine7371@waystation.invalid",
    "AmountForm.amount": "7371.19 kanari",
    "RefereeForm.email": "kanari.referee7371@waystation.invalid",
    "AskRefereeForm.email": "kanari.asked7371@waystation.invalid",
    "PlaceForm.city_query": "Kanaristadt7371",
    "NeedForm.case_ref": "kanari-akte-7371-console",
    "NeedSearch.sought": "kanari-akte-7371-sought",
    "NeedFilter.id": "kanari-id-7371-filtered",
    "NeedFilter.case": "kanari-id-7371-of-a-case",
    "OtherForm.other": "kanari-id-7371-linked",
    "MergeForm.into": "kanari-id-7371-merged",
    "/needs case_ref": "kanari-akte-7371-api, канарейка",
    "/needs/bulk rows.case_ref": "kanari-akte-7371-bulk",
    "/needs/{id} case_ref": "kanari-akte-7371-changed",
    "GiveForm.amount": "7371.17 kanari",
    "OfflineReceiptForm.name": "Kanarienvogel Printed7371",
    "AgainForm.donation": "kanari-again-7371",
    "RefundForm.amount": "7371.18 kanari",
    "TakeForm.amount": "7371.16 kanari",
    "GiveForm.contact_email": "kanari.monthly7371@waystation.invalid",
    "VerifyForm.asked": "kanari-fundraiser-7371.example/vogel",
    "GiveForm.honour": "Kanarienvogel Honoured7371",
    "GiveForm.message": "kanari message to the team 7371, канарейка",
    "GiveForm.receipt_email": "kanari.receipt7371@waystation.invalid",
    "GiveForm.receipt_name": "Kanarienvogel Receipt7371",
    "DeclarationForm.first_name": "Kanarifirst",
    "DeclarationForm.last_name": "Kanarilast-Vogel",
    "DeclarationForm.house": "Kanarihaus 7371",
    "DeclarationForm.postcode": "QK73 7XZ",
    "ProposeForm.pledge": "kanari-pledge-7371",
    "SuggestedForm.suggestion": "kanari-suggestion-7371",
    "WhatIfForm.need": "kanari-need-of-a-plan-7371",
    "WhatIfForm.pledge": "kanari-pledge-of-a-plan-7371",
    "ApplyForm.need": "kanari-need-accepted-7371",
    "website": "https://kanari-trap-7371.example",
    "opened": "kanari-stamp-7371",
    "proof": "kanari-proof-7371",
    "PassphraseForm.passphrase": "kanari seven three seven one vogel",
    "PassphraseForm.next": "/console/kanari-next-7371/",
    "code": "kanari-code-once-7371",
    "credential": "kanari-credential-7371",
    "password1": "kanari new password 7371",
    "password2": "kanari other password 7371",
    "AskForm.handle": "kanari-forget-7371",
    "TrailForm.actor": "kanari-actor-7371",
    "TrailForm.object": "kanari-object-7371",
}
# what no form of ours names, and is sent all the same
BESIDE = {
    "a login": "kanari.login7371@waystation.invalid",
    "a password": "kanari password 7371",
    "a client's secret": "kanari-client-secret-7371",
    "an idempotency key": "kanari-key-7371",
    "a member that is not known": "kanari_member_7371",
    "a word where a code belongs": "kanari_code_7371",
    "a signature": "kanari_signature_7371",
    "a search": "kanari-search-7371",
    "the name of a photo": "kanari-photo-7371.jpg",
    "a contact that is refused": "Kanarienvogel Refused7371",
}


def _of(prefix: str) -> dict[str, str]:
    return {name: TYPED[f"{prefix}.{name}"] for name in CONTACT}


def test_every_free_field_has_a_fate_and_every_fate_a_field() -> None:
    missing = sorted(field for field in free_fields() if fate_of(field) is None)
    assert not missing, f"say in tests/attacks/canaries/fates.py what becomes of: {', '.join(missing)}"
    assert sorted(set(FORM_FIELDS) - free_fields()) == []
    assert free_members() == set(API_MEMBERS)


def test_every_field_that_keeps_a_secret_has_a_canary() -> None:
    fates = {**FORM_FIELDS, **API_MEMBERS, **ANYWHERE}
    assert set(TYPED) == {field for field, fate in fates.items() if not fate.in_clear}
    assert len({*TYPED.values(), *BESIDE.values()}) >= 30


def test_what_lies_in_clear_says_why() -> None:
    assert all(len(fate.words) > 15 for fate in FORM_FIELDS.values() if fate.in_clear)


@pytest.mark.django_db(transaction=True)
def test_the_search_finds_what_lies_in_clear_in_any_spelling() -> None:
    make_operator()
    assert found_in({"the operator": "Operator"}, database_bytes())
    for text in ("Kanarienvogel Quux", "канарейка 7371"):
        for spelling in spellings(text):
            assert found_in({"it": text}, [("a place", b"\x00x" + spelling + b"y")])


def _offer(answers: list[Any]) -> None:
    """Somebody offers a room, mistypes here and there, loses the link, and takes the offer back."""
    visitor = Visitor()
    trap = {"website": TYPED["website"], "proof": TYPED["proof"]}
    answers.append(visitor.send("/offer/", kind="housing", **trap))
    answers.append(visitor.send("/offer/", kind=BESIDE["a word where a code belongs"], opened=TYPED["opened"]))
    draft = visitor.begin()
    answers.append(visitor.send(f"{draft}place/", country="DE", city_query=TYPED["PlaceForm.city_query"]))
    contact = _of("ContactForm")
    draft = visitor.fill()
    for wrong in ({"email": "kanari.quux11@"}, {"name": f"{contact['name']}\0"}, {"note": contact["note"] * 900}):
        answers.append(visitor.send(f"{draft}contact/", **{**contact, **wrong}))
    answers.append(visitor.send(f"{draft}contact/", **contact, **trap))
    answers.append(visitor.send(f"{draft}contact/", **contact))
    visitor.offer("legal", **contact)
    visitor.send(read_mail(mail.outbox))
    manage = read_mail(mail.outbox)
    answers.append(visitor.send("/my-offer/", email=TYPED["LostLinkForm.email"]))
    answers.append(visitor.send("/my-offer/", email=contact["email"]))
    answers.append(visitor.send("/my-offer/", email=f"{BESIDE['a search']}@", **trap))
    answers.append(visitor.post(f"{manage}withdraw/", visitor.get(manage)))
    photos = f"/my-offer/{token(make_pledge(), MANAGE)}/photos/"
    for file in (telling(), telling()[:400]):
        photo = SimpleUploadedFile(BESIDE["the name of a photo"], file, "image/jpeg")
        answers.append(visitor.send(photos, photo=photo))


def _references(answers: list[Any]) -> None:
    """A provider names somebody, those who check name another, and one of the two answers."""
    pledge, visitor = make_pledge(status="vetting"), Visitor()
    page = f"/my-offer/{token(pledge, MANAGE)}/references/"
    for wrong in ("@", "\0"):
        answers.append(visitor.send(page, email=f"{TYPED['RefereeForm.email']}{wrong}", language="en"))
    answers.append(visitor.send(page, email=TYPED["RefereeForm.email"], language="ru"))
    answers.append(visitor.send(page, email=TYPED["RefereeForm.email"], language="en"))
    checks = console_client(make_member(role="coordinator"))
    path = f"/console/pledges/{pledge.pk}/"
    answers.append(checks.post(f"{path}referee/", {"email": TYPED["AskRefereeForm.email"], "language": "en"}))
    link = read_mail(mail.outbox)
    answers.append(visitor.send(link, known_for=BESIDE["a word where a code belongs"], trust="yes"))
    answers.append(visitor.send(link, known_for="long", trust="no", against_children="no"))
    assert Reference.objects.answered().count() == 1
    answers += [visitor.get(page), checks.get(path), checks.get("/console/pledges/")]


def _give(answers: list[Any]) -> None:
    """Somebody gives, and somebody else sends a refund."""
    fund, visitor = make_fund(), Visitor()
    filled_in = {"fund": fund.slug, "currency": "EUR", "amount": TYPED["GiveForm.amount"]}
    answers.append(visitor.send("/give/", **filled_in))
    answers.append(visitor.send("/give/", **filled_in, show="1"))
    answers.append(visitor.send("/give/", **{**filled_in, "amount": "25"}, website=TYPED["website"]))
    answers.append(visitor.post("/verify/", visitor.get("/verify/"), asked=TYPED["VerifyForm.asked"]))
    make_issuer(tax_scheme="gift_aid", scheme_reference="AB12345")
    wish = {name: TYPED[f"GiveForm.{name}"] for name in ("receipt_email", "receipt_name", "honour", "message")}
    for words in ({"amount": "25"}, {"amount": "0"}, {"amount": "25", "show": "1"}):
        answers.append(visitor.send("/give/", **{**filled_in, **wish, **words}))
    assert ReceiptWish.objects.count() == Dedication.objects.count() == 1
    monthly = {"interval": "month", "contact_email": TYPED["GiveForm.contact_email"]}
    for words in ({"amount": "25"}, {"amount": "0"}, {"amount": "25", "show": "1"}):
        answers.append(visitor.send("/give/", **{**filled_in, **monthly, **words}))
    assert RecurringContact.objects.count() == 1
    gift = ReceiptWish.objects.get().donation
    settle(gift, facts=paid(gift), at=timezone.now())
    answers.append(visitor.post("/thanks/again/", visitor.get("/give/"), donation=TYPED["AgainForm.donation"]))
    (receipt,) = receipts_of(make_receipted(email=wish["receipt_email"], amount=Money(4000, "GBP")))
    path = urlsplit(link_to(receipt.reference, ORIGINAL, language="en", at=timezone.now())).path
    who = {name: TYPED[f"DeclarationForm.{name}"] for name in ("first_name", "last_name", "house", "postcode")}
    for words in ({"is_taxpayer": "on", "postcode": "?"}, {"is_taxpayer": "on"}):
        answers.append(visitor.send(f"{path}declaration/", scope="enduring", **{**who, **words}))
    assert GiftAidDeclaration.objects.count() == 1
    answers += [visitor.send("/my-giving/", email=TYPED[f]) for f in ("AskLinkForm.email", "GiveForm.receipt_email")]
    answers.append(visitor.send("/my-giving/", email="kanari", website=TYPED["website"]))
    standing = make_recurring(email=wish["receipt_email"])
    page = visitor.get(f"/my-giving/{make_link(wish['receipt_email'])}/")
    answers.append(visitor.post("/my-giving/open/", page))
    another = {"gift": standing.pk, "amount": TYPED["AmountForm.amount"]}
    answers.append(visitor.post("/my-giving/recurring/amount/", answers[-1], **another))
    assert answers[-1].status_code == 422
    finance = console_client(make_member(role="finance"))
    cash = record_gift(
        fund=fund, way="cash", amount=Money(4000, "EUR"), received_on=date(2026, 1, 2), by="user:1", at=timezone.now()
    )
    path = f"/console/money/offline/{cash.pk}/receipt/"
    for name in (TYPED["OfflineReceiptForm.name"], f"{TYPED['OfflineReceiptForm.name']} и"):
        answers.append(finance.post(path, {"name": name}))
    assert Receipt.objects.filter(offline_gift=cash).count() == 1
    read = finance.post(f"/console/money/words/{Dedication.objects.get().pk}/")
    assert TYPED["GiveForm.honour"] in read.content.decode()
    answers += [read, finance.get("/console/money/words/")]
    refund = f"/console/money/donations/{make_paid().pk}/refund/"
    answers.append(finance.post(refund, {"amount": TYPED["RefundForm.amount"], "reason": "requested_by_donor"}))
    taken = {"amount": TYPED["TakeForm.amount"], "cause": "donor"}
    answers.append(finance.post(f"/console/money/recurring/{standing.pk}/take/", taken))


def _program(answers: list[Any]) -> None:
    """A partner's program sends offers and needs, right and wrong."""
    partner = make_partner()
    make_trust(partner, "providers")
    program = api_client(organisation=partner)
    example, key = Pledges.examples["create"], BESIDE["an idempotency key"]
    wrong = {BESIDE["a member that is not known"]: 1, "kind": BESIDE["a word where a code belongs"]}
    made = program.create("/api/v1/pledges", {**example, "contact": _of("/pledges contact")}, key=key)
    again = program.create("/api/v1/pledges", {**example, "contact": _of("/pledges contact")}, key=key)
    refused = {"name": BESIDE["a contact that is refused"], "email": "kanari@"}
    path = f"/api/v1/pledges/{made.json()['id']}"
    rows = [{**example, "contact": _of("/pledges/bulk rows.contact")}, {**example, "contact": refused, "country": "XX"}]
    answers += [made, again, program.create("/api/v1/pledges", {**example, "contact": refused})]
    answers += [
        program.create("/api/v1/pledges/bulk", {"rows": rows}),
        program.get(path),
        program.get("/api/v1/pledges"),
    ]
    answers.append(program.change(path, {"contact": _of("/pledges/{id} contact")}))
    need = program.create("/api/v1/needs", need_body(case_ref=TYPED["/needs case_ref"]))
    program.create("/api/v1/needs/bulk", {"rows": [need_body(case_ref=TYPED["/needs/bulk rows.case_ref"])]})
    program.change(need["Location"], {"case_ref": TYPED["/needs/{id} case_ref"]})
    program.create("/api/v1/needs", {**need_body(case_ref=TYPED["/needs case_ref"]), **wrong})
    program.get("/api/v1/funds", {"q": BESIDE["a search"]})
    assert made.status_code == again.status_code == need.status_code == 201


def _console(answers: list[Any]) -> None:
    """A caseworker writes a need down and looks it up; somebody tries to sign in."""
    writer = console_client(make_member())
    made = writer.post("/console/needs/new/", filled(case_ref=TYPED["NeedForm.case_ref"]))
    assert made.status_code == 302, made.content
    shown = [writer.get(made["Location"]), writer.get("/console/needs/")]
    shown.append(writer.post("/console/needs/new/", filled(case_ref=TYPED["NeedForm.case_ref"], kind="castle")))
    assert any(TYPED["NeedForm.case_ref"] in page.content.decode() for page in shown)
    assert all("no-store" in page["Cache-Control"] for page in shown)
    need = Need.objects.first()
    answers.append(writer.post(f"/console/needs/{need.pk}/candidates/", {"pledge": TYPED["ProposeForm.pledge"]}))
    answers.append(writer.post("/console/needs/find/", {"sought": TYPED["NeedSearch.sought"]}))
    narrow = {"id": TYPED["NeedFilter.id"], "case": TYPED["NeedFilter.case"]}
    answers.append(writer.get("/console/needs/", narrow))
    answers.append(writer.post(f"/console/needs/{need.pk}/link/", {"other": TYPED["OtherForm.other"]}))
    answers.append(writer.post(f"/console/needs/{need.pk}/merge/", {"into": TYPED["MergeForm.into"]}))
    suggested = {"suggestion": TYPED["SuggestedForm.suggestion"]}
    answers.append(writer.post(f"/console/needs/{need.pk}/candidates/", suggested))
    planner = console_client(make_member(role="coordinator"))
    planner.post("/console/plans/new/", {"time_limit_s": "10", "seed": "1"})
    plan = f"/console/plans/{MatchingRun.objects.get().pk}/"
    pair = {"need": TYPED["WhatIfForm.need"], "pledge": TYPED["WhatIfForm.pledge"], "wish": "forbid"}
    answers.append(planner.post(f"{plan}what-if/", pair))
    answers.append(planner.post(f"{plan}apply/", {"need": TYPED["ApplyForm.need"]}))
    answers.append(planner.get(plan))
    words = {"passphrase": TYPED["PassphraseForm.passphrase"], "next": TYPED["PassphraseForm.next"]}
    answers += [writer.post("/console/vault/unlock/", words), writer.get("/console/vault/unlock/", words)]
    visitor = Visitor()
    answers.append(
        visitor.send("/accounts/login/", login=BESIDE["a login"], password=BESIDE["a password"], next="/console/")
    )
    second = {"code": TYPED["code"], "credential": TYPED["credential"]}
    answers += [visitor.client.post(f"/accounts/{path}/", second) for path in ("login", "2fa/authenticate", "2fa")]
    trail = {"actor": TYPED["TrailForm.actor"], "object": TYPED["TrailForm.object"]}
    coordinator = console_client(make_member(role="coordinator"))
    answers.append(coordinator.get("/console/trail/", trail))
    for subject in ("provider", "person", "donor"):
        forget = {"subject": subject, "handle": TYPED["AskForm.handle"]}
        answers.append(coordinator.post("/console/erasure/ask/", forget))
    told = {"grant_type": "client_credentials", "client_id": "x", "client_secret": BESIDE["a client's secret"]}
    answers.append(visitor.client.post("/oauth/token/", told))
    answers.append(
        visitor.client.post(
            "/stripe/webhook/", b"{}", content_type="application/json",
            headers={"Stripe-Signature": f"t=1,v1={BESIDE['a signature']}"},
        )
    )  # fmt: skip


def _staff(answers: list[Any]) -> None:
    """Somebody is invited, and mistypes the new password."""
    admin = make_member(role="admin")
    asked = {"email": "new@waystation.invalid", "role": "caseworker", "organisation": admin.organisation_id}
    assert console_client(admin).post("/console/people/invite/", asked).status_code == 302
    send_link(StaffRequest.objects.get().pk)
    link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)
    assert link
    answers.append(Visitor().send(link[1], **{name: TYPED[name] for name in ("password1", "password2", "code")}))
    assert answers[-1].status_code == 422


def _mails_tell_nothing(words: Mapping[str, str]) -> None:
    """A mail may name its recipient, on the line that says to whom it goes, and nothing else."""
    assert mail.outbox
    places = []
    for message in mail.outbox:
        assert len(message.to) == 1
        del (whole := message.message())["To"]
        places.append(("a mail", whole.as_bytes() + message.body.encode() + message.subject.encode()))
    assert found_in(words, places) == []


@pytest.mark.django_db(transaction=True)
def test_it_keeps_no_word_of_them_in_clear(log: Log) -> None:
    make_group_keys(make_operator())
    answers: list[Any] = []
    for deed in (_offer, _references, _give, _program, _console, _staff):
        deed(answers)
    drain()
    assert Pledge.objects.count() >= 5
    assert Need.objects.count() == 3
    words = {**TYPED, **BESIDE}
    assert_nothing_in_clear(words, log.place())
    _mails_tell_nothing(words)
    for answer in answers:
        told = found_in(words, [("an answer", answer.content + str(dict(answer.headers)).encode())])
        assert not told or "no-store" in answer.get("Cache-Control", ""), told
    assert connection.vendor == "sqlite" or any(name == "pg_dump" for name, _content in database_bytes())
