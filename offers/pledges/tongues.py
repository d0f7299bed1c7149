"""Languages as BCP 47 tags: which exist, how they are spelled, what people call them."""

import re
from functools import cache

from babel import Locale

from kernel.states import Refusal

TAG = re.compile(r"(?P<primary>[A-Za-z]{2,3})(-(?P<script>[A-Za-z]{4}))?(-(?P<region>[A-Za-z]{2}|\d{3}))?")
MOST = 20


@cache
def _names(language: str) -> dict[str, str]:
    return {tag: name for tag, name in Locale.parse(language).languages.items() if tag.isalpha()}


def spelled(tag: str) -> str:
    """Return a tag in its usual case (`en-GB`, `zh-Hant`). Raises Refusal `unknown_language` for what names none."""
    match = TAG.fullmatch(tag)
    if match is None or match["primary"].lower() not in _names("en"):
        raise Refusal("unknown_language", "Write languages as BCP 47 tags, such as en, ru or pt-BR.", "languages")
    script, region = match["script"], match["region"]
    parts = (match["primary"].lower(), script and script.title(), region and region.upper())
    return "-".join(part for part in parts if part)


def choices(language: str) -> list[tuple[str, str]]:
    """Return (tag, name) of the languages with a two-letter tag, by name, in the language of the page."""
    names = _names(language)
    return sorted(((tag, name) for tag, name in names.items() if len(tag) == 2), key=lambda pair: pair[1].casefold())


def name(tag: str, language: str) -> str:
    """Return what people call the language of a tag; the tag itself if it has no name."""
    return _names(language).get(tag.partition("-")[0], tag)
