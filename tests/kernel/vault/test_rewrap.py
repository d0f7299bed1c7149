"""`manage.py rewrap`: after it the old server key can be taken away, and everything still reads."""

import base64
import json
import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone
from pytest_django.fixtures import Settings

from api.idempotency.models import IdempotencyKey
from api.idempotency.once import replayed, store
from donations.giving.dedications.words import Words, dedicate, words_of
from donations.models import Dedication, GiftAidDeclaration, ReceiptWish, RecurringContact
from donations.receipts.tax.gift_aid.declaring import Taxpayer, declare, taxpayer_of
from donations.receipts.wishes import ask_for_receipt, asker
from donations.recurring.contacts import address_of
from kernel.money import Money
from kernel.vault import addresses
from kernel.vault.boxes import BrokenSeal
from kernel.vault.models import NotificationAddress
from kernel.vault.rewrapping import BATCH, KEPT, rewrap
from offers.models import Need
from offers.needs.exclusions import open_words
from offers.needs.household import open_case_ref, seal_case_ref
from tests.architecture.tree import ROOT, sources
from tests.console import console_client
from tests.factories.donations import make_donation, make_paid
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator
from tests.factories.receipts import make_issuer
from tests.factories.recurring import begin_one

OLD = f"old:{base64.b64encode(b'o' * 32).decode()}"
NEW = f"new:{base64.b64encode(b'n' * 32).decode()}"
BOTH = f"{NEW},{OLD}"
USES = re.compile(r"\bkek\.(encrypt|derived)\(|kernel\.vault\.kek import")


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    out = StringIO()
    try:
        call_command("rewrap", "--json", *arguments, stdout=out)
    except SystemExit as stop:
        return int(stop.code or 0), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def keep_one_of_each() -> Callable[[], list[Any]]:
    """Write one secret of every kind; return how to read them all."""
    need = make_need(exclusions=("community-a1",))
    Need.objects.filter(pk=need.pk).update(case_ref_sealed=seal_case_ref(need_id=need.pk, case_ref="A-17"))
    addresses.keep("pl_1", "someone@example.org", "ru")
    wish = ask_for_receipt(donation=make_donation(), email="donor@example.org", name="Zoë", at=timezone.now())
    dedicate(donation=wish.donation, words=Words("Zoë", "Thank you"), at=timezone.now())
    charity = make_issuer(tax_scheme="gift_aid", scheme_reference="AB12345").issuer
    zoe = Taxpayer("Ms", "Zoë", "Example", "12a", "CT16 1AA")
    paid = make_paid(amount=Money(4000, "GBP"))
    declare(donation=paid, issuer=charity, taxpayer=zoe, is_taxpayer=True, enduring=False, at=timezone.now())
    begin_one(email="again@example.org")
    user = make_member().user
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt("ABCDEF")}
    )
    RecoveryCodes.activate(user)
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes", user=user)).generate_codes()
    key = IdempotencyKey.objects.create(
        organisation=make_operator(), digest="d" * 64, fingerprint="f" * 64, claim="c" * 32, created_at=timezone.now()
    )
    store(key, HttpResponse(b"{}", status=201))

    browser = console_client(make_member())

    def read() -> list[Any]:
        kept = IdempotencyKey.objects.get()
        return [
            open_case_ref(need_id=need.pk, sealed=Need.objects.get().case_ref_sealed) == "A-17",
            open_words(need_id=need.pk, sealed=Need.objects.get().exclusions_sealed) == ["community-a1"],
            addresses.find("pl_1") == addresses.Address("someone@example.org", "ru"),
            asker(ReceiptWish.objects.get(pk=wish.pk)).name == "Zoë",
            words_of(Dedication.objects.get()) == Words("Zoë", "Thank you"),
            address_of(RecurringContact.objects.get()) == "again@example.org",
            taxpayer_of(GiftAidDeclaration.objects.get()) == zoe,
            get_adapter().decrypt(Authenticator.objects.get(type="totp", user=user).data["secret"]) == "ABCDEF",
            RecoveryCodes(Authenticator.objects.get(type="recovery_codes", user=user)).generate_codes() == codes,
            browser.session.get("account_authentication_methods") is not None,
            replayed(None, kept, at=timezone.now()).content == b"{}",  # type: ignore[arg-type] # the key is not read
        ]

    return read


@pytest.mark.django_db
def test_everything_reads_without_the_old_key(settings: Settings) -> None:
    settings.VAULT_KEK = OLD
    read = keep_one_of_each()
    settings.VAULT_KEK = BOTH
    status, counted = run("--dry-run")
    rows = {name: kept.rows().count() for name, kept in KEPT.items()}
    assert all(rows.values())
    assert (status, counted["left"], counted["newest"]) == (1, sum(rows.values()), "new")
    status, done = run()
    assert (status, done["left"]) == (0, 0)
    assert {name: one["renewed"] for name, one in done["kept"].items()} == rows
    settings.VAULT_KEK = NEW
    assert all(read())
    assert run("--dry-run")[0] == 0
    settings.VAULT_KEK = OLD
    with pytest.raises(BrokenSeal):
        read()


@pytest.mark.django_db
def test_a_dry_run_changes_nothing(settings: Settings) -> None:
    settings.VAULT_KEK = OLD
    addresses.keep("pl_1", "someone@example.org", "ru")
    before = bytes(NotificationAddress.objects.get().sealed)
    settings.VAULT_KEK = BOTH
    run("--dry-run")
    assert bytes(NotificationAddress.objects.get().sealed) == before


@pytest.mark.django_db
def test_it_goes_on_where_it_was_stopped(settings: Settings) -> None:
    settings.VAULT_KEK = OLD
    for number in range(BATCH + 5):
        addresses.keep(f"pl_{number}", "someone@example.org", "ru")
    settings.VAULT_KEK = BOTH
    begun = rewrap(KEPT["vault.addresses"])
    assert next(begun).rows == BATCH + 5
    assert next(begun).renewed == BATCH
    begun.close()
    assert run("--dry-run")[1]["kept"]["vault.addresses"]["old"] == 5
    assert all(addresses.find(f"pl_{number}") for number in range(BATCH + 5))
    assert run()[0] == 0
    settings.VAULT_KEK = NEW
    assert all(addresses.find(f"pl_{number}") for number in range(BATCH + 5))
    assert NotificationAddress.objects.count() == BATCH + 5


@pytest.mark.django_db
def test_it_is_safe_to_be_killed_at_any_statement(settings: Settings) -> None:
    settings.VAULT_KEK = OLD
    for number in range(2):
        addresses.keep(f"pl_{number}", "someone@example.org", "ru")
    settings.VAULT_KEK = BOTH
    kills = 0
    while True:
        try:
            with connection.execute_wrapper(_killed_at(kills)):
                list(rewrap(KEPT["vault.addresses"]))
        except _Killed:
            kills += 1
            assert all(addresses.find(f"pl_{number}") for number in range(2))
        else:
            break
    assert kills >= 5
    assert NotificationAddress.objects.count() == 2


class _Killed(Exception):
    pass


def _killed_at(number: int) -> Callable[..., Any]:
    left = [number]

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if left[0] <= 0 and not sql.startswith(("SAVEPOINT", "ROLLBACK", "RELEASE")):
            raise _Killed
        left[0] -= 1
        return run(sql, params, many, context)

    return execute


@pytest.mark.django_db
def test_a_row_that_does_not_open_is_named_and_stays(settings: Settings) -> None:
    settings.VAULT_KEK = OLD
    addresses.keep("pl_1", "someone@example.org", "ru")
    addresses.keep("pl_2", "someone@example.org", "ru")
    row = NotificationAddress.objects.order_by("pk")[0]
    broken = bytes(row.sealed)[:-1] + b"\0"
    NotificationAddress.objects.filter(pk=row.pk).update(sealed=broken)
    settings.VAULT_KEK = BOTH
    status, done = run()
    assert status == 1
    assert done["kept"]["vault.addresses"]["broken"] == [row.pk]
    assert bytes(NotificationAddress.objects.get(pk=row.pk).sealed) == broken


@pytest.mark.django_db
def test_the_command_speaks_to_people_too(settings: Settings) -> None:
    settings.VAULT_KEK = OLD
    addresses.keep("pl_1", "someone@example.org", "ru")
    settings.VAULT_KEK = BOTH
    out = StringIO()
    call_command("rewrap", stdout=out, stderr=StringIO())
    assert "vault.addresses: 1 rows, 1 under an older key, 1 renewed" in out.getvalue()
    assert "Nothing is under an older key." in out.getvalue()


def test_whoever_uses_the_server_key_is_registered() -> None:
    """Something encrypted and not registered would be lost with the old key."""
    known = {kept.module for kept in KEPT.values()}
    for path in sources():
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removeprefix("platform.")
        if module in ("kernel.vault.kek", "kernel.vault.rewrapping") or not USES.search(path.read_text()):
            continue
        assert module in known
        known.remove(module)
    assert known == set()
