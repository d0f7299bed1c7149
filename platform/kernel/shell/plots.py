"""Plots: plain SVG with a title and the same figures as a table. No script, no style attribute."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext

WIDTH = 640
ROW = 52
BAR = 16


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its length is in proportion to `size` (0 or more, any unit), `shown` is what a person reads."""

    label: str
    size: float
    shown: str


def bars(*, title: str, rows: Sequence[Bar]) -> SafeString:
    """Draw horizontal bars, each under its label, and the same figures as a table that opens.

    Raises ValueError for a negative size. Without rows the figure says so.
    """
    if any(row.size < 0 for row in rows):
        raise ValueError("A bar cannot be shorter than nothing.")
    if not rows:
        return format_html(
            '<figure class="plot"><figcaption>{}</figcaption><p class="muted">{}</p></figure>',
            title,
            gettext("No figures yet."),
        )
    longest = max(row.size for row in rows) or 1
    drawn = format_html_join(
        "",
        '<text x="0" y="{}">{}</text><text class="value" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="track" x="0" y="{}" width="{}" height="{}" rx="4"/>'
        '<rect class="bar" x="0" y="{}" width="{}" height="{}" rx="4"/>',
        (
            (
                i * ROW + 16,
                row.label,
                WIDTH,
                i * ROW + 16,
                row.shown,
                i * ROW + 24,
                WIDTH,
                BAR,
                i * ROW + 24,
                f"{WIDTH * row.size / longest:.1f}",
                BAR,
            )
            for i, row in enumerate(rows)
        ),
    )
    table = format_html_join(
        "", '<tr><th scope="row">{}</th><td class="number">{}</td></tr>', ((r.label, r.shown) for r in rows)
    )
    anchor = slugify(title, allow_unicode=True) or "plot"
    return format_html(
        '<figure class="plot"><figcaption id="plot-{}">{}</figcaption>'
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="plot-{}">{}</svg>'
        '<details><summary>{}</summary><div class="table-wrap"><table><tbody>{}</tbody></table></div></details>'
        "</figure>",
        anchor,
        title,
        WIDTH,
        len(rows) * ROW,
        anchor,
        drawn,
        gettext("The same figures as a table"),
        table,
    )
