"""The calendar address: days and a word, for whoever has it, until the provider says otherwise."""

import re
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from offers.matching.calendar import escaped, written
from offers.matching.deeds import free_pledge, propose
from offers.matching.erasing import erase_pledge
from offers.models import CalendarLink, Hold, Match, Pledge
from offers.pledges.calendar_link.deeds import switch_off, switch_on, word_of
from offers.pledges.links import MANAGE, token
from offers.pledges.living import withdraw
from tests.factories.needs import make_need
from tests.factories.pledges import make_pledge
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db


def _on(pledge: Pledge) -> str:
    """Make an address as the deed does, and return its path."""
    link = switch_on(pledge=pledge, by="page", at=timezone.now())
    return f"/my-offer/calendar/{word_of(link)}.ics"


def _promise(pledge: Pledge, **terms: Any) -> Match:
    need = make_need(**terms)
    at = timezone.now()
    return propose(need_id=need.pk, pledge_id=pledge.pk, organisation=need.organisation, by="user:0", at=at)


def read(answer: Any) -> list[dict[str, str]]:
    """Read a calendar back as RFC 5545 has it: unfold, then the properties of each event by name."""
    assert answer.status_code == 200
    raw = answer.content
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    lines = raw.decode().replace("\r\n ", "").split("\r\n")
    events: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and name not in ("END", "BEGIN", ""):
            events[-1][name] = value
    return events


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def test_it_tells_the_days_that_are_promised_and_one_word() -> None:
    pledge = make_pledge()
    path = _on(pledge)
    match = _promise(pledge)
    answer = StrictClient().get(path)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = read(answer)
    assert _day(event["DTSTART;VALUE=DATE"]) == match.starts_on
    assert _day(event["DTEND;VALUE=DATE"]) == match.ends_on
    assert event["SUMMARY"] == "Reserved"
    assert set(event) == {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY", "CLASS"}


def test_it_names_nobody_and_nothing() -> None:
    pledge = make_pledge(city=2950159, features=["quiet"])
    path = _on(pledge)
    match = _promise(pledge)
    answer = StrictClient().get(path)
    told = answer.content.decode().replace("\r\n ", "") + path
    for word in (pledge.pk[3:], match.pk[3:], match.need_id[3:], "quiet", "DE", "Berlin", "housing", "aystation"):
        assert word not in told.replace("DTEND", "").replace("VALUE=DATE", ""), word


def test_it_does_not_tell_how_many_units_are_taken() -> None:
    pledge = make_pledge(kind="transport", units_total=5, exclusive=False)
    path = _on(pledge)
    bands = {"0-2": 0, "3-12": 0, "13-17": 0, "18-59": 3, "60+": 0}
    match = _promise(pledge, kind="transport", units=3, party_size=3, bands=bands)
    assert Hold.objects.filter(match=match, live=True).count() == match.units == 3
    assert len(read(StrictClient().get(path))) == 1


def test_it_has_no_event_where_nobody_comes_and_is_a_whole_calendar_still() -> None:
    answer = StrictClient().get(_on(make_pledge()))
    assert read(answer) == []
    assert b"BEGIN:VTIMEZONE" in answer.content


def test_it_forgets_days_that_are_free_again() -> None:
    pledge = make_pledge()
    path = _on(pledge)
    _promise(pledge)
    free_pledge(pledge=pledge, by="user:0", at=timezone.now(), why="changed_plans")
    assert read(StrictClient().get(path)) == []


def test_it_keeps_the_id_of_an_event_and_gives_another_behind_another_address() -> None:
    pledge = make_pledge()
    _promise(pledge)
    path = _on(pledge)
    first = read(StrictClient().get(path))[0]["UID"]
    assert read(StrictClient().get(path))[0]["UID"] == first
    assert read(StrictClient().get(_on(pledge)))[0]["UID"] != first


def test_it_speaks_the_language_of_the_address() -> None:
    pledge = make_pledge()
    path = _on(pledge)
    _promise(pledge)
    assert read(StrictClient().get(f"/ru{path}"))[0]["SUMMARY"] == "Занято"


def test_it_is_kept_by_no_cache_and_no_search_engine_and_sets_no_cookie() -> None:
    answer = StrictClient().get(_on(make_pledge()))
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert "noindex" in answer["X-Robots-Tag"]
    assert not answer.cookies


def _same_as_unknown(path: str) -> bool:
    """Whether an address is answered as one that never was."""
    gone, unknown = StrictClient().get(path), StrictClient().get(f"/my-offer/calendar/{'a' * 32}.ics")
    ids = {answer.headers.pop("Request-Id", "") for answer in (gone, unknown)}
    assert len(ids) in (1, 2)
    strip = re.compile(rb"req_[a-z2-7]{26}|/my-offer/calendar/[a-z2-7]{32}\.ics")
    same = strip.sub(b"", gone.content) == strip.sub(b"", unknown.content)
    return same and gone.status_code == unknown.status_code == 404


def test_it_answers_an_address_that_ended_as_one_that_never_was() -> None:
    pledge = make_pledge()
    first = _on(pledge)
    second = _on(pledge)
    assert _same_as_unknown(first)
    switch_off(pledge=pledge, by="page", at=timezone.now())
    assert _same_as_unknown(second)
    assert not CalendarLink.objects.exists()


@pytest.mark.parametrize("status", ["suspended", "withdrawn", "rejected", "expired"])
def test_it_is_silent_while_the_offer_does_not_stand(status: str) -> None:
    pledge = make_pledge()
    path = _on(pledge)
    Pledge.objects.filter(pk=pledge.pk).update(status=status)
    assert _same_as_unknown(path)


def test_it_goes_with_the_offer() -> None:
    pledge = make_pledge()
    path = _on(pledge)
    withdraw(pledge=pledge, by="page", at=timezone.now())
    assert _same_as_unknown(path)
    erase_pledge(pledge=pledge, by="page", at=timezone.now(), why="asked")
    assert not CalendarLink.objects.exists()


def test_it_does_nothing_but_read() -> None:
    pledge = make_pledge()
    path = _on(pledge)
    assert StrictClient().post(path).status_code == 405
    word = path.rsplit("/", 1)[1].removesuffix(".ics")
    assert StrictClient().get(f"/my-offer/{word}/").status_code == 404
    private = token(pledge, MANAGE)
    assert StrictClient().get(f"/my-offer/calendar/{private}.ics").status_code == 404
    assert StrictClient().get(f"/my-offer/calendar/{private[:32]}.ics").status_code == 404


def test_it_cannot_be_made_from_what_the_table_holds(settings: Any) -> None:
    link = switch_on(pledge=make_pledge(), by="page", at=timezone.now())
    word = word_of(link)
    assert word.encode() not in bytes(link.fingerprint) + bytes(link.salt)
    settings.SECRET_KEY = "another server's"
    assert word_of(link) != word


def test_its_page_makes_renews_and_ends_it() -> None:
    pledge = make_pledge()
    page, browser = f"/my-offer/{token(pledge, MANAGE)}/", StrictClient()

    def shown() -> str:
        found = re.search(
            r"http://testserver(/my-offer/calendar/[a-z2-7]{32}\.ics)", browser.get(page).content.decode()
        )
        return found[1] if found else ""

    assert shown() == ""
    assert browser.post(f"{page}calendar/on/")["Location"] == page
    first = shown()
    assert read(browser.get(first)) == []
    browser.post(f"{page}calendar/on/")
    second = shown()
    assert second not in ("", first)
    assert browser.get(first).status_code == 404
    for _ in range(2):
        assert browser.post(f"{page}calendar/off/")["Location"] == page
    assert shown() == ""
    assert browser.get(second).status_code == 404
    trail: Any = AuditEntry.objects.filter(object_id=pledge.pk, action__startswith="pledge.calendar")
    actions = [entry.action for entry in trail.order_by("pk")]
    assert actions == ["pledge.calendar_on", "pledge.calendar_on", "pledge.calendar_off"]


def test_its_page_knows_no_other_deed_and_makes_none_for_an_offer_that_ended() -> None:
    pledge = make_pledge(status="suspended")
    page = f"/my-offer/{token(pledge, MANAGE)}/"
    assert "calendar/on/" not in StrictClient().get(page).content.decode()
    for deed in ("on", "read"):
        assert StrictClient().post(f"{page}calendar/{deed}/").status_code == 404
    assert not CalendarLink.objects.exists()


def test_it_folds_lines_between_characters_and_escapes_text() -> None:
    text = "Занято; " + "ё" * 60 + ", \\ \n"
    folded = written([f"SUMMARY:{escaped(text)}"])
    assert all(len(line) <= 75 for line in folded.split(b"\r\n"))
    assert all(line.decode() for line in folded.split(b"\r\n")[:-1])
    value = folded.decode().replace("\r\n ", "").removesuffix("\r\n").partition(":")[2]
    assert re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], value) == text
    assert escaped("a\r\nb\rc") == "a\\nb\\nc"
    assert written(["X:" + "a" * 73]) == b"X:" + b"a" * 73 + b"\r\n"
