"""What is said to caches of a private answer is what Django says, whether it is composed or known."""

import pytest
from django.http import HttpResponse
from django.utils.cache import add_never_cache_headers

from kernel.shell.private import mark_private


def _headers(response: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in response.items() if name in ("Cache-Control", "Expires")}


@pytest.mark.parametrize("said", [{}, {"Cache-Control": "max-age=60"}, {"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}])
def test_it_is_what_django_says(said: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_790_000_000.0)
    ours, djangos = HttpResponse("x", headers=said), HttpResponse("x", headers=said)
    mark_private(ours)
    add_never_cache_headers(djangos)
    assert _headers(ours) == _headers(djangos)
    assert "no-store" in ours["Cache-Control"]


def test_who_has_said_so_already_is_left_alone() -> None:
    answer = HttpResponse("x", headers={"Cache-Control": "no-store"})
    mark_private(answer)
    assert _headers(answer) == {"Cache-Control": "no-store"}
