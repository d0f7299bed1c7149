"""After an erasure: no byte in the file, and nothing that any key we hold still opens."""

from itertools import product
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from kernel.vault import kek
from kernel.vault.boxes import BrokenSeal, open_box
from kernel.vault.models import NotificationAddress, SealedRecord
from kernel.vault.sealing import open_halves
from offers.matching.erasing import erase_pledge
from offers.models import Need
from tests.factories.donations import make_paid
from tests.factories.needs import make_need
from tests.factories.pledges import make_contact
from tests.offers.erasing.scene import KEYS, propose_now, sealed_pledge
from waystation.erasure.subjects import erase_and_certify

CANARIES = ("Kanarienvogel Quux", "kanari.quux@waystation.invalid", "Kanarigasse 7371", "Kanarifall 7371")


def _erased_world(*, keep_another: bool = True) -> dict[str, bytes]:
    """Make a provider, a case and a gift, erase all three, and return the bytes that have to be gone."""
    contact = make_contact(name=CANARIES[0], email=CANARIES[1], address=CANARIES[2])
    pledge = sealed_pledge(contact, exclusion_tokens=["kanari-token-7371"])
    need = make_need(case_ref=CANARIES[3], exclusions=("kanari-word-7371",))
    propose_now(need, pledge)
    gift = make_paid(return_url="https://kanari.example/thanks/7371")
    if keep_another:
        sealed_pledge(make_contact(email="another@waystation.invalid"))
    record = SealedRecord.objects.get(record_id=pledge.pk)
    bits = {
        "ciphertext": bytes(record.ciphertext),
        "nonce": bytes(record.nonce),
        "blind index": bytes(pledge.blind_email or b""),
        "case reference": bytes(need.case_ref_sealed),
        "household": bytes(need.household),
        "exclusion word": bytes(need.exclusions_sealed),
        "digest of it": need.exclusions[0].encode(),
        "token": b"kanari-token-7371",
        "return address": b"kanari.example/thanks/7371",
        **{f"box {share.letter}": bytes(share.box) for share in record.shares.all()},
    }
    from kernel.vault.addresses import _lookups

    bits["address"] = bytes(NotificationAddress.objects.get(pk__in=_lookups(pledge.pk)).sealed)
    assert all(_found(bits).values()), "the search has to find what is there"
    erase_and_certify("provider", [("pledge", pledge.pk)], by="system", at=timezone.now(), why="asked")
    erase_and_certify("person", [("need", need.pk)], by="system", at=timezone.now(), why="asked")
    erase_and_certify("donor", [("donation", gift.pk)], by="system", at=timezone.now(), why="asked")
    return bits


def _found(bits: dict[str, bytes]) -> dict[str, list[str]]:
    """Return in which files of the database each of the bytes lies; on PostgreSQL, in which columns."""
    places = _files() if connection.vendor == "sqlite" else _columns()
    return {name: [place for place, content in places.items() if bytes_ in content] for name, bytes_ in bits.items()}


def _files() -> dict[str, bytes]:
    file = Path(str(connection.settings_dict["NAME"]))
    return {part.name: part.read_bytes() for part in file.parent.glob(f"{file.name}*")}


def _columns() -> dict[str, bytes]:
    """Every column of every table, bytea as it is."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            parts = [
                bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
                for row in cursor.fetchall()
                for value in row
            ]
            found[table] = b"\0".join(parts)
    return found


@pytest.mark.django_db(transaction=True)
def test_no_byte_of_what_was_erased_is_left_in_the_database():
    bits = _erased_world()
    assert {name: places for name, places in _found(bits).items() if places} == {}


@pytest.mark.django_db(transaction=True)
def test_the_certificate_says_how_clean_the_files_are():
    pledge = sealed_pledge()
    told = erase_and_certify("provider", [("pledge", pledge.pk)], by="system", at=timezone.now(), why="asked")
    if connection.vendor == "sqlite":
        assert told["database"] == {"clean": True, "left": []}
    else:
        assert told["database"] == {"clean": False, "left": ["write_ahead_log"]}


@pytest.mark.django_db(transaction=True)
def test_nothing_that_is_left_opens_with_any_key_to_a_canary():
    _erased_world()
    pairs = list(KEYS.values())
    opened: list[bytes] = []
    for record in SealedRecord.objects.all():
        shares = list(record.shares.select_related("group_key"))
        halves = []
        for share, pair, letter in product(shares, pairs, "ABR"):
            for private in pair:
                try:
                    halves.append(
                        open_box(
                            bytes(share.box),
                            letter=letter,
                            record_id=record.record_id,
                            form=record.format,
                            private_key=private,
                        )
                    )
                except BrokenSeal:
                    continue
        for first, second in product(halves, halves):
            try:
                opened.append(open_halves(record, first, second))
            except BrokenSeal:
                continue
    assert len(opened) == 2  # the one that was not erased, its halves in either order
    opened += _under_the_server_key()
    assert opened
    for canary in CANARIES:
        assert not any(canary.encode() in plain for plain in opened)


def _under_the_server_key() -> list[bytes]:
    """Whatever any blob in any column gives under the server's key, in every context that an id makes."""
    from kernel.vault.addresses import PURPOSE

    blobs = [bytes(row.sealed) for row in NotificationAddress.objects.all()]
    blobs += [bytes(sealed) for sealed in Need.objects.values_list("case_ref_sealed", flat=True)]
    blobs += [bytes(sealed) for sealed in Need.objects.values_list("exclusions_sealed", flat=True)]
    contexts = [f"{PURPOSE} {row.lookup}" for row in NotificationAddress.objects.all()]
    contexts += [f"need.case_ref:{pk}" for pk in Need.objects.values_list("pk", flat=True)]
    contexts += [f"need.exclusions:{pk}" for pk in Need.objects.values_list("pk", flat=True)]
    opened = []
    for blob, context in product(blobs, contexts):
        try:
            opened.append(kek.decrypt(blob, context))
        except BrokenSeal:
            continue
    return opened


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_reader_that_holds_the_log_is_said_aloud(monkeypatch):
    """Another connection that still reads keeps the log from being cut: it is said, and the next run cuts it."""
    from django.db import connections

    from kernel.retention import scrubbing

    monkeypatch.setattr(scrubbing, "TRIES", 2)
    monkeypatch.setattr(scrubbing, "PAUSE", 0)
    other = connection.copy("reader")
    other.settings_dict["OPTIONS"] = {"timeout": 1}
    connections["reader"] = other
    try:
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT count(*) FROM offers_pledge")
            pledge = sealed_pledge()
            erase_pledge(pledge=pledge, by="system", at=timezone.now(), why="asked")
            assert scrubbing.scrub().left == ("log_in_use",)
            cursor.execute("ROLLBACK")
        assert scrubbing.scrub().clean
    finally:
        other.close()
        del connections["reader"]
