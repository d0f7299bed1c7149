"""A plan as a picture: what is needed and how soon on the left, the countries of the offers on the right."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Count
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from kernel import places
from kernel.shell.flows import Node, flow
from offers.kinds.vocabulary import Kind, Urgency
from offers.matching.runs.models import MatchingRun
from offers.pages.plan_words import URGENT

MOST_GROUPS, MOST_COUNTRIES = 12, 9  # what a phone still shows of a side
URGENCIES = Urgency.values  # the most urgent first: they are drawn by themselves before others are
REST, LEFT_OVER, FAR = "rest", "left over", "at a distance"


def picture(run: MatchingRun) -> SafeString:
    """Draw who goes where (one query). What is small is drawn together, so that hundreds of needs can be read."""
    counts: Counter[tuple[tuple[str, str], str]] = Counter()
    rows = run.assignments.order_by().values_list("need__urgency", "need__kind", "pledge__country", "pledge__remote")
    for urgency, kind, country, remote, count in rows.annotate(count=Count("id")):
        counts[(urgency, kind), FAR if remote else country] += count
    for group in (run.report or {}).get("groups", ()):
        if group["needs"] > group["placed"]:
            counts[(group["urgency"], group["kind"]), LEFT_OVER] += group["needs"] - group["placed"]
    named = _few(dict(_sums(counts, 0)), most=MOST_GROUPS, first=lambda group: URGENCIES.index(group[0]))
    ends = _few({end: n for end, n in _sums(counts, 1) if end not in (LEFT_OVER, FAR)}, most=MOST_COUNTRIES)
    bands: Counter[tuple[str, str]] = Counter()
    for (start, end), count in counts.items():
        group = start if start in named else (start[0], REST)
        bands[" ".join(group), end if end in (LEFT_OVER, FAR, *ends) else REST] += count
    shown = {group[0] for group in named}
    groups = [(word, kind) for word in Urgency.values for kind in (*Kind.values, REST)]
    return flow(
        title=gettext("Who goes where"),
        left=[
            Node(" ".join(one), _group_label(*one, alone=one[0] not in shown), URGENT[Urgency(one[0])])
            for one in groups
        ],
        right=[
            *(Node(code, places.country_name(code, get_language() or "en")) for code in ends),
            Node(REST, gettext("other countries")),
            Node(FAR, gettext("at a distance")),
            Node(LEFT_OVER, gettext("left over"), "plain"),
        ],
        bands=bands,
        columns=(gettext("Needs"), gettext("Where"), gettext("How many")),
    )


def _sums(counts: "Counter[tuple[tuple[str, str], str]]", side: int) -> Any:
    found: Counter[Any] = Counter()
    for ends, count in counts.items():
        found[ends[side]] += count
    return found.items()


def _few(sizes: Mapping[Any, int], *, most: int, first: Callable[[Any], int] = lambda _one: 0) -> list[Any]:
    """Return what is drawn by itself: all, or with room left for the rest those that come `first`, then the largest."""
    in_order = sorted(sizes, key=lambda one: (first(one), -sizes[one], one))
    return in_order if len(in_order) <= most else in_order[: most - 1]


def _group_label(urgency: str, kind: str, *, alone: bool) -> str:
    rest = gettext("all kinds") if alone else gettext("other help")
    what = rest if kind == REST else Kind(kind).label
    return f"{Urgency(urgency).label}: {what}"
