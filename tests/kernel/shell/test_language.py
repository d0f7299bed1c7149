"""The catalogue: everything in it is translated, and what is served is what was translated."""

import io
import re
from pathlib import Path
from typing import BinaryIO

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.conf import settings

from tests.guard import StrictClient

PO = Path(settings.LOCALE_PATHS[0]) / "ru" / "LC_MESSAGES" / "django.po"
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def _catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file)


def _forms(message: Message) -> tuple[list[str], list[str]]:
    """Return a message and its translation, each as a list of their plural forms."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string)
    return ids, strings


MESSAGES = [message for message in _catalogue() if message.id]


def test_it_leaves_nothing_untranslated() -> None:
    assert [message.id for message in MESSAGES if message.fuzzy or not all(_forms(message)[1])] == []


def test_it_keeps_every_placeholder() -> None:
    for message in MESSAGES:
        ids, strings = _forms(message)
        wanted = {place for text in ids for place in PLACE.findall(text)}
        for text in strings:
            assert set(PLACE.findall(text)) <= wanted, text
        assert {place for text in strings for place in PLACE.findall(text)} == wanted, ids


def _served(file: BinaryIO) -> dict[str, str]:
    return {repr((message.context, message.id)): repr(message.string) for message in read_mo(file) if message.id}


def test_it_serves_what_was_translated() -> None:
    fresh = io.BytesIO()
    write_mo(fresh, _catalogue())
    fresh.seek(0)
    with PO.with_suffix(".mo").open("rb") as file:
        assert _served(file) == _served(fresh)


@pytest.mark.django_db
def test_it_greets_in_russian(client: StrictClient) -> None:
    page = client.get("/ru/").content.decode()
    assert "Пусть будет следующая остановка" in page
    assert "Leave this page" not in page
