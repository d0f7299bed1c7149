"""Columns over time: one or two series side by side, as plain SVG, and the same figures as a table.

The first series is filled, the second hatched, so that paper and every eye tell them apart. No script, no inline style.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext

HIGH = 220
TOP, BELOW = 34, 26  # room for the highest mark above, for the names of the columns below
LINES = 3  # marks above the ground, about
SHARE = 0.68  # how much of its place a group of columns fills
STEPS = (1, 2, 2.5, 5, 10)
LOOKS = ("bar", "hatched")


@dataclass(frozen=True, slots=True)
class Column:
    """One place on the ground. `short` stands below it, `label` in the table; a size and its words for each series."""

    label: str
    short: str
    sizes: tuple[float, ...]
    shown: tuple[str, ...]


def columns(
    *,
    title: str,
    summary: str,
    series: Sequence[str],
    rows: Sequence[Column],
    mark: Callable[[float], str],
    when: str,
    width: int = 640,
) -> SafeString:
    """Draw `rows` from left to right, at least one. `summary` says in a sentence what one sees, `mark` writes a height.

    `when` heads the first column of the table. Sizes below zero hang from the ground. Raises ValueError for more than
    two series, or a row that has not one size for each.
    """
    if len(series) > len(LOOKS) or any(len(row.sizes) != len(series) or len(row.shown) != len(series) for row in rows):
        raise ValueError("There is one size for each series, and there are two of these at most.")
    anchor = slugify(title, allow_unicode=True) or "columns"
    low, high, step = _scale([size for row in rows for size in row.sizes])
    per_unit = HIGH / (high - low)
    ground = TOP + high * per_unit
    return format_html(
        '<figure class="plot columns"><figcaption id="plot-{0}">{1}</figcaption>{2}'
        '<svg viewBox="0 0 {3} {4}" role="img" aria-labelledby="plot-{0}" aria-describedby="about-{0}">'
        '<desc id="about-{0}">{5}</desc><defs><pattern id="hatch-{0}" width="6" height="6" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ground" width="6" height="6"/>'
        '<rect class="line" width="3" height="6"/></pattern></defs>{7}{6}{8}</svg>'
        '<details><summary>{9}</summary><div class="table-wrap"><table><thead><tr><th scope="col">{10}</th>{11}</tr>'
        "</thead><tbody>{12}</tbody></table></div></details></figure>",
        anchor,
        title,
        _key(series) if len(series) > 1 else "",
        width,
        round(TOP + HIGH + BELOW),
        summary,
        format_html_join("", *_marks(low, high, step, width, lambda size: ground - size * per_unit, mark)),
        format_html_join(
            "",
            '<rect class="{}"{} x="{}" y="{}" width="{}" height="{}" rx="2"/>',
            _drawn(rows, width, ground, per_unit, format_html(' fill="url(#hatch-{})"', anchor)),
        ),
        format_html_join("", '<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>', _names(rows, width)),
        gettext("The same figures as a table"),
        when,
        format_html_join("", '<th scope="col" class="number">{}</th>', ((name,) for name in series)),
        format_html_join(
            "",
            '<tr><th scope="row">{}</th>{}</tr>',
            (
                (row.label, format_html_join("", '<td class="number">{}</td>', ((word,) for word in row.shown)))
                for row in rows
            ),
        ),
    )


def _key(series: Sequence[str]) -> SafeString:
    """What each look stands for; the hatch of the key is drawn with lines, so that it needs no other plot."""
    lines = format_html_join(
        "", '<path class="line" d="M{} 14L{} 0" stroke-width="3"/>', ((x, x + 14) for x in range(-10, 14, 7))
    )
    return format_html(
        '<ul class="key">{}</ul>',
        format_html_join(
            "",
            '<li><svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">'
            '<rect class="{}" width="14" height="14" rx="2"/>{}</svg> {}</li>',
            zip(LOOKS, ("", lines), series, strict=True),
        ),
    )


def _scale(sizes: Sequence[float]) -> tuple[float, float, float]:
    """Return where the heights begin and end, and a round step between the marks."""
    low, high = min(0, *sizes, 0), max(0, *sizes, 0)
    rough = ((high - low) or 1) / LINES
    tens = 10 ** math.floor(math.log10(rough))
    step = next(tens * part for part in STEPS if tens * part >= rough)
    return math.floor(low / step) * step, max(high, step), step


def _marks(
    low: float, high: float, step: float, width: int, at: Callable[[float], float], mark: Callable[[float], str]
) -> tuple[str, Iterator[tuple[str, str, int, str, str, str]]]:
    shape = '<line class="{}" x1="0" y1="{}" x2="{}" y2="{}"/><text class="mark" x="0" y="{}">{}</text>'

    def each() -> Iterator[tuple[str, str, int, str, str, str]]:
        for number in count(round(low / step)):
            size = number * step
            if size > high:
                return
            y = f"{at(size):.1f}"
            yield ("axis" if not number else "rule"), y, width, y, f"{at(size) - 6:.1f}", mark(size) if number else ""

    return shape, each()


def _drawn(
    rows: Sequence[Column], width: int, ground: float, per_unit: float, hatch: SafeString
) -> Iterator[tuple[str, str, str, str, str, str]]:
    place = width / max(len(rows), 4)
    for index, row in enumerate(rows):
        thick = place * SHARE / len(row.sizes)
        start = index * place + place * (1 - SHARE) / 2
        for number, size in enumerate(row.sizes):
            if size:
                height = abs(size) * per_unit
                top = ground - height if size > 0 else ground
                where = (f"{start + number * thick:.1f}", f"{top:.1f}", f"{thick - 2:.1f}", f"{max(height, 1):.1f}")
                yield LOOKS[number], hatch if number else SafeString(""), *where


def _names(rows: Sequence[Column], width: int) -> Iterator[tuple[str, str, int, str]]:
    """Every third name is marked: where there is little room, the others are not shown."""
    place = width / max(len(rows), 4)
    for index, row in enumerate(rows):
        yield ("name" if index % 3 == 0 else "name between"), f"{(index + 0.5) * place:.1f}", TOP + HIGH + 20, row.short
