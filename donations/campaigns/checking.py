"""Is this fundraiser genuine? What anybody may learn of what they typed: nothing of drafts, nothing by guessing."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings

from donations.campaigns.addresses import PageAddress, read_address
from donations.campaigns.models import Campaign, CampaignQuerySet, Standing
from donations.campaigns.statements import looks_like_a_statement, read_statement
from kernel import ids

SHORTEST_NAME = 4
MOST = 10
ALIKE = 0.75
_CODE = re.compile(ids.pattern("ca"))
_OF_OURS = re.compile(rf"(?:/[a-z]{{2}})?/verify/({ids.pattern('ca')})(?:/(?:badge\.svg)?)?")


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of what was typed. `how`: `code`, `address`, `name`, or `alike`: something else that looks so."""

    how: str
    campaigns: tuple[Campaign, ...] = ()


UNKNOWN = Found("unknown")


def by_code(code: str) -> Campaign | None:
    """Return the authorised campaign with this code, whatever became of it."""
    return _known().filter(pk=code).first() if _CODE.fullmatch(code) else None


def check(text: str, *, today: date) -> Found:
    """Return what is known of a code, a statement, an address or a name."""
    text = text.strip()
    code = _code_in(text)
    if code is not None:
        campaign = by_code(code)
        return Found("code", (campaign,)) if campaign else UNKNOWN
    try:
        page = read_address(text)
    except ValueError:
        page = None
    known = list(_known())
    if page:
        here = [one for one in known if one.page.covers(page)]
        return Found("address", tuple(_best_first(here, today)[:1])) if here else _alike(text, known, today)
    if "/" in text or "." in text.strip("."):
        return _alike(text, known, today)
    wanted = _folded(text)
    named = [one for one in known if len(wanted) >= SHORTEST_NAME and any(wanted in name for name in _names(one))]
    return Found("name", tuple(_best_first(named, today)[:MOST])) if named else UNKNOWN


def _known() -> CampaignQuerySet:
    return Campaign.objects.signed().select_related("partner", "fund").prefetch_related("figures").order_by("pk")


def _code_in(text: str) -> str | None:
    """The code that was typed, that stands in an address of ours, or that our key signed; "" for a forged one."""
    if looks_like_a_statement(text):
        try:
            return read_statement(text).campaign
        except ValueError:
            return ""
    if _CODE.fullmatch(text.lower()):
        return text.lower()
    parts = urlsplit(text) if text.isascii() and text.startswith(("http://", "https://")) else None
    ours = urlsplit(settings.PUBLIC_URL)
    if parts and (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc):
        found = _OF_OURS.fullmatch(parts.path)
        return found.group(1) if found else ""
    return None


def _alike(text: str, known: Iterable[Campaign], today: date) -> Found:
    """What somebody may have meant who was led to a page that only looks like it."""
    host = _host_of(text)
    near = [one for one in known if host and _is_alike(host, one.page)]
    live = [one for one in near if one.standing(today) in (Standing.CURRENT, Standing.UPCOMING)]
    return Found("alike", tuple(live[:MOST])) if live else UNKNOWN


def _host_of(text: str) -> str:
    rest = text.split("://", 1)[-1].rpartition("@")[2]
    return _folded(re.split(r"[/?#:\\]", rest, maxsplit=1)[0]).removeprefix("www.")


def _is_alike(host: str, page: PageAddress) -> bool:
    """Whether two hosts are near: equal, one within the other, or most of their letters."""
    names = {page.host, page.readable_host}
    return any(
        name in host or difflib.SequenceMatcher(None, host, name, autojunk=False).ratio() >= ALIKE for name in names
    )


def _best_first(campaigns: Iterable[Campaign], today: date) -> list[Campaign]:
    order = [Standing.CURRENT, Standing.UPCOMING, Standing.WITHDRAWN, Standing.ENDED]
    # of several on one page the newest is the one that counts
    newest = sorted(campaigns, key=lambda one: one.created_at, reverse=True)
    return sorted(newest, key=lambda one: order.index(one.standing(today)))


def _names(campaign: Campaign) -> list[str]:
    return [_folded(name) for name in (campaign.title, campaign.title_ru, campaign.collector)]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
