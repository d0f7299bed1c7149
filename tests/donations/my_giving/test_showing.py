"""What a donor sees on their page: their own gifts and papers, what became of them, and nobody else's."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from donations.disputes.deeds import apply_dispute
from donations.models import Donation, Receipt, Summary
from donations.receipts.issuing import bring_in_line
from donations.receipts.summaries.deeds import ask_for_summaries
from donations.receipts.wishes import ask_for_receipt
from donations.refunds.deeds import apply_refund
from kernel.money import Money
from tests.donations.my_giving.donor import links, opened, press, words_of
from tests.factories.donations import disputed, make_donation, make_fund, refunded
from tests.factories.receipts import EMAIL, make_issuer, make_receipted, make_wished
from tests.factories.recurring import make_recurring
from tests.offers.pages.visitor import Visitor, deliver

OTHER = "other@example.org"


def history() -> dict[str, Donation]:
    """Give in every way things can go; return the gifts by the name of their fund."""
    make_issuer()
    gifts = {}
    for number, name in enumerate(("Plain", "Partly back", "Wholly back", "Held")):
        with time_machine.travel(timezone.now() - timedelta(days=number), tick=False):
            gifts[name] = make_receipted(split=[(make_fund(name=name, name_ru=f"ру {name}"), 1)])
    at = timezone.now()
    apply_refund(refunded(gifts["Partly back"], Money(1000, "EUR")), at=at)
    apply_refund(refunded(gifts["Wholly back"], Money(2500, "EUR")), at=at)
    apply_dispute(disputed(gifts["Held"]), at=at)
    for gift in gifts.values():
        bring_in_line(gift, at=at)
    return gifts


def test_it_shows_each_gift_with_what_became_of_it_newest_first(visitor: Visitor) -> None:
    history()
    said = words_of(opened(visitor))
    rows = ["Plain €25.00 paid", "Partly back €25.00 refunded in part €10.00", "Wholly back €25.00 refunded",
            "Held €25.00 held back by the bank"]  # fmt: skip
    places = [said.index(row) for row in rows]
    assert places == sorted(places)
    for receipt in Receipt.objects.all():
        assert receipt.full_number in said


def test_it_speaks_the_language_of_the_link(visitor: Visitor) -> None:
    make_wished(split=[(make_fund(name="Plain", name_ru="Простой"), 1)], language="ru")
    path = opened(visitor)
    assert "Простой" not in words_of(path)  # the form was sent to the English address
    russian = press(visitor, path, "/ru/my-giving/open/")
    assert "Простой" in words_of(russian)
    assert "Что вы пожертвовали" in words_of(russian)


def test_it_shows_nothing_that_somebody_else_gave_or_that_was_never_paid(visitor: Visitor) -> None:
    make_wished(split=[(make_fund(name="Mine"), 1)])
    make_wished(split=[(make_fund(name="Theirs"), 1)], email=OTHER)
    begun = make_donation(split=[(make_fund(name="Begun"), 1)])
    ask_for_receipt(donation=begun, email=EMAIL, at=timezone.now())
    said = words_of(opened(visitor))
    assert [name in said for name in ("Mine", "Theirs", "Begun")] == [True, False, False]


def test_it_hands_out_ones_own_papers_and_no_others(visitor: Visitor) -> None:
    make_issuer()
    make_receipted()
    make_receipted(email=OTHER)
    at = timezone.now()
    ask_for_summaries(year=at.year, by="user:1", at=at.replace(year=at.year + 1, month=1, day=15))
    deliver()
    page = opened(visitor)
    papers = {
        "receipt": [Receipt.objects.get(donation__receipt_wish=one.wish) for one in _summaries()],
        "summary": _summaries(),
    }
    for receipt, summary, status in zip(papers["receipt"], papers["summary"], (200, 404), strict=True):
        for reference in (receipt.reference, summary.pk):
            answer = press(visitor, page, "/my-giving/paper/", paper=reference)
            assert answer.status_code == status
            assert answer.content.startswith(b"%PDF-") == (status == 200)
    answer = press(visitor, page, "/my-giving/paper/", paper=papers["receipt"][0].reference)
    assert answer["Content-Disposition"] == f'attachment; filename="{at.year}-000001.pdf"'
    assert "no-store" in answer["Cache-Control"]
    for made_up in ("", "rc_", "rc_" + "a" * 26, "'"):
        assert press(visitor, page, "/my-giving/paper/", paper=made_up).status_code == 404


def _summaries() -> list[Summary]:
    """Return the summaries, the donor's own first."""
    mine = Summary.objects.filter(wish__donation__receipts__number=1)
    return [*mine, *Summary.objects.exclude(pk__in=mine)]


def test_each_of_two_spellings_is_shown_its_own_summary_alone(visitor: Visitor) -> None:
    make_issuer()
    for email in ("donor@strasse.example", "donor@straße.example"):
        make_receipted(email=email)
    at = timezone.now()
    ask_for_summaries(year=at.year, by="user:1", at=at.replace(year=at.year + 1, month=1, day=15))
    deliver()
    visitor.send("/my-giving/", email="donor@strasse.example")
    deliver()
    shown = []
    for path in links():
        page = press(visitor, visitor.get(path), "/my-giving/open/")
        papers = [press(visitor, page, "/my-giving/paper/", paper=one.pk) for one in Summary.objects.order_by("pk")]
        shown.append([answer.status_code for answer in papers])
    assert sorted(shown) == [[200, 404], [404, 200]]


def test_a_summary_sent_to_somebody_else_is_not_had_by_giving_in_their_name(visitor: Visitor) -> None:
    make_issuer()
    make_receipted(email=OTHER)  # whose year it is about
    gift = make_recurring(email=EMAIL)
    first = gift.donations.get()
    ask_for_receipt(donation=first, email=OTHER, at=timezone.now())
    assert bring_in_line(first, at=timezone.now())
    at = timezone.now()
    ask_for_summaries(year=at.year, by="user:1", at=at.replace(year=at.year + 1, month=1, day=15))
    deliver()
    (summary,) = Summary.objects.filter(wish__donation=first)  # their last wish is the giver's own
    page = opened(visitor)
    assert press(visitor, page, "/my-giving/paper/", paper=summary.pk).status_code == 404


def test_many_gifts_are_turned_over_and_cost_no_more_questions(visitor: Visitor, django_assert_max_num_queries) -> None:
    make_issuer()
    fund = make_fund()
    for number in range(14):
        make_receipted(split=[(fund, 1)], amount=Money(100 * (number + 1) + 500, "EUR"))
    page = opened(visitor)
    assert len(page.content) < 60_000
    assert "€19.00" in words_of(page)
    with django_assert_max_num_queries(25):
        older = press(visitor, page, "/my-giving/open/", turn="2")
    said = words_of(older)
    assert ("€6.00" in said, "€19.00" in said) == (True, False)


def test_a_page_that_is_none_is_one_that_is(visitor: Visitor) -> None:
    make_wished()
    page = opened(visitor)
    for turn in ("0", "-1", "99", "x", ""):
        assert press(visitor, page, "/my-giving/open/", turn=turn).status_code == 200
