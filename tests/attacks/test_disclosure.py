"""Attacks on the disclosure of a contact, through the browser and beside it."""

from typing import Any

import pytest
from django.test import Client

from kernel.audit.models import AuditEntry
from kernel.disclosure.models import Disclosure, Unlock
from tests.offers.disclosing.scene import CANARY, Scene, approved, asked, one_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db: None) -> Scene:
    return one_organisation()


def test_another_site_presses_none_of_its_buttons(scene: Scene) -> None:
    mine = scene.asker.browser()
    forger = Client(enforce_csrf_checks=True)
    forger.cookies = mine.cookies
    here = f"/console/disclosures/{approved(scene).pk}"
    for address in (f"{here}/read/", f"{here}/take-back/", "/console/vault/unlock/", "/console/vault/lock/"):
        assert forger.post(address).status_code == 403
    assert Disclosure.objects.get().status == "approved"
    assert Unlock.objects.exists()


@pytest.mark.parametrize("seen", ["", "x" * 32, None])
def test_nobody_approves_without_having_read(scene: Scene, seen: Any) -> None:
    disclosure = asked(scene)
    answer = scene.keys.approver.browser().post(
        f"/console/disclosures/{disclosure.pk}/give/", {} if seen is None else {"seen": seen}, follow=True
    )
    assert "Someone changed this in the meantime." in answer.content.decode()
    assert Disclosure.objects.get().status == "asked"


def test_a_stolen_session_reads_nothing_without_the_six_words(scene: Scene) -> None:
    disclosure, victim = approved(scene), scene.asker.browser()
    thief = Client()
    thief.cookies["sessionid"] = victim.cookies["sessionid"].value
    answer = thief.post(f"/console/disclosures/{disclosure.pk}/read/")
    assert answer.headers["Location"].startswith("/console/vault/unlock/")
    answer = thief.post("/console/vault/unlock/", {"passphrase": "lusab babad gutih tugad sutan lutos"})
    assert answer.status_code == 400
    assert AuditEntry.objects.filter(action="disclosure.unlock_failed").count() == 1
    assert Disclosure.objects.get().status == "approved"


def test_a_lost_machine_memory_locks_everybody(scene: Scene, settings: Any, tmp_path: Any) -> None:
    disclosure, mine = approved(scene), scene.asker.browser()
    settings.VAULT_BOOT_SECRET = str(tmp_path / "after-the-restart")
    answer = mine.post(f"/console/disclosures/{disclosure.pk}/read/", follow=True)
    assert "Your key is locked" in answer.content.decode()
    assert CANARY not in answer.content.decode()


def test_the_contact_is_in_no_header_message_or_session(scene: Scene) -> None:
    disclosure, mine = approved(scene), scene.asker.browser()
    answer = mine.post(f"/console/disclosures/{disclosure.pk}/read/")
    assert CANARY in answer.content.decode()
    assert CANARY not in str(answer.headers)
    assert CANARY not in str(dict(mine.session.items()))
    assert CANARY not in mine.get("/console/").content.decode()
