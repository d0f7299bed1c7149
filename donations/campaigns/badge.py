"""The badge: a picture that we serve and a fundraiser shows, and the words around it.

Nothing that anybody typed is in the picture but the host, which holds `a-z0-9.-` alone: a badge copied to another site
names the site it belongs to. It is drawn when it is asked for, so it says "not valid" once that is so.
"""

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html
from django.utils.translation import gettext as _

from donations.campaigns.models import Campaign, Standing
from donations.campaigns.statements import state

WIDTH, HEIGHT = 300, 72
MOST_LETTERS = 38
GOOD, BAD = ("#14532d", "#f0fdf4"), ("#7f1d1d", "#fef2f2")


def badge_svg(campaign: Campaign | None, *, today: date) -> str:
    """Return the picture: good while the campaign may collect; the same for one that is over and one nobody knows."""
    if campaign is None or campaign.standing(today) != Standing.CURRENT:
        return _drawn(_("Not valid"), _("This fundraiser is not authorised."), _("Do not give there."), BAD)
    last = formats.date_format(campaign.last_day, "SHORT_DATE_FORMAT")
    return _drawn(
        _("Authorised fundraiser"),
        _("only at %(host)s") % {"host": _short(campaign.host)},
        _("to %(day)s · press to check") % {"day": last},
        GOOD,
    )


def snippet(campaign: Campaign) -> str:
    """Return the HTML a fundraiser puts into its page."""
    return format_html(
        '<a href="{page}" referrerpolicy="no-referrer" rel="noopener">'
        '<img src="{badge}" width="{width}" height="{height}" alt="{alt}" referrerpolicy="no-referrer" loading="lazy">'
        "</a>",
        page=check_url(campaign),
        badge=_absolute("donations:campaign_badge", campaign),
        width=WIDTH,
        height=HEIGHT,
        alt=_("Authorised fundraiser: check it"),
    )


def plain_snippet(campaign: Campaign) -> str:
    """Return the same as text, with the signed statement."""
    said = {"url": check_url(campaign), "statement": state(campaign)}
    return _("Authorised fundraiser. Check it at %(url)s or with this statement: %(statement)s") % said


def check_url(campaign: Campaign) -> str:
    """Return the address of our page about a campaign."""
    return _absolute("donations:verify_campaign", campaign)


def _absolute(name: str, campaign: Campaign) -> str:
    return settings.PUBLIC_URL.rstrip("/") + reverse(name, kwargs={"code": campaign.pk})


def _short(host: str) -> str:
    """A host that fits; of a long one its end, which says whose it is."""
    return host if len(host) <= MOST_LETTERS else f"…{host[-MOST_LETTERS:]}"


def _drawn(title: str, first: str, second: str, colours: tuple[str, str]) -> str:
    ink, paper = colours
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img">'
        "<title>{title}. {first} {second}</title>"
        '<rect x="1" y="1" width="{iw}" height="{ih}" rx="10" fill="{paper}" stroke="{ink}" stroke-width="2"/>'
        '<g fill="{ink}" font-family="system-ui, sans-serif" font-size="12">'
        '<text x="16" y="25" font-size="15" font-weight="700">{title}</text>'
        '<text x="16" y="44">{first}</text><text x="16" y="61">{second}</text></g></svg>',
        w=WIDTH,
        h=HEIGHT,
        iw=WIDTH - 2,
        ih=HEIGHT - 2,
        title=title,
        first=first,
        second=second,
        ink=ink,
        paper=paper,
    )
