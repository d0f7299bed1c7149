"""`manage.py erase` and `export_subject`: who is found, what goes, what the certificate says."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from donations.models import ReceiptWish
from kernel.audit.models import AuditEntry, AuditSeal
from kernel.retention.certificates import genuine
from kernel.retention.erasures import read
from kernel.vault.models import SealedRecord
from offers.models import Need, Pledge
from tests.factories.donations import make_paid
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator, make_partner
from tests.factories.pledges import make_contact
from tests.factories.receipts import make_issuer, make_receipted
from tests.offers.erasing.scene import sealed_pledge

pytestmark = pytest.mark.django_db(transaction=True)
EMAIL = "kanari.quux@waystation.invalid"


def _run(command: str, *words: str) -> str:
    out = io.StringIO()
    call_command(command, *words, stdout=out)
    return out.getvalue()


def test_it_finds_every_offer_of_one_address_by_one_of_them():
    first, second = sealed_pledge(make_contact(email=EMAIL)), sealed_pledge(make_contact(email=EMAIL.upper()))
    other = sealed_pledge(make_contact(email="else@waystation.invalid"))
    named = json.loads(_run("erase", "provider", "--pledge", first.pk, "--dry-run", "--json"))["records"]
    assert named == sorted([first.pk, second.pk])
    _run("erase", "provider", "--pledge", first.pk)
    assert set(Pledge.objects.filter(status="erased").values_list("pk", flat=True)) == {first.pk, second.pk}
    assert SealedRecord.objects.get().record_id == other.pk


def test_it_finds_a_provider_by_an_address_from_standard_input(typed):
    pledge = sealed_pledge(make_contact(email=EMAIL))
    typed(EMAIL)
    certificate = json.loads(_run("erase", "provider", "--email", "--json"))
    assert [one["id"] for one in certificate["records"]] == [pledge.pk]
    assert EMAIL not in json.dumps(certificate)


def test_it_erases_every_need_of_a_case_and_none_of_a_namesake(typed):
    operator, partner = make_operator(), make_partner()
    ours, theirs = make_need(operator, case_ref="A-17"), make_need(partner, case_ref="A-17")
    typed("a-17")
    _run("erase", "person", "--organisation", operator.pk, "--case-ref")
    assert Need.objects.get(pk=ours.pk).erased_at
    assert not Need.objects.get(pk=theirs.pk).erased_at


def test_it_empties_a_gift_of_its_donor_and_leaves_the_books():
    gift = make_paid(return_url="https://partner.example/thanks/?ref=somebody")
    certificate = json.loads(_run("erase", "donor", "--donation", gift.pk, "--json"))
    gift.refresh_from_db()
    assert (gift.return_url, gift.status, gift.amount_minor) == ("", "paid", 2500)
    assert "ledger" in certificate["kept"]
    assert _run("verify_ledger").startswith("1 transactions read, 0 findings")


def test_it_finds_a_donor_by_the_address_that_was_left_for_a_receipt_and_forgets_it(typed):
    make_issuer()
    gifts = [make_receipted(email="zoe@example.org", name="Zoë") for _ in range(2)]
    make_receipted(email="else@example.org")
    typed("Zoe@example.org")
    told = json.loads(_run("export_subject", "donor", "--email"))
    assert {one["receipt_asked_by"]["name"] for one in told} == {"Zoë"}
    assert {one["receipts"][0]["kind"] for one in told} == {"receipt"}
    typed("Zoe@example.org")
    certificate = json.loads(_run("erase", "donor", "--email", "--json"))
    assert certificate["erased"]["receipt_wishes"] == 2
    assert ReceiptWish.objects.count() == 1
    assert all(gift.receipts.count() == 1 for gift in gifts)


def test_the_certificate_is_signed_names_nobody_and_covers_the_deed(tmp_path: Path):
    pledge = sealed_pledge(make_contact(email=EMAIL, name="Kanarienvogel Quux"))
    file = tmp_path / "certificate.json"
    text = _run("erase", "provider", "--pledge", pledge.pk, "--certificate", str(file))
    certificate = json.loads(file.read_text())
    assert genuine(certificate)
    assert not genuine({**certificate, "erased": {}})
    assert not genuine({**certificate, "key": "A" * 44})
    assert certificate["erased"]["key_shares"] == 2
    seal = AuditSeal.objects.get(position=certificate["audit"]["sealed"])
    assert seal.hash == certificate["audit"]["head"]
    assert AuditSeal.objects.filter(entry__action="pledge.erased", position__lte=seal.position).exists()
    assert not any(word in text + file.read_text() for word in (EMAIL, "Kanarienvogel"))


def test_done_twice_the_second_certificate_says_that_nothing_was_left():
    pledge = sealed_pledge()
    _run("erase", "provider", "--pledge", pledge.pk)
    assert json.loads(_run("erase", "provider", "--pledge", pledge.pk, "--json"))["erased"] == {}


@pytest.mark.parametrize(
    "words", [("provider", "--pledge", "pl_none"), ("provider",), ("donor", "--donation", "dn_none"), ("person",)]
)
def test_nobody_found_erases_nothing(words):
    with pytest.raises(CommandError):
        _run("erase", *words)


def test_the_list_outside_the_database_has_every_erasure(settings, tmp_path: Path):
    settings.ERASURES_FILE = str(tmp_path / "erasures.jsonl")
    pledge = sealed_pledge()
    _run("erase", "provider", "--pledge", pledge.pk)
    assert ("pledge", pledge.pk) in set(read(Path(settings.ERASURES_FILE)))
    assert Path(settings.ERASURES_FILE).stat().st_mode & 0o077 == 0


def test_the_worker_writes_the_list_too(settings, tmp_path: Path):
    from django.utils import timezone

    from kernel.outbox.drain import drain
    from offers.matching.erasing import erase_pledge

    settings.ERASURES_FILE = str(tmp_path / "erasures.jsonl")
    pledge = sealed_pledge()
    erase_pledge(pledge=pledge, by="system", at=timezone.now(), why="asked")
    drain()
    assert list(read(Path(settings.ERASURES_FILE))) == [("pledge", pledge.pk)]


def test_an_export_holds_what_is_held_in_clear_and_not_the_other_side():
    from tests.offers.erasing.scene import propose_now

    pledge = sealed_pledge(make_contact(email=EMAIL, name="Kanarienvogel Quux"), features=["quiet"])
    match = propose_now(make_need(case_ref="Kanarifall"), pledge)
    (told,) = json.loads(_run("export_subject", "provider", "--pledge", pledge.pk))
    assert (told["kind"], told["features"], told["notices_go_to"]) == ("housing", ["quiet"], EMAIL)
    assert told["matches"][0]["id"] == match.pk
    text = json.dumps(told)
    assert not any(word in text for word in (match.need_id, "Kanarifall", "Kanarienvogel", "components"))
    assert "disclosure" in told["sealed"]
    assert AuditEntry.objects.filter(action="subject.exported", object_id=pledge.pk).exists()


def test_an_export_of_a_case_holds_its_reference_and_of_a_gift_its_funds(typed):
    need = make_need(case_ref="A-17")
    typed("A-17")
    (told,) = json.loads(_run("export_subject", "person", "--organisation", need.organisation_id, "--case-ref"))
    assert (told["id"], told["case_ref"], told["bands"]["18-59"]) == (need.pk, "A-17", 1)
    gift = make_paid()
    (told,) = json.loads(_run("export_subject", "donor", "--donation", gift.pk))
    assert (told["amount"]["minor"], told["funds"][0]["minor"]) == (2500, 2500)
