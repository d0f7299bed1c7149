"""`blind_email`: equal for equal addresses, and nothing to somebody without the key."""

import base64

import pytest
from pytest_django.fixtures import Settings

from kernel.vault.index import blind_email


def test_it_is_equal_however_the_address_is_typed() -> None:
    index = blind_email("someone@example.org")
    assert len(index) == 32
    assert blind_email("  Someone@Example.ORG\n") == index
    assert blind_email("someone@example.org") == index  # full-width, as some keyboards type it


@pytest.mark.parametrize("other", ["someone@example.com", "some.one@example.org", "someone+1@example.org", ""])
def test_it_differs_for_another_address(other: str) -> None:
    assert blind_email(other) != blind_email("someone@example.org")


def test_it_differs_under_another_key(settings: Settings) -> None:
    before = blind_email("someone@example.org")
    settings.BLIND_INDEX_KEY = base64.b64encode(b"k" * 32).decode()
    assert blind_email("someone@example.org") != before
