"""No page speaks English by mistake: every word marked for translation is in the Russian catalogue."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

PO = Path(settings.LOCALE_PATHS[0]) / "ru" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}


def _marked(path: Path) -> Iterator[str]:
    """Yield what a file marks for translation; of a plural, its singular."""
    text = path.read_text()
    if path.suffix != ".py":
        # what is left of a template is read as Python: without indents, which mean nothing there
        text = "\n".join(line.strip() for line in templatize(text).splitlines())
    for _line, message, _comments, _context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
        words = message if isinstance(message, tuple) else (message,)
        yield from (word for word in words[:1] if word)


def _sources(top: str) -> list[Path]:
    root = settings.ROOT / top
    templates = [path for path in root.rglob("templates/**/*") if path.suffix in (".html", ".txt")]
    return sorted(templates + [path for path in root.rglob("*.py") if "migrations" not in path.parts])


@pytest.mark.parametrize("top", ["platform", "donations", "offers", "api"])
def test_it_translates_every_word_that_is_marked(top: str) -> None:
    with PO.open("rb") as file:
        known = {message.id if isinstance(message.id, str) else message.id[0] for message in read_po(file)}
    missing = {word: path.name for path in _sources(top) for word in _marked(path) if word not in known}
    assert missing == {}
