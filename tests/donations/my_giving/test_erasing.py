"""Being forgotten by one's own hand: at once, whole, once, and again after a restore."""

import re

import pytest
from django.utils import timezone

from donations.models import Donation, GivingLink, Receipt, ReceiptWish
from donations.my_giving.erasing import erase_me
from donations.my_giving.visiting import visit_behind
from kernel.audit.models import AuditEntry
from kernel.retention.models import Erasure
from tests.donations.my_giving.donor import links, mailed_link, opened, press, words_of
from tests.factories.receipts import EMAIL, make_issuer, make_receipted, make_wished
from tests.killing import killed_at_each_write
from tests.offers.pages.visitor import Visitor, deliver, hidden
from waystation.erasure.replaying import replay


def test_it_says_what_goes_and_what_stays_and_asks_once(visitor: Visitor) -> None:
    make_wished()
    asked = press(visitor, opened(visitor), "/my-giving/erase/")
    said = words_of(asked)
    assert "What goes" in said
    assert "What stays" in said
    assert ReceiptWish.objects.count() == 1
    assert "What you gave" in words_of(press(visitor, asked, "/my-giving/open/"))


def test_it_forgets_the_donor_of_every_gift_and_leaves_the_books(visitor: Visitor) -> None:
    make_issuer()
    mine = [make_receipted(name="Zoë", language="ru"), make_receipted()]
    theirs = make_receipted(email="other@example.org")
    page = opened(visitor)
    done = press(visitor, page, "/my-giving/erase/", sure="1")
    assert "It is erased" in words_of(done)
    assert [wish.donation_id for wish in ReceiptWish.objects.all()] == [theirs.pk]
    for gift in Donation.objects.filter(pk__in=[one.pk for one in mine]):
        assert (gift.return_url, gift.language, gift.status) == ("", "en", "paid")
    assert Receipt.objects.count() == 3
    assert set(Erasure.objects.values_list("kind", "record_id", "by")) == {("donation", one.pk, "page") for one in mine}
    assert AuditEntry.objects.filter(action="my_giving.erased", actor="page").count() == 1


def test_sent_twice_it_is_done_once_and_answered_alike(visitor: Visitor) -> None:
    make_wished()
    asked = press(visitor, opened(visitor), "/my-giving/erase/")
    answers = [press(visitor, asked, "/my-giving/erase/", sure="1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert words_of(answers[0]) == words_of(answers[1])
    assert AuditEntry.objects.filter(action="my_giving.erased").count() == 1
    assert press(visitor, asked, "/my-giving/open/").status_code == 404


def test_nothing_leads_to_the_donor_any_more(visitor: Visitor) -> None:
    make_wished()
    unused, page = mailed_link(visitor), opened(visitor)
    entrance = visitor.get(unused)
    press(visitor, page, "/my-giving/erase/", sure="1")
    assert press(visitor, entrance, "/my-giving/open/").status_code == 404
    assert visitor.get(unused).status_code == 404
    before = len(links())
    visitor.send("/my-giving/", email=EMAIL)
    deliver()
    assert len(links()) == before
    (left,) = GivingLink.objects.all()
    assert (bytes(left.blind_email), bytes(left.mailbox)) == (b"", b"")


def test_it_is_erased_again_after_a_restore(visitor: Visitor) -> None:
    gift = make_wished()
    press(visitor, opened(visitor), "/my-giving/erase/", sure="1")
    listed = list(Erasure.objects.values_list("kind", "record_id"))
    restored = make_wished()  # as if the backup had been made before
    assert listed == [("donation", gift.pk)]
    assert replay([("donation", restored.pk)], at=timezone.now()) == 1
    assert not ReceiptWish.objects.exists()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_says_until_when_a_backup_could_open_it(visitor: Visitor, language: str) -> None:
    make_wished()
    prefix = "/ru" if language == "ru" else ""
    done = press(visitor, opened(visitor), f"{prefix}/my-giving/erase/", sure="1")
    assert re.search(r"20\d\d", words_of(done))


def test_killed_between_any_two_writes_it_is_whole_or_not_begun(visitor: Visitor) -> None:
    make_issuer()
    for _ in range(2):
        make_receipted()
    visit = visit_behind(hidden(opened(visitor).content.decode())["visit"], at=timezone.now())
    assert killed_at_each_write(lambda: erase_me(visit=visit, at=timezone.now())) > 8
    assert not ReceiptWish.objects.exists()
