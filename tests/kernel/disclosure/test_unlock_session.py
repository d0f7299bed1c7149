"""`unlock_session`: a private key within one session's reach for a quarter of an hour, and nowhere else."""

import secrets
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from kernel.accounts.people.stopping import suspend
from kernel.audit.models import AuditEntry
from kernel.disclosure import opening
from kernel.disclosure.models import LEAST_MEMORY, LEAST_PASSES, MemberKey, Unlock, UnlockTries
from kernel.disclosure.opening import lock_member_key
from kernel.disclosure.unlocking import boot, tries
from kernel.disclosure.unlocking.deeds import (
    LASTS,
    delete_expired,
    hold,
    lock_everywhere,
    lock_session,
    open_held,
    unlock_session,
)
from kernel.disclosure.unlocking.turns import one_at_a_time
from kernel.disclosure.words import new_passphrase
from kernel.states import Refusal
from kernel.vault.boxes import BrokenSeal
from tests.factories.keys import Keyed, make_keyed
from tests.factories.organisations import make_member

pytestmark = pytest.mark.django_db
SESSION = "a-session-key"


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def keyed(db: None) -> Keyed:
    return make_keyed(make_member())


def refused(code: str, **words: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        unlock_session(**words)
    assert caught.value.code == code
    return caught.value


def test_it_opens_with_the_six_words_and_with_no_others(at: datetime) -> None:
    member, words = make_member(), new_passphrase()
    key = lock_member_key(member, words)
    key.group, key.created_at = "A", at
    key.save()
    wrong = refused("wrong_passphrase", member=member, passphrase=new_passphrase(), session_key=SESSION, at=at)
    assert wrong.field == "passphrase"
    assert not Unlock.objects.exists()
    later = at + timedelta(seconds=1)
    cookie = unlock_session(member=member, passphrase=words.upper(), session_key=SESSION, at=later)
    row = Unlock.objects.get()
    private_key = open_held(row, cookie=cookie, session_key=SESSION)
    assert private_key == opening.open_member_key(key, words)
    assert row.expires_at == later + LASTS == later + timedelta(minutes=15)
    assert not UnlockTries.objects.exists()
    entries = AuditEntry.objects.order_by("pk").values_list("action", "actor", "object_id", "reason")
    assert list(entries) == [
        ("disclosure.unlock_failed", member.user.actor, f"member:{member.pk}", "wrong_passphrase"),
        ("disclosure.unlocked", member.user.actor, f"member:{member.pk}", ""),
    ]
    assert (key.passes, key.memory) == (opening.PASSES, 128 * 2**20)
    assert opening.PASSES >= LEAST_PASSES
    assert LEAST_MEMORY == 128 * 2**20


def test_nothing_opens_without_the_cookie_the_row_the_machine_the_session_the_member_and_the_expiry(
    keyed: Keyed, at: datetime
) -> None:
    other = make_keyed(make_member())
    cookie = hold(member=keyed.member, private_key=keyed.private_key, session_key=SESSION, at=at)
    row = Unlock.objects.select_related("member").get()
    assert open_held(row, cookie=cookie, session_key=SESSION) == keyed.private_key

    def opens(**changes: Any) -> bool:
        changed = Unlock.objects.select_related("member").get()
        for name in ("secret", "sealed", "expires_at", "member"):
            setattr(changed, name, changes.get(name, getattr(changed, name)))
        try:
            open_held(changed, cookie=changes.get("cookie", cookie), session_key=changes.get("session_key", SESSION))
        except BrokenSeal:
            return False
        return True

    assert opens()
    assert not opens(cookie=secrets.token_bytes(32))
    assert not opens(cookie=b"")
    assert not opens(secret=secrets.token_bytes(32))
    assert not opens(session_key="another-session")
    assert not opens(member=other.member)
    assert not opens(expires_at=row.expires_at + timedelta(microseconds=1))
    boot.place().unlink()
    assert not opens()


def test_no_row_holds_the_key_in_clear(keyed: Keyed, at: datetime) -> None:
    cookie = hold(member=keyed.member, private_key=keyed.private_key, session_key=SESSION, at=at)
    stored = b"".join(
        bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
        for value in Unlock.objects.values_list().get()
    )
    for secret in (keyed.private_key, cookie, SESSION.encode(), boot.secret()):
        assert secret not in stored


def test_a_session_holds_one_key_at_a_time(keyed: Keyed, at: datetime) -> None:
    first = hold(member=keyed.member, private_key=keyed.private_key, session_key=SESSION, at=at)
    hold(member=keyed.member, private_key=keyed.private_key, session_key=SESSION, at=at)
    row = Unlock.objects.select_related("member").get()
    with pytest.raises(BrokenSeal):
        open_held(row, cookie=first, session_key=SESSION)


def test_what_is_past_its_quarter_of_an_hour_is_deleted(keyed: Keyed, at: datetime) -> None:
    hold(member=keyed.member, private_key=keyed.private_key, session_key=SESSION, at=at)
    assert delete_expired(at + LASTS - timedelta(seconds=1)) == 0
    assert delete_expired(at + LASTS) == 1
    hold(member=keyed.member, private_key=keyed.private_key, session_key="old", at=at)
    hold(member=keyed.member, private_key=keyed.private_key, session_key=SESSION, at=at + LASTS)
    assert Unlock.objects.count() == 1


def test_locking_ends_one_session_or_all(keyed: Keyed, at: datetime) -> None:
    for session in ("one", "two", "three"):
        hold(member=keyed.member, private_key=keyed.private_key, session_key=session, at=at)
    assert lock_session(session_key="one", at=at)
    assert not lock_session(session_key="one", at=at)
    assert Unlock.objects.count() == 2
    assert lock_everywhere(member=keyed.member, at=at, why="left")
    assert not Unlock.objects.exists()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "reason")) == [
        ("disclosure.locked", "asked"),
        ("disclosure.locked", "left"),
    ]


def test_whoever_is_suspended_is_locked_at_once(keyed: Keyed, at: datetime) -> None:
    hold(member=keyed.member, private_key=keyed.private_key, session_key=SESSION, at=at)
    suspend(member=keyed.member, by=make_member(role="admin").user, at=at)
    assert not Unlock.objects.exists()
    refused("not_active", member=keyed.member, passphrase="x", session_key=SESSION, at=at)


def test_it_refuses_whoever_has_no_key_or_another_role_than_the_key(keyed: Keyed, at: datetime) -> None:
    refused("no_member_key", member=make_member(), passphrase="x", session_key=SESSION, at=at)
    keyed.member.role = "coordinator"
    keyed.member.save()
    refused("role_changed", member=keyed.member, passphrase="x", session_key=SESSION, at=at)


def test_each_wrong_try_waits_longer_and_none_is_made_meanwhile(keyed: Keyed, at: datetime) -> None:
    waits = [tries.wait_after(failures).total_seconds() for failures in range(1, 12)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]
    tries.charge(keyed.member, at=at)
    wait = refused("too_many_tries", member=keyed.member, passphrase="x", session_key=SESSION, at=at)
    assert wait.facts == {"seconds": 1}
    tries.charge(keyed.member, at=at + timedelta(seconds=1))
    with pytest.raises(Refusal):
        tries.charge(keyed.member, at=at + timedelta(seconds=2.9))
    tries.check(make_member(), at=at)
    tries.check(keyed.member, at=at + timedelta(seconds=3))


def test_a_try_that_is_under_way_counts_already(keyed: Keyed, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def derive(key: MemberKey, passphrase: str) -> bytes:
        seen.append(UnlockTries.objects.get().failures)
        raise Refusal("wrong_passphrase", "", "passphrase")

    monkeypatch.setattr("kernel.disclosure.unlocking.deeds.open_member_key", derive)
    refused("wrong_passphrase", member=keyed.member, passphrase="x", session_key=SESSION, at=at)
    assert seen == [1]


def test_one_person_at_a_time_derives_and_the_next_is_told_so(
    keyed: Keyed, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.disclosure.unlocking.turns.PATIENCE", 0.1)
    taken, done = threading.Event(), threading.Event()

    def derives() -> None:
        with one_at_a_time():
            taken.set()
            done.wait(20)

    somebody = threading.Thread(target=derives)
    somebody.start()
    assert taken.wait(20)
    try:
        refused("busy", member=keyed.member, passphrase="x", session_key=SESSION, at=at)
        assert not UnlockTries.objects.exists()
    finally:
        done.set()
        somebody.join()
    refused("wrong_passphrase", member=keyed.member, passphrase="x", session_key=SESSION, at=at)


def test_a_crowd_never_takes_more_than_a_few_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.disclosure.unlocking.turns._queue", threading.BoundedSemaphore(1))
    with one_at_a_time(), pytest.raises(Refusal) as caught, one_at_a_time():
        raise AssertionError
    assert caught.value.code == "busy"


def test_the_boot_secret_is_made_once_for_this_user_alone(settings: Any, tmp_path: Path) -> None:
    settings.VAULT_BOOT_SECRET = str(tmp_path / "boot")
    first = boot.secret()
    assert boot.secret() == first
    assert len(first) == 32
    assert (tmp_path / "boot").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["boot"]
    (tmp_path / "boot").unlink()
    assert boot.secret() != first


def test_a_boot_secret_somebody_else_could_know_is_refused(settings: Any, tmp_path: Path) -> None:
    settings.VAULT_BOOT_SECRET = str(tmp_path / "boot")
    (tmp_path / "boot").write_bytes(b"x" * 32)
    (tmp_path / "boot").chmod(0o644)
    with pytest.raises(ImproperlyConfigured):
        boot.secret()
    (tmp_path / "boot").chmod(0o600)
    (tmp_path / "boot").write_bytes(b"short")
    with pytest.raises(ImproperlyConfigured):
        boot.secret()
    (tmp_path / "boot").rename(tmp_path / "elsewhere")
    (tmp_path / "boot").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ImproperlyConfigured):
        boot.secret()


def test_the_boot_secret_lies_in_memory_unless_told_otherwise(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VAULT_BOOT_SECRET = ""
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    assert str(boot.place()).startswith("/dev/shm/")  # noqa: S108
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/waystation:/run/other")
    assert boot.place() == Path("/run/waystation/boot-secret")
