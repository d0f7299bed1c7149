"""Two addresses are the same page only if a browser would open the same page."""

import pytest

from donations.campaigns.addresses import PageAddress, read_address

OURS = read_address("https://concert.example/give")


@pytest.mark.parametrize(
    "text",
    [
        "https://concert.example/give",
        "concert.example/give/",
        "HTTPS://WWW.Concert.Example./give?utm=1#top",
        "https://concert.example/give/thanks",
        "https://ｃｏｎｃｅｒｔ．example/give",  # browsers fold full-width letters
    ],
)
def test_it_knows_the_page_in_every_spelling_of_it(text):
    assert OURS.covers(read_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "https://concert.example/",
        "https://concert.example/give-more",
        "https://concert.example/Give",
        "https://concert.example.evil.example/give",
        "https://evil.example/concert.example/give",
        "https://concért.example/give",
        "https://соncert.example/give",  # two Cyrillic letters
        "https://conceſſt.example/give",
        "https://concert.example∕give.evil.example/",
        "https://pay.concert.example/give",
        "https://concert-example.example/give",
    ],
)
def test_it_takes_nothing_else_for_it(text):
    assert not OURS.covers(read_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "http://concert.example/give",
        "javascript://concert.example/give",
        "https://concert.example@evil.example/give",
        "https://concert.example:8443/give",
        "https://concert.example\\@evil.example/give",
        "https://concert.example/other/../give",
        "https://concert.example/give/..",
        "https://concert.example//give/x",
        "https://concert.example/%67ive",
        "https://con\u200bcert.example/give",
        "https://concert.example/give now",
        "https://127.0.0.1/give",
        "https://[::1]/give",
        "https://localhost/",
        "concert",
        "",
    ],
)
def test_it_reads_no_address_that_can_be_read_in_two_ways(text):
    with pytest.raises(ValueError, match=r"\w"):
        read_address(text)


def test_it_keeps_letters_apart_that_an_older_rule_took_for_the_same():
    assert read_address("https://straße.example").host != read_address("https://strasse.example").host


def test_it_shows_what_an_international_name_stands_for():
    page = read_address("https://концерт.example")
    assert (page.host.startswith("xn--"), page.readable_host) == (True, "концерт.example")
    assert PageAddress("xn--broken-\x7f.example").readable_host
