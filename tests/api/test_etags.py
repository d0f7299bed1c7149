"""ETags: the same bytes, the same tag; other bytes, another."""

import pytest

from api.resources import matches
from tests.factories.donations import make_fund
from tests.guard import StrictApiClient

pytestmark = pytest.mark.django_db


def test_it_tags_a_resource_strongly_and_answers_304_to_who_has_it() -> None:
    fund = make_fund()
    client, path = StrictApiClient(), f"/api/v1/funds/{fund.pk}"
    tag = client.get(path)["ETag"]
    assert tag.startswith('"')
    for header in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        unchanged = client.get(path, headers={"If-None-Match": header})
        assert (unchanged.status_code, unchanged["ETag"], unchanged.content) == (304, tag, b"")
    fund.name = "Another name"
    fund.save()
    changed = client.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_it_answers_head_with_the_tag() -> None:
    fund = make_fund()
    client, path = StrictApiClient(), f"/api/v1/funds/{fund.pk}"
    assert client.head(path)["ETag"] == client.get(path)["ETag"]


@pytest.mark.parametrize(
    ("header", "weak", "found"),
    [
        ('"a"', False, True),
        ('"b", "a"', False, True),
        ('W/"a"', False, False),
        ('W/"a"', True, True),
        ("*", False, True),
        ("a", False, False),
        ("", False, False),
        ('"aa"', False, False),
    ],
)
def test_it_compares_as_rfc_9110_says(header: str, weak: bool, found: bool) -> None:
    assert matches(header, '"a"', weak=weak) is found
