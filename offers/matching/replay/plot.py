"""The comparison as a picture: one SVG file that needs nothing else, its figures written into it."""

from collections.abc import Iterator, Sequence
from html import escape

from offers.matching.replay.measures import Measured, Share

WIDTH, ROW, TOP, LEFT = 980, 46, 104, 178
SHARES = (LEFT, 330)  # where a panel begins, and how wide it is
WAITS = (LEFT + 390, 250)
WORDS = (LEFT + 668, 90)
WEEKS_TOP, WEEKS_HIGH = 70, 200
INK, SOFT, LINE, PAPER = "#1c2733", "#5b6875", "#d5dbe1", "#ffffff"
COLOURS = ("#6b7280", "#0b5cad", "#5aa0e0", "#0f8a7e", "#7a3fa0", "#b4540a", "#e0a060")
URGENT = {"emergency": "#b3261e", "urgent": "#c7720c", "soon": "#2f7d4f", "planned": "#7a8794"}


def drawn(measures: Sequence[Measured], *, title: str) -> str:
    """Return the picture: what was placed and how long it waited, policy by policy; who was looked for, by week."""
    below = TOP + ROW * len(measures)
    high = below + WEEKS_TOP + WEEKS_HIGH + 56
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}" role="img" aria-labelledby="t" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}">',
        f'<title id="t">{escape(title)}</title><rect width="{WIDTH}" height="{high}" fill="{PAPER}"/>',
        _text(24, 34, title, size=18, bold=True),
        *_heads(measures),
        *(
            part
            for row, one in enumerate(measures)
            for part in _row(one, TOP + row * ROW, measures, COLOURS[row % len(COLOURS)])
        ),
        *_weeks(measures, below + WEEKS_TOP),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _heads(measures: Sequence[Measured]) -> Iterator[str]:
    yield _text(SHARES[0], 66, "placed, all and by urgency", soft=True)
    for x, (word, colour) in zip((182, 272, 342, 400), URGENT.items(), strict=True):
        yield f'<circle cx="{x}" cy="82" r="4" fill="{colour}"/>' + _text(x + 9, 86, word, soft=True, size=12)
    yield _text(WAITS[0], 66, "days waited by those placed", soft=True)
    yield _text(WAITS[0], 86, "median to 90th percentile", soft=True, size=12)
    yield _text(WORDS[0], 66, "score", soft=True)
    yield _text(WORDS[0] + 60, 66, "moves", soft=True)


def _row(one: Measured, y: int, measures: Sequence[Measured], colour: str) -> Iterator[str]:
    middle = y + ROW // 2
    yield f'<line x1="24" y1="{y}" x2="{WIDTH - 24}" y2="{y}" stroke="{LINE}"/>'
    yield f'<rect x="24" y="{middle - 6}" width="12" height="12" rx="3" fill="{colour}"/>'
    yield _text(44, middle + 5, one.policy)
    start, wide = SHARES
    yield f'<rect x="{start}" y="{middle - 3}" width="{wide}" height="6" rx="3" fill="{LINE}"/>'
    share = _share(one.all)
    if share is not None:
        yield f'<rect x="{start}" y="{middle - 3}" width="{wide * share:.1f}" height="6" rx="3" fill="{colour}"/>'
        yield _text(start + wide + 12, middle + 5, f"{share:.0%}", bold=True)
    for word, tint in URGENT.items():
        part = _share(one.by_urgency[word])
        if part is not None:
            x = f"{start + wide * part:.1f}"
            yield f'<circle cx="{x}" cy="{middle}" r="5" fill="{tint}" stroke="{PAPER}" stroke-width="1.5"/>'
    yield from _waited(one, middle, max((each.waited_p90 or 0 for each in measures), default=0) or 1, colour)
    yield _text(WORDS[0], middle + 5, _figure(one.quality))
    yield _text(WORDS[0] + 60, middle + 5, _figure(one.moves))


def _waited(one: Measured, middle: int, longest: float, colour: str) -> Iterator[str]:
    if one.waited_median is None or one.waited_p90 is None:
        yield _text(WAITS[0], middle + 5, "too few to tell", soft=True)
        return
    first, last = (WAITS[0] + 4 + (WAITS[1] - 60) * days / longest for days in (one.waited_median, one.waited_p90))
    yield f'<line x1="{first:.1f}" y1="{middle}" x2="{last:.1f}" y2="{middle}" stroke="{colour}" stroke-width="4"/>'
    yield f'<circle cx="{first:.1f}" cy="{middle}" r="5" fill="{colour}"/>'
    yield f'<rect x="{last - 1.5:.1f}" y="{middle - 7}" width="3" height="14" fill="{colour}"/>'
    yield _text(round(last) + 9, middle + 5, f"{one.waited_median:g} – {one.waited_p90:g}")


def _weeks(measures: Sequence[Measured], top: int) -> Iterator[str]:
    """Draw a line for each policy: how many were still looked for at the end of each week."""
    most = max((number or 0 for one in measures for number in one.waiting), default=0) or 1
    weeks = max((len(one.waiting) for one in measures), default=0)
    left, wide, floor = 68, WIDTH - 68 - 24, top + WEEKS_HIGH
    yield _text(24, top - 18, "still looked for at the end of each week", soft=True)
    for part in (0, 0.5, 1):
        y = floor - WEEKS_HIGH * part
        yield f'<line x1="{left}" y1="{y:g}" x2="{left + wide}" y2="{y:g}" stroke="{LINE}"/>'
        yield _text(left - 8, round(y) + 4, f"{most * part:,.0f}", soft=True, size=12, end=True)
    for week in range(0, weeks + 1, 13):
        x = left + wide * week / max(weeks, 1)
        yield _text(round(x), floor + 20, f"week {week}" if week else "start", soft=True, size=12, end=week == weeks)
    for row, one in enumerate(measures):
        points = " ".join(
            f"{left + wide * (week + 1) / weeks:.1f},{floor - WEEKS_HIGH * (number or 0) / most:.1f}"
            for week, number in enumerate(one.waiting)
        )
        yield f'<polyline points="{points}" fill="none" stroke="{COLOURS[row % len(COLOURS)]}" stroke-width="2"/>'


def _share(one: Share) -> float | None:
    return None if one.placed is None or not one.needs else one.placed / one.needs


def _figure(number: float | None) -> str:
    return "–" if number is None else f"{number:,.0f}"


def _text(
    x: int, y: int, words: str, *, size: int = 13, soft: bool = False, bold: bool = False, end: bool = False
) -> str:
    marks = f' fill="{SOFT}"' * soft + ' font-weight="600"' * bold + ' text-anchor="end"' * end
    return f'<text x="{x}" y="{y}" font-size="{size}"{marks}>{escape(words)}</text>'
