"""The design's parts as template tags: `{% load shell %}`."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info

from kernel.accounts import rules
from kernel.disclosure.unlocking.request import unlocked_until
from kernel.money import Money, exponent
from kernel.shell import nav, plots
from kernel.shell.private import PRIVATE

register = template.Library()

# a page people of any country open every day, which says nothing about where they come from
LEAVE_TO = "https://www.wikipedia.org/"
TONES = frozenset({"plain", "good", "warn", "bad", "info"})


def _tone(tone: str) -> str:
    if tone not in TONES:
        raise ValueError(f"{tone!r} is no tone: one of {', '.join(sorted(TONES))}.")
    return tone


@register.simple_tag
def leave_url() -> str:
    """Return where "Leave this page now" leads: a neutral place with nothing of ours in its address."""
    return LEAVE_TO


@register.simple_tag(takes_context=True)
def public_nav(context: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the public navigation: label, url, and whether it is the page one is on."""
    return _marked(context, nav.PUBLIC.for_everybody())


@register.simple_tag(takes_context=True)
def console_nav(context: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the console's navigation: what the signed-in person may open."""
    member = console_member(context)
    return _marked(context, nav.CONSOLE.for_member(member)) if member else []


@register.simple_tag(takes_context=True)
def console_member(context: dict[str, Any]) -> Any:
    """Return the signed-in person's membership, or None."""
    user = getattr(context.get("request"), "user", None)
    return getattr(user, "member", None)


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], permission: str) -> bool:
    """Return whether the signed-in person may do that: `{% may "front.read_trail" as reads %}`."""
    member = console_member(context)
    return member is not None and rules.may(member, permission)


@register.simple_tag(takes_context=True)
def vault_minutes(context: dict[str, Any]) -> int | None:
    """Return the minutes, rounded up, for which the person's own key stays open in this session, or None."""
    until = unlocked_until(context["request"]) if console_member(context) else None
    return None if until is None else -(-int((until - timezone.now()).total_seconds()) // 60)


def _marked(context: dict[str, Any], entries: Iterable[nav.Entry]) -> list[dict[str, Any]]:
    path = getattr(context.get("request"), "path", "")
    return [{"label": entry.label, "url": entry.url(), "here": path.startswith(entry.url())} for entry in entries]


@register.simple_tag(takes_context=True)
def languages(context: dict[str, Any]) -> list[dict[str, Any]]:
    """Return this page in every language: code, the language's own name, url, and whether it is the one shown.

    What was asked comes along on private pages alone, which no cache keeps; from a page that says that something failed
    one comes to the first page.
    """
    request: HttpRequest | None = context.get("request")
    path = "/"
    if request and not context.get("failed"):
        path = request.get_full_path() if PRIVATE.match(request.path_info) else request.path
    return [
        {
            "code": code,
            "name": get_language_info(code)["name_local"].capitalize(),
            "url": translate_url(path, code),
            "here": code == get_language(),
        }
        for code, _name in settings.LANGUAGES
    ]


@register.filter
def money(value: Money | None) -> str:
    """Write an amount as people of the page's language do: `€25.00`, `25,00 €`. None is a dash."""
    return "–" if value is None else value.formatted(get_language() or "en")


@register.simple_tag
def badge(text: Any, tone: str = "plain") -> SafeString:
    """A status in a word: plain, good, warn, bad, info."""
    return format_html('<span class="badge {}">{}</span>', _tone(tone), text)


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: Any = "") -> SafeString:
    """A boxed message: `{% notice "warn" title="…" %}…{% endnotice %}`."""
    heading = format_html('<p class="notice-title">{}</p>', title) if title else ""
    role = mark_safe(' role="alert"') if tone == "bad" else ""
    return format_html('<div class="notice {}"{}>{}{}</div>', _tone(tone), role, heading, content)


@register.simple_block_tag
def empty(content: str, title: Any) -> SafeString:
    """What stands where a list would: a title, and what to do next."""
    return format_html('<div class="empty"><p class="empty-title">{}</p>{}</div>', title, content)


@register.inclusion_tag("shell/parts/steps.html")
def steps(labels: Sequence[Any], now: int) -> dict[str, Any]:
    """Where one is in a form of several pages; `now` counts from 1."""
    marks = ["done" if i < now else "now" if i == now else "todo" for i in range(1, len(labels) + 1)]
    return {"steps": list(zip(labels, marks, strict=True)), "now": now, "total": len(labels)}


@register.inclusion_tag("shell/parts/pager.html", takes_context=True)
def pager(context: dict[str, Any], page: Page[Any]) -> dict[str, Any]:
    """Links to the page before and after, keeping the other parameters of the address. One page draws nothing."""
    query = context["request"].GET.copy()

    def at(number: int) -> str:
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "previous": at(page.previous_page_number()) if page.has_previous() else "",
        "next": at(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("shell/parts/stat.html")
def stat(label: Any, value: Any, note: Any = "") -> dict[str, Any]:
    """One figure; put several into `<dl class="stats">`."""
    return {"label": label, "value": value, "note": note}


@register.inclusion_tag("shell/parts/goal.html")
def goal(raised: Money, target: Money | None = None) -> dict[str, Any]:
    """How far a fund is: what came in, and a bar when there is a goal in the same currency."""
    reached = None
    if target is not None and target.minor > 0 and target.currency == raised.currency:
        reached = min(100, max(0, raised.minor * 100 // target.minor))
    return {"raised": raised, "target": target, "reached": reached}


@register.simple_tag
def bars(title: Any, rows: Sequence[tuple[Any, Money | int]]) -> SafeString:
    """Horizontal bars with their table below: rows of (label, Money or whole number)."""
    language = get_language() or "en"
    drawn = [
        plots.Bar(str(label), value.minor / 10 ** exponent(value.currency), value.formatted(language))
        if isinstance(value, Money)
        else plots.Bar(str(label), value, str(value))
        for label, value in rows
    ]
    return plots.bars(title=str(title), rows=drawn)
