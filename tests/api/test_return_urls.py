"""Return addresses: within the list, and read the same by everyone."""

import pytest

from api.v1.return_urls import is_allowed

LIST = ["https://partner.example/thanks/", "http://127.0.0.1:8000/thanks/"]


@pytest.mark.parametrize(
    "url",
    [
        "https://partner.example/thanks/",
        "https://partner.example/thanks/you?from=a",
        "https://PARTNER.example/thanks/",
        "http://127.0.0.1:8000/thanks/",
    ],
)
def test_it_allows_what_lies_within_a_prefix(url: str) -> None:
    assert is_allowed(url, LIST)


@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example/thanks/",
        "https://partner.example/other/",
        "https://partner.example/thanks",
        "https://partner.example/thanksgiving/",
        "https://partner.example/thanks/../admin/",
        "https://partner.example/thanks/%2e%2e/admin/",
        "https://partner.example/thanks/..%2fadmin/",
        "https://partner.example/thanks/%5c..%5cadmin",
        "https://partner.example:8443/thanks/",
        "https://partner.example:bad/thanks/",
        "https://partner.example.evil.example/thanks/",
        "https://partner.example@evil.example/thanks/",
        "https://evil.example/thanks/?https://partner.example/thanks/",
        "https://evil.example\\@partner.example/thanks/",
        "https:///thanks/",
        "https://[::1/thanks/",
        "//partner.example/thanks/",
        "javascript:alert(1)",
        "https://partner.example/thanks/\r\nSet-Cookie: a=b",
        "https://pаrtner.example/thanks/",
    ],
)
def test_it_allows_nothing_else(url: str) -> None:
    assert not is_allowed(url, LIST)
