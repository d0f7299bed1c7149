"""Languages as BCP 47 tags: which exist, and how they are spelled."""

import re
from functools import cache

from babel import Locale

from kernel.states import Refusal

TAG = re.compile(r"(?P<primary>[A-Za-z]{2,3})(-(?P<script>[A-Za-z]{4}))?(-(?P<region>[A-Za-z]{2}|\d{3}))?")
MOST = 20


@cache
def _known() -> frozenset[str]:
    return frozenset(tag for tag in map(str, Locale.parse("en").languages) if tag.isalpha())


def spelled(tag: str) -> str:
    """Return a tag in its usual case (`en-GB`, `zh-Hant`). Raises Refusal `unknown_language` for what names none."""
    match = TAG.fullmatch(tag)
    if match is None or match["primary"].lower() not in _known():
        raise Refusal("unknown_language", "Write languages as BCP 47 tags, such as en, ru or pt-BR.", "languages")
    script, region = match["script"], match["region"]
    parts = (match["primary"].lower(), script and script.title(), region and region.upper())
    return "-".join(part for part in parts if part)
