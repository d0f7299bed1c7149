"""The public page: it says what is known of what was typed, never more, and never that a look-alike is genuine."""

import xml.etree.ElementTree as ElementTree
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from donations.campaigns.badge import plain_snippet, snippet
from donations.campaigns.deeds import end_campaign, withdraw_campaign
from donations.campaigns.statements import state
from donations.models import Campaign
from tests.factories.campaigns import make_campaign
from tests.factories.organisations import make_partner
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db
PAGE = "https://concert.example/give"
UNKNOWN, ALIKE, NAMED = "We do not know it<", "looks like one we know", "names are easily copied"


@pytest.fixture
def campaign():
    return make_campaign(
        address=PAGE, title="Spring concert", title_ru="Весенний концерт", partner=make_partner("Choir of the North")
    )


def asked(client, text, prefix=""):
    answer = client.post(f"{prefix}/verify/", {"asked": text})
    assert answer.status_code == 200
    return answer.content.decode().partition("<form")[0]


def test_it_is_genuine_by_code_by_address_by_statement_and_by_our_own_page(client, campaign):
    ours = f"http://testserver/ru/verify/{campaign.pk}/"
    for text in (campaign.pk, f" {campaign.pk.upper()} ", PAGE, "concert.example/give?x=1", state(campaign), ours):
        said = asked(client, text)
        assert "Genuine" in said, text
        assert all(word in said for word in (PAGE, "Choir of the North", campaign.fund.name)), text
    assert "Настоящий" in asked(client, PAGE, "/ru")


def test_a_name_is_never_enough(client, campaign):
    for text in ("Spring concert", "choir of the NORTH", "весенний концерт"):
        said = asked(client, text)
        assert NAMED in said
        assert "Genuine" not in said
        assert PAGE in said
    assert UNKNOWN in asked(client, "Sрring concert")  # a Cyrillic р
    assert UNKNOWN in asked(client, "con")


@pytest.mark.parametrize(
    "text",
    [
        "https://concert.example/",
        "https://concert.example/give-more",
        "http://concert.example/give",
        "https://concert.example@evil.example/give",
        "https://concert.example.evil.example/give",
        "https://evil.example/?u=https://concert.example/give",
        "https://соnсеrt.example/give",
        "https://xn--concrt-dva.example/give",
        "https://c0ncert.example/give",
        "https://concert.examp1e/give",
        "https://concert.example:444/give",
        "https://concert.example/give/../other",
        "//concert.example/give",
        "javascript:alert(1)//concert.example/give",
        "ca_" + "a" * 26,
        "http://evil.example/verify/{code}/",
        "http://testserver@evil.example/verify/{code}/",
        "{code}.evil.example",
        "A" * 60 + "." + "A" * 86,
        "<script>alert(1)</script>",
        "\x00",
        "…",
    ],
)
def test_nothing_that_only_looks_like_it_is_genuine(client, campaign, text):
    answer = client.post("/verify/", {"asked": text.format(code=campaign.pk) if "{code}" in text else text})
    said = answer.content.decode().partition("<form")[0]
    assert "Genuine" not in said
    assert "<script>alert" not in answer.content.decode()
    if answer.status_code == 200:
        assert UNKNOWN in said or ALIKE in said
    assert answer.status_code in (200, 422)


def test_who_was_led_to_a_look_alike_is_shown_the_page_that_is_genuine(client, campaign):
    for text in ("https://concert-example.org/give", "c0ncert.example/give", "https://конcert.example", f"{PAGE}-more"):
        said = asked(client, text)
        assert ALIKE in said, text
        assert PAGE in said, text
    assert UNKNOWN in asked(client, "https://elsewhere.invalid/")


def test_it_says_since_when_one_is_over_or_was_withdrawn(client, campaign):
    over = make_campaign(address="https://over.example/")
    end_campaign(over, by="user:1", at=timezone.now())
    withdraw_campaign(campaign, by="user:1", at=timezone.now())
    for text, word in (
        (PAGE, "It was withdrawn on"),
        (over.pk, "It is over since"),
        ("over.example", "It is over since"),
    ):
        said = asked(client, text)
        assert word in said
        assert "Genuine" not in said
    soon = make_campaign(begins_on=timezone.now().date() + timedelta(days=2))
    assert "not begun yet" in asked(client, soon.pk)
    assert "It was withdrawn on" in client.get(f"/verify/{campaign.pk}/").content.decode()


def test_a_draft_and_a_guess_are_answered_alike(client):
    draft = make_campaign(signed=False, address=PAGE, title="Spring concert")
    dropped = withdraw_campaign(make_campaign(signed=False), by="user:1", at=timezone.now())
    nobody = "ca_" + "b" * 26
    for tail in ("", "badge.svg"):
        answers = {code: client.get(f"/verify/{code}/{tail}") for code in (draft.pk, dropped.pk, nobody)}
        assert {answer.status_code for answer in answers.values()} == {404}
        told = {answer.content.decode().replace(code, nobody) for code, answer in answers.items()}
        assert len(told) == 1
    for text in (draft.pk, PAGE, "Spring concert", draft.partner.name):
        assert UNKNOWN in asked(client, text)
    assert draft.title not in client.get("/verify/").content.decode()


def test_the_list_holds_those_who_may_collect_today(client, campaign):
    words = {one: make_campaign(title=f"Concert {one}") for one in ("ended", "withdrawn")}
    end_campaign(words["ended"], by="user:1", at=timezone.now())
    withdraw_campaign(words["withdrawn"], by="user:1", at=timezone.now())
    make_campaign(title="Concert later", begins_on=timezone.now().date() + timedelta(days=2))
    page = client.get("/verify/").content.decode()
    assert "Spring concert" in page
    assert not any(f"Concert {one}" in page for one in ("ended", "withdrawn", "later"))
    # an address of theirs is text: nothing of ours leads there
    assert f'href="{PAGE}' not in page


def test_the_badge_may_stand_on_another_site_and_learns_nothing(campaign):
    answer = StrictClient().get(f"/verify/{campaign.pk}/badge.svg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert StrictClient().get(f"/verify/{campaign.pk}/")["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_badge_turns_with_the_campaign(client, campaign):
    path = f"/verify/{campaign.pk}/badge.svg"
    assert "Authorised fundraiser" in client.get(path).content.decode()
    assert "Подтверждённый сбор" in client.get(f"/ru{path}").content.decode()
    withdraw_campaign(campaign, by="user:1", at=timezone.now())
    answer = client.get(path)
    assert "Not valid" in answer.content.decode()
    assert "concert.example" not in answer.content.decode()


def test_the_badge_holds_nothing_that_somebody_typed_but_the_host():
    """What got past the form, straight into the row, finds no place in the picture, and breaks nothing on the page."""
    nasty = '"><script>alert(1)</script>&{x}'
    campaign = make_campaign(title=nasty[:80], fundraiser=nasty, address=f"https://{'long-' * 11}name.example/")
    code = StrictClient().get(f"/verify/{campaign.pk}/badge.svg").content.decode()
    ElementTree.fromstring(code)  # noqa: S314 - our own answer
    assert "alert" not in code
    assert "style" not in code
    assert "…" in code
    for path in ("/verify/", f"/verify/{campaign.pk}/"):
        assert "<script>alert" not in StrictClient().get(path).content.decode()


def test_the_snippets_lead_here_and_carry_nothing_else(campaign):
    html, text = snippet(campaign), plain_snippet(campaign)
    assert html.count("http://testserver/verify/") == 2
    assert html.count('referrerpolicy="no-referrer"') == 2
    assert campaign.title not in html
    assert "script" not in html
    assert state(campaign) in text
    assert urlsplit(PAGE).netloc not in html


def test_looking_writes_nothing_and_keeps_nothing(client, campaign):
    before = list(Campaign.objects.values())
    answer = client.post("/verify/", {"asked": PAGE})
    assert "no-store" in answer["Cache-Control"]
    assert list(Campaign.objects.values()) == before
    assert client.post("/verify/", {"asked": ""}).status_code == 422
    assert client.post("/verify/", {"asked": "x" * 1001}).status_code == 422
    assert client.delete("/verify/").status_code == 405
