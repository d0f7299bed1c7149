"""Words of the owner's own: compared by a keyed digest, read again by the owner, and nowhere in clear."""

import pytest
from django.db import connection
from django.utils import timezone

from kernel import ids
from kernel.audit.models import AuditEntry
from kernel.vault.boxes import BrokenSeal
from offers.matching.exporting import export_need
from offers.matching.facts import Span
from offers.matching.reading import need_facts, pledges_facts
from offers.matching.rules import ask, first_failure
from offers.needs.deeds import edit_need
from offers.needs.exclusions import open_words, token_of, tokens_of
from offers.needs.models import Need
from tests.api.clients import api_client
from tests.api.test_needs import NEEDS, body
from tests.factories.needs import make_need
from tests.factories.pledges import make_pledge

pytestmark = pytest.mark.django_db
WORD = "Kanari.Ivan-7371"


def _everything() -> str:
    """Return every value of every column of the needs and the trail, as text, bytes as hex."""
    rows = [*Need.objects.values_list(), *AuditEntry.objects.values_list()]
    return " ".join(bytes(v).hex() if isinstance(v, bytes | memoryview) else str(v) for row in rows for v in row)


def test_a_word_is_nowhere_in_clear_and_its_owner_reads_it_again() -> None:
    caller = api_client()
    made = caller.create(NEEDS, body(exclusions=[WORD, "community-a1"]))
    assert made.status_code == 201, made.content
    assert made.json()["exclusions"] == sorted([WORD, "community-a1"])
    for spelling in (WORD, WORD.casefold(), WORD.encode().hex()):
        assert spelling not in _everything()
    assert all(token.startswith("x_") for token in Need.objects.get().exclusions)


def test_ids_of_pledges_and_organisations_stay_what_they_are() -> None:
    known = [ids.new_id("pl"), ids.new_id("org")]
    assert tokens_of(known) == sorted(known)
    assert token_of("pl_ivan").startswith("x_")
    assert token_of(token_of("pl_ivan")) != token_of("pl_ivan")


def test_one_word_is_one_token_whatever_its_case() -> None:
    assert token_of("Community-A1") == token_of("community-a1") != token_of("community-a2")


def test_sealed_words_open_with_their_need_alone_and_do_not_show_their_length() -> None:
    short, long = make_need(exclusions=("a",)), make_need(exclusions=("a" * 40,))
    assert len(short.exclusions_sealed) == len(long.exclusions_sealed)
    assert open_words(need_id=short.pk, sealed=short.exclusions_sealed) == ["a"]
    with pytest.raises(BrokenSeal):
        open_words(need_id=long.pk, sealed=short.exclusions_sealed)
    assert bytes(make_need().exclusions_sealed) == b""


def test_an_edit_of_something_else_keeps_the_words_and_their_tokens() -> None:
    need = make_need(exclusions=(WORD, ids.new_id("pl")))
    edited = edit_need(need=need, changes={"stay_days": 12}, by="user:1", at=timezone.now())
    assert edited.exclusions == need.exclusions
    assert WORD in open_words(need_id=need.pk, sealed=edited.exclusions_sealed)
    cleared = edit_need(need=need, changes={"exclusions": ()}, by="user:1", at=timezone.now())
    assert (cleared.exclusions, bytes(cleared.exclusions_sealed)) == ([], b"")


@pytest.mark.parametrize("what", ["word", "pledge", "organisation"])
def test_what_is_excluded_is_no_candidate(what: str) -> None:
    pledge = make_pledge(exclusion_tokens=[token_of("community-a1")], max_party=2)
    word = {"word": "Community-A1", "pledge": pledge.pk, "organisation": pledge.organisation_id}[what]
    need = make_need(exclusions=(word,))
    today = timezone.now().date()
    failed = first_failure(ask(need_facts(need), pledges_facts([pledge])[0], today=today))
    assert failed is not None
    assert failed.code == "excluded"
    assert need_facts(need).window == Span(need.window_from, need.window_until)


def test_who_asks_what_is_held_reads_words_and_no_digest() -> None:
    told = export_need(make_need(exclusions=(WORD,)))
    assert told["exclusions"] == [WORD]
    assert "exclusions_sealed" not in told


def test_a_search_of_the_database_by_the_word_finds_nothing() -> None:
    make_need(exclusions=(WORD,))
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(exclusions AS text) FROM offers_need")
        assert WORD not in str(cursor.fetchall())
