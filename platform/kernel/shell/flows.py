"""Flows: how much of each thing on the left goes to which on the right, as plain SVG. No script, no style attribute.

A node is as high as it is large, and never lower than its label. The same figures stand below as a table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext

WIDTH = 640
LOWEST = 30  # a label stands in the node
GAP = 6
SPREAD = 300  # shared out among the nodes of a side by their size
BAR = 8
BEND = 240  # how far from its ends a band begins to bend

Tones = frozenset({"bad", "warn", "good", "info", "plain"})


@dataclass(frozen=True, slots=True)
class Node:
    """One end of bands. `key` is what bands name; `tone` colours it and the bands that leave it."""

    key: str
    label: str
    tone: str = "good"


@dataclass(frozen=True, slots=True)
class _Placed:
    top: float
    height: float


def flow(
    *,
    title: str,
    left: Sequence[Node],
    right: Sequence[Node],
    bands: Mapping[tuple[str, str], int],
    columns: tuple[str, str, str],
) -> SafeString:
    """Draw bands from the nodes on the left to those on the right, and a table with `columns` as its heads.

    `bands` gives the size (1 or more) by the keys of both ends; a pair that is not named has none. Nodes without any
    band are left out. Raises ValueError for a size below 1 and for a tone that is none.
    """
    if any(size < 1 for size in bands.values()) or any(node.tone not in Tones for node in (*left, *right)):
        raise ValueError("A band is as wide as something that goes along it, and a node has a tone.")
    starts = [node for node in left if any(start == node.key for start, _end in bands)]
    ends = [node for node in right if any(end == node.key for _start, end in bands)]
    if not bands:
        empty = '<figure class="plot"><figcaption>{}</figcaption><p class="muted">{}</p></figure>'
        return format_html(empty, title, gettext("No figures yet."))
    sizes = {("left", node.key): sum(n for (start, _e), n in bands.items() if start == node.key) for node in starts}
    sizes |= {("right", node.key): sum(n for (_s, end), n in bands.items() if end == node.key) for node in ends}
    places = _stacked("left", starts, sizes) | _stacked("right", ends, sizes)
    height = max(place.top + place.height for place in places.values())
    anchor = slugify(title, allow_unicode=True) or "flow"
    return format_html(
        '<figure class="plot flow"><figcaption id="flow-{}">{}</figcaption>'
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="flow-{}">{}{}{}</svg>'
        '<details><summary>{}</summary><div class="table-wrap"><table><thead><tr><th scope="col">{}</th>'
        '<th scope="col">{}</th><th scope="col" class="number">{}</th></tr></thead><tbody>{}</tbody></table></div>'
        "</details></figure>",
        anchor,
        title,
        WIDTH,
        round(height),
        anchor,
        _bands(starts, ends, bands, sizes, places),
        _nodes("left", starts, sizes, places),
        _nodes("right", ends, sizes, places),
        gettext("The same figures as a table"),
        *columns,
        _table(starts, ends, bands),
    )


def _stacked(side: str, nodes: Sequence[Node], sizes: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], _Placed]:
    total = sum(sizes[side, node.key] for node in nodes)
    found, top = {}, 0.0
    for node in nodes:
        height = LOWEST + SPREAD * sizes[side, node.key] / total
        found[side, node.key] = _Placed(top, height)
        top += height + GAP
    return found


def _bands(
    starts: Sequence[Node],
    ends: Sequence[Node],
    bands: Mapping[tuple[str, str], int],
    sizes: Mapping[tuple[str, str], int],
    places: Mapping[tuple[str, str], _Placed],
) -> SafeString:
    used = dict.fromkeys(places, 0.0)
    drawn = []
    for start in starts:
        for end in ends:
            size = bands.get((start.key, end.key))
            if not size:
                continue
            edges = []
            for one in (("left", start.key), ("right", end.key)):
                share = places[one].height * size / sizes[one]
                edges += [places[one].top + used[one], places[one].top + used[one] + share]
                used[one] += share
            drawn.append((start.tone, _shape(*edges)))
    return format_html_join("", '<path class="band {}" d="{}"/>', drawn)


def _shape(a: float, b: float, c: float, d: float) -> str:
    """Return the outline of a band from the heights a–b on the left to c–d on the right."""
    first, last = BAR, WIDTH - BAR
    there = f"M{first} {a:.1f}C{first + BEND} {a:.1f} {last - BEND} {c:.1f} {last} {c:.1f}"
    back = f"V{d:.1f}C{last - BEND} {d:.1f} {first + BEND} {b:.1f} {first} {b:.1f}Z"
    return there + back


def _nodes(
    side: str,
    nodes: Sequence[Node],
    sizes: Mapping[tuple[str, str], int],
    places: Mapping[tuple[str, str], _Placed],
) -> SafeString:
    bar, text, end = (0, BAR + 8, "start") if side == "left" else (WIDTH - BAR, WIDTH - BAR - 8, "end")
    return format_html_join(
        "",
        '<rect class="end {}" x="{}" y="{}" width="{}" height="{}" rx="3"/>'
        '<text x="{}" y="{}" text-anchor="{}">{} <tspan class="value">{}</tspan></text>',
        (
            (
                node.tone,
                bar,
                _tenths(places[side, node.key].top),
                BAR,
                _tenths(places[side, node.key].height),
                text,
                _tenths(places[side, node.key].top + places[side, node.key].height / 2 + 5),
                end,
                node.label,
                sizes[side, node.key],
            )
            for node in nodes
        ),
    )


def _tenths(length: float) -> str:
    return f"{length:.1f}"


def _table(starts: Sequence[Node], ends: Sequence[Node], bands: Mapping[tuple[str, str], int]) -> SafeString:
    rows = [
        (start.label, end.label, bands[start.key, end.key])
        for start in starts
        for end in ends
        if (start.key, end.key) in bands
    ]
    return format_html_join("", '<tr><th scope="row">{}</th><td>{}</td><td class="number">{}</td></tr>', rows)
