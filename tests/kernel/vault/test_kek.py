"""`kek`: readable with the server key and its context alone; a new key does not lose the old secrets."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from kernel.vault import kek
from kernel.vault.boxes import BrokenSeal

OLD = f"old:{base64.b64encode(b'o' * 32).decode()}"
NEW = f"new:{base64.b64encode(b'n' * 32).decode()}"


def test_it_decrypts_what_it_encrypted() -> None:
    blob = kek.encrypt(b"case 17", "need.case_ref nd_1")
    assert b"case 17" not in blob
    assert kek.decrypt(blob, "need.case_ref nd_1") == b"case 17"
    assert kek.decrypt(memoryview(blob), "need.case_ref nd_1") == b"case 17"
    assert kek.encrypt(b"case 17", "need.case_ref nd_1") != blob


def test_it_is_bound_to_its_context() -> None:
    blob = kek.encrypt(b"case 17", "need.case_ref nd_1")
    with pytest.raises(BrokenSeal):
        kek.decrypt(blob, "need.case_ref nd_2")


def test_a_new_key_encrypts_and_the_old_one_still_decrypts(settings: Settings) -> None:
    settings.VAULT_KEK = OLD
    old = kek.encrypt(b"x", "c")
    settings.VAULT_KEK = f"{NEW}, {OLD}"
    new = kek.encrypt(b"x", "c")
    assert (kek.decrypt(old, "c"), kek.decrypt(new, "c")) == (b"x", b"x")
    assert (b"old" in old, b"new" in new) == (True, True)
    settings.VAULT_KEK = NEW
    with pytest.raises(BrokenSeal):
        kek.decrypt(old, "c")


def test_another_key_of_the_same_name_is_refused(settings: Settings) -> None:
    settings.VAULT_KEK = OLD
    blob = kek.encrypt(b"x", "c")
    settings.VAULT_KEK = NEW.replace("new", "old")
    with pytest.raises(BrokenSeal):
        kek.decrypt(blob, "c")


def test_every_changed_or_missing_byte_is_refused() -> None:
    blob = kek.encrypt(b"case 17", "c")
    for position in range(len(blob)):
        changed = bytearray(blob)
        changed[position] ^= 1
        with pytest.raises(BrokenSeal):
            kek.decrypt(bytes(changed), "c")
        with pytest.raises(BrokenSeal):
            kek.decrypt(blob[:position], "c")


@pytest.mark.parametrize(
    "value", ["", "nocolon", "id:", "id:AAAA", "id:not base64!", f"{NEW},{NEW}", f"{NEW},", f":{NEW[4:]}"]
)
def test_a_malformed_key_stops_it_without_being_shown(value: str, settings: Settings) -> None:
    settings.VAULT_KEK = value
    with pytest.raises(ImproperlyConfigured, match=r"Key \d of VAULT_KEK") as caught:
        kek.encrypt(b"x", "c")
    assert "bm5ubm" not in str(caught.value)


def test_keys_for_other_purposes_differ() -> None:
    assert kek.derived("one") != kek.derived("two")
    assert len(next(iter(kek.derived("one").values()))) == 32
