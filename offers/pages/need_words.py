"""A need in words for those who write, review and follow it: closed vocabulary, in the language of the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kernel import places
from offers.kinds.languages import language_name
from offers.kinds.vocabulary import MINOR_BANDS, Feature, Urgency
from offers.needs.board.facts import may_publish
from offers.needs.models import Need, NeedStatus
from offers.pages.need_forms import BAND_LABELS


def said_need(need: Need) -> dict[str, Any]:
    """Return the party by age, countries, languages and features of a need as people call them."""
    language = get_language() or "en"
    return {
        "ages": [(BAND_LABELS[band], count) for band, count in need.bands.items() if count],
        "countries": _countries(need.countries or (), language),
        "excluded": _countries(need.countries_excluded, language),
        "languages": ", ".join(language_name(tag, language) for tag in need.languages),
        "requires": _features(need.requires),
        "prefers": _features(need.prefers),
    }


@dataclass(frozen=True, slots=True)
class SaidBoard:
    """What an owner is told: listed, waiting or never, but not how many others wait; and what to do meanwhile."""

    state: Any
    meanwhile: Any


def said_board(need: Need, *, listed: bool) -> SaidBoard | None:
    """Return what to tell the owner of a need; None where the board does not concern it."""
    if listed:
        stays = _(
            "It stays for its weeks, whatever becomes of this need. Answers of partners stand with the candidates."
        )
        return SaidBoard(_("listed, as an anonymous line among others"), stays)
    if need.status != NeedStatus.OPEN:
        return None
    if need.urgency == Urgency.EMERGENCY or any(need.bands.get(band) for band in MINOR_BANDS):
        privately = _("Emergencies and children are matched privately. Find who could help and propose it.")
        return SaidBoard(_("never listed"), privately)
    if not may_publish(need.consent):
        return SaidBoard(_("never listed"), _("No consent to it is on record. Find who could help and propose it."))
    meanwhile = _("Meanwhile find who could help and propose it: matching works without the board.")
    return SaidBoard(_("waiting, until enough others wait to hide it"), meanwhile)


def said_history(need: Need) -> Iterator[tuple[datetime, Any, Any, str]]:
    """Yield when, from which state, to which state and by whom, oldest first; its writing has no state before it."""
    yield need.created_at, "–", NeedStatus.DRAFT.label, need.caseworker_ref
    for move in need.history.all():
        yield move.at, NeedStatus(move.old).label, NeedStatus(move.new).label, move.by


def _countries(codes: Sequence[str], language: str) -> str:
    return ", ".join(places.country_name(code, language) for code in codes)


def _features(words: Sequence[str]) -> str:
    return ", ".join(str(Feature(word).label) for word in words)
