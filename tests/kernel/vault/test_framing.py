"""Frames: no two lists of parts give the same bytes, and nothing else is a frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.vault.framing import frame, unframe

PARTS = st.lists(st.binary(max_size=40), max_size=5)


@given(PARTS)
def test_it_comes_back_as_it_went(parts: list[bytes]) -> None:
    assert unframe(frame(*parts)) == parts


@given(PARTS, PARTS)
def test_different_parts_give_different_bytes(one: list[bytes], two: list[bytes]) -> None:
    assert (frame(*one) == frame(*two)) == (one == two)


@given(st.binary(max_size=40))
def test_other_bytes_are_refused_or_mean_themselves(raw: bytes) -> None:
    try:
        parts = unframe(raw)
    except ValueError:
        return
    assert frame(*parts) == raw


@pytest.mark.parametrize("raw", [b"\0", b"\0\0\0\1", b"\0\0\0\2a", b"\xff\xff\xff\xffabc"])
def test_a_cut_frame_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="frame ends"):
        unframe(raw)
