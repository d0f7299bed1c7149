"""Looking for words in places."""

from collections.abc import Iterable, Mapping

from tests.attacks.canaries.places import Place, database_bytes, files_beside
from tests.attacks.canaries.spellings import spellings

AROUND = 60


def found_in(words: Mapping[str, str], places: Iterable[Place]) -> list[str]:
    """Return, for each word that lies in clear in a place, its name, the place, and what stands around it."""
    wanted = [(name, spelling) for name, text in words.items() for spelling in spellings(text)]
    found = []
    for where, content in places:
        for name, spelling in wanted:
            at = content.find(spelling)
            if at >= 0:
                found.append(f"{name} in {where}: {content[max(0, at - AROUND) : at + len(spelling) + AROUND]!r}")
    return found


def assert_nothing_in_clear(words: Mapping[str, str], *more: Place) -> None:
    """Fail if any of `words` (by name) lies in clear in the database, its files, beside it, or in `more` places."""
    places = [*database_bytes(), *files_beside(), *more]
    assert len(places) > 1
    assert not (found := found_in(words, places)), "\n".join(found)
