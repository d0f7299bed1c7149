"""The page of a question about a match: it shows the least, acts on a button alone, and is silent once it is over."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.states import Refusal
from offers.kinds.reasons import SAID_BY_THE_PROVIDER
from offers.matching.deeds import cancel
from offers.matching.provider.answering import say_yes
from offers.matching.provider.links import token
from offers.matching.safety.reporting import report_concern
from offers.models import Match, Pledge
from offers.pages.my_answer import WORDS
from tests.factories.organisations import make_partner
from tests.offers.matching.asked import agreed, fresh, proposed_match
from tests.offers.pages.visitor import Visitor, read_mail

NOTHING_HERE = "This link has been used, has run out, or never led anywhere."


@pytest.fixture
def asked(operator: Any) -> Match:
    """A match of a partner's need with a room of the operator's, whose host is asked."""
    return agreed(proposed_match(make_partner("Ours")))


def path_of(match: Match) -> str:
    return f"/my-answer/{token(match)}/"


def press(visitor: Visitor, match: Match, deed: str, **fields: str) -> Any:
    return visitor.post(path_of(match), visitor.get(path_of(match)), deed=deed, **fields)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_it_is_where_the_mail_leads_and_shows_what_a_yes_takes(visitor: Visitor, asked: Match) -> None:
    assert read_mail(mail.outbox) == path_of(asked)
    page = text(visitor.get(path_of(asked)))
    for words in ("Could you help here?", "A room", "Yes, I can", "No, not this time", "Answer by"):
        assert words in page
    assert len(page.encode()) < 20_000


def test_it_says_nothing_of_who_or_from_where(visitor: Visitor, asked: Match) -> None:
    need, pledge = asked.need, asked.pledge
    page = text(visitor.get(path_of(asked)))
    secrets = (
        need.pk,
        asked.pk,
        pledge.pk,
        "Ours",
        pledge.organisation.name,
        "Berlin",
        "DE-BE",
        "Russian",
        need.urgency,
    )
    assert [word for word in secrets if word in page.replace(path_of(asked), "")] == []
    assert "children" not in page
    need.bands = {"3-12": 1, "18-59": need.party_size - 1}
    need.save(update_fields=["bands"])
    assert "children among them" in text(visitor.get(path_of(asked)))


def test_it_changes_nothing_when_it_is_only_opened(visitor: Visitor, asked: Match) -> None:
    page = visitor.get(path_of(asked))
    for answer in (visitor.client.head(path_of(asked)), visitor.post(path_of(asked), page)):
        assert answer.status_code == 200
    assert visitor.client.post(path_of(asked), {"deed": "yes"}).status_code == 403  # no page was opened
    assert (fresh(asked).status, fresh(asked).version) == ("person_agreed", asked.version)


def test_it_takes_a_yes_with_one_press_and_two_for_one(visitor: Visitor, asked: Match) -> None:
    page = visitor.get(path_of(asked))
    for _ in range(2):
        assert visitor.post(path_of(asked), page, deed="yes")["Location"] == path_of(asked)
    now, provider = fresh(asked), f"provider:{asked.pledge_id}"
    assert (now.status, now.hold_expires_at, now.history.last().by) == ("provider_accepted", None, provider)  # type: ignore[union-attr]
    assert AuditEntry.objects.filter(action="match.provider_accepted", actor=provider).count() == 1
    assert "You said yes" in text(visitor.get(path_of(asked)))
    assert visitor.post(path_of(asked), page, deed="no", reason="no_reason").status_code == 409
    assert fresh(asked).status == "provider_accepted"


def test_it_takes_a_no_with_a_word_of_the_list(visitor: Visitor, asked: Match) -> None:
    page = visitor.get(path_of(asked))
    assert press(visitor, asked, "no", reason="somebody I know").status_code == 200
    assert fresh(asked).status == "person_agreed"
    assert press(visitor, asked, "no", reason="illness").status_code == 302
    now = fresh(asked)
    assert (now.status, now.need.status, now.pledge.units_held) == ("declined_by_provider", "open", 0)
    assert now.history.last().why == "illness"  # type: ignore[union-attr]
    assert visitor.post(path_of(asked), page, deed="yes").status_code == 409
    assert set(WORDS) == set(SAID_BY_THE_PROVIDER)


def test_after_a_no_for_the_days_they_are_blocked_with_one_press(visitor: Visitor, asked: Match) -> None:
    press(visitor, asked, "no", reason="dates_do_not_fit")
    page = visitor.get(path_of(asked))
    for _ in range(2):
        assert visitor.post(path_of(asked), page, deed="block").status_code == 302
    days = [(one["from"], one["until"]) for one in Pledge.objects.get(pk=asked.pledge_id).availability]
    assert days[0][1] == asked.starts_on.isoformat()
    assert days[1][0] == asked.ends_on.isoformat()
    assert "These days are blocked" in text(visitor.get(path_of(asked)))
    for _ in range(2):
        assert visitor.post(path_of(asked), page, deed="pause").status_code == 302
    assert "Your offer is paused" in text(visitor.get(path_of(asked)))
    assert Pledge.objects.get(pk=asked.pledge_id).status == "paused"


def test_its_link_does_no_more_than_answer(visitor: Visitor, asked: Match) -> None:
    """Whoever only has the link of one question blocks no days before a no, and finds no link to the offer."""
    for deed in ("block", "pause", "withdraw"):
        assert press(visitor, asked, deed).status_code in (200, 409)
    press(visitor, asked, "no", reason="occupied")
    assert "/my-offer/a" not in text(visitor.get(path_of(asked))).replace('/my-offer/"', "")
    pledge = Pledge.objects.get(pk=asked.pledge_id)
    assert (pledge.status, len(pledge.availability)) == ("active", 1)
    for page in (path_of(asked).replace("my-answer", "my-offer"), path_of(asked).replace("my-answer", "my-reference")):
        assert visitor.get(page).status_code == 404


def test_over_used_and_never_made_are_one_answer(visitor: Visitor, asked: Match) -> None:
    other = agreed(proposed_match())
    never = path_of(asked)[:-5] + "aaaa/"
    unsent = path_of(agreed(proposed_match(by_mail=False)))
    cancel(match=other, organisation=other.need.organisation, by="user:1", at=timezone.now())
    answers = [visitor.get(page) for page in (never, path_of(other), unsent)]
    with time_machine.travel(timezone.now() + timedelta(days=5, hours=1), tick=True):
        answers.append(visitor.get(path_of(asked)))  # before the sweep has ended it
        answers.append(visitor.client.post(path_of(asked), {"deed": "yes"}))
    pages = {
        text(answer).replace(page, "")
        for answer, page in zip(answers[:3], (never, path_of(other), unsent), strict=False)
    }
    assert {answer.status_code for answer in answers} <= {404, 403}
    assert len(pages) == 1
    assert NOTHING_HERE in pages.pop()
    assert fresh(asked).status == "person_agreed"


def test_a_safety_report_reads_like_any_other_end(visitor: Visitor, asked: Match) -> None:
    page = visitor.get(path_of(asked))
    owner = asked.need.organisation
    report_concern(match=asked, organisation=owner, by="user:1", at=timezone.now(), side="person")
    answers = [visitor.get(path_of(asked)), visitor.post(path_of(asked), page, deed="yes")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert all(NOTHING_HERE in text(answer) for answer in answers)
    with pytest.raises(Refusal) as refused:
        say_yes(match=asked, at=timezone.now())
    assert refused.value.code == "nothing_asked"


def test_it_ends_with_the_offers_other_links(visitor: Visitor, asked: Match) -> None:
    path = path_of(asked)
    Pledge.objects.update(link_version=7)
    assert visitor.get(path).status_code == 404


def test_it_speaks_russian(asked: Match) -> None:
    assert "Да, могу" in text(Visitor(language="ru").get(f"/ru{path_of(asked)}"))
