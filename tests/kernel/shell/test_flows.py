"""Flows: every band begins and ends within its nodes, the table says the same, nothing is drawn of nothing."""

import re

import pytest

from kernel.shell.flows import Node, flow

LEFT = [Node("a", "urgent <rooms>", "bad"), Node("b", "soon")]
RIGHT = [Node("x", "Lithuania"), Node("y", "left over", "plain")]
COLUMNS = ("Needs", "Where", "How many")


def drawn(bands: dict[tuple[str, str], int]) -> str:
    return str(flow(title="Who goes where", left=LEFT, right=RIGHT, bands=bands, columns=COLUMNS))


def test_it_draws_a_band_for_each_and_says_the_same_in_a_table() -> None:
    shown = drawn({("a", "x"): 3, ("a", "y"): 1, ("b", "x"): 1})
    assert shown.count("<path") == 3
    assert re.findall(r'<td class="number">(\d+)</td>', shown) == ["3", "1", "1"]
    assert re.findall(r'<tspan class="value">(\d+)</tspan>', shown) == ["4", "1", "4", "1"]
    assert "urgent &lt;rooms&gt;" in shown
    assert "style=" not in shown


def test_bands_fill_their_nodes_and_do_not_overlap() -> None:
    shown = drawn({("a", "x"): 3, ("a", "y"): 1, ("b", "x"): 1})
    height = float(re.findall(r'viewBox="0 0 640 (\d+)"', shown)[0])
    edges = [tuple(map(float, re.findall(r"[MV](?:8 )?([\d.]+)", path))) for path in re.findall(r' d="([^"]+)"', shown)]
    assert all(0 <= edge <= height for pair in edges for edge in pair)
    starts = [float(re.findall(r"M8 ([\d.]+)", path)[0]) for path in re.findall(r' d="([^"]+)"', shown)]
    assert starts == sorted(starts)
    assert len(set(starts)) == 3


def test_what_nobody_goes_to_is_left_out() -> None:
    assert "left over" not in drawn({("a", "x"): 1})
    assert "No figures yet." in drawn({})


def test_it_refuses_what_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="as wide as"):
        drawn({("a", "x"): 0})
