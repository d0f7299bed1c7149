"""Every public form is guarded, or says why not: sent without a stamp, even what a person would send writes nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from offers.pledges.links import DRAFT, MANAGE, token
from offers.pledges.references.links import token as link_of
from tests.architecture.matrix import MATRIX
from tests.architecture.open_forms import GUARDED, NOTHING, UNGUARDED
from tests.architecture.routes import routes
from tests.factories.donations import make_donation, make_fund
from tests.factories.keys import make_group_keys
from tests.factories.organisations import make_operator
from tests.factories.pledges import make_pledge
from tests.factories.references import make_reference
from tests.guard import StrictClient, written_tables
from tests.offers.pledges.pictures import picture

# counting a try is the guard's own business
COUNTS = {"limits_tally", "limits_dailysalt"}
OPEN = {name for name, who in MATRIX.items() if who.open_to_all}


@pytest.fixture
def filled(db: None) -> dict[str, str]:
    """What the addresses of the guarded forms stand for."""
    make_group_keys(make_operator())
    draft = make_pledge(status="draft")
    checked = make_pledge(status="vetting")
    return {
        "draft": token(draft, DRAFT),
        "offer": token(make_pledge(), MANAGE),
        "checked": token(checked, MANAGE),
        "reference": link_of(make_reference(checked)),
        "fund": make_fund().slug,
        "gift": make_donation().pk,
    }


def test_it_has_a_word_for_every_route_that_is_open_to_all() -> None:
    assert set(GUARDED) | set(UNGUARDED) == OPEN
    assert not set(GUARDED) & set(UNGUARDED)


@pytest.mark.parametrize("name", GUARDED)
def test_a_guarded_form_writes_nothing_without_a_stamp(client: StrictClient, filled: dict[str, str], name: str) -> None:
    path, words = GUARDED[name]
    photo = SimpleUploadedFile("a.jpg", picture())
    words = {"fund": filled["fund"], "donation": filled["gift"], "photo": photo, **words}
    answer, tables = written_tables(lambda: client.post(path.format(**filled), words))
    assert set(tables) - COUNTS == set()
    assert "guard/work.js" in answer.content.decode()


@pytest.mark.parametrize("name", [name for name, why in UNGUARDED.items() if why == NOTHING])
def test_what_is_said_to_write_nothing_writes_nothing(client: StrictClient, filled: dict[str, str], name: str) -> None:
    path = "/" + routes()[name].replace("<token:word>", filled["draft"]).replace("<str:pk>", "x")
    _answer, tables = written_tables(lambda: client.post(path, {"kind": "housing"}))
    assert set(tables) - COUNTS == set()
