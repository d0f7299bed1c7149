"""Photos on the private page: added without a script, never on the disk in clear, never shown again."""

import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.guard.uploads import MemoryOnly
from kernel.pictures import MOST_BYTES
from kernel.vault.models import SealedRecord
from offers.models import PledgePhoto
from offers.pledges.links import MANAGE, token
from offers.pledges.photos import MOST
from tests.console import console_client
from tests.factories.organisations import make_member
from tests.factories.pledges import make_pledge
from tests.offers.pledges.pictures import picture

NAME = "IMG_Kanarigasse7371.jpg"


def page_of(pledge):
    return f"/my-offer/{token(pledge, MANAGE)}/photos/"


def send(visitor, pledge, sent, **fields):
    file = SimpleUploadedFile(NAME, sent, content_type="image/jpeg")
    return visitor.send(page_of(pledge), photo=file, **fields)


@pytest.fixture
def pledge(operator):
    return make_pledge()


def test_it_adds_a_photo_and_says_how_many_there_are(visitor, pledge):
    answer = send(visitor, pledge, picture())
    assert (answer.status_code, answer["Location"]) == (302, page_of(pledge))
    page = visitor.get(page_of(pledge)).content.decode()
    assert "Photo 1, added on" in page
    assert page.count("<img") == 1  # our own sign
    assert "Photos of the room" in visitor.get(page_of(pledge).removesuffix("photos/")).content.decode()


def test_it_takes_one_away(visitor, pledge):
    send(visitor, pledge, picture())
    photo = PledgePhoto.objects.get()
    page = visitor.get(page_of(pledge))
    answers = [visitor.post(f"{page_of(pledge)}{photo.pk}/remove/", page) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (PledgePhoto.objects.count(), SealedRecord.objects.count()) == (0, 0)


def test_the_button_pressed_twice_adds_one(visitor, pledge):
    page = visitor.get(page_of(pledge))
    for _ in range(2):
        visitor.post(page_of(pledge), page, photo=SimpleUploadedFile(NAME, picture()))
    assert PledgePhoto.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"", "This file is empty"),
        (b"GIF89a" + b"\0" * 50, "Only JPEG, PNG and WebP"),
        (b"\xff\xd8\xff" + b"\0" * MOST_BYTES, "larger than 8 MB"),
        (picture()[:300], "cannot be read"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(visitor, pledge, sent, words):
    answer = send(visitor, pledge, sent)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not PledgePhoto.objects.exists()


def test_a_form_without_a_file_or_a_stamp_adds_nothing(visitor, pledge):
    assert "error-summary" in visitor.send(page_of(pledge)).content.decode()
    assert "error-summary" in send(visitor, pledge, picture(), opened="").content.decode()
    assert not PledgePhoto.objects.exists()


def test_five_are_enough(visitor, pledge):
    for _ in range(MOST):
        send(visitor, pledge, picture())
    page = visitor.get(page_of(pledge)).content.decode()
    assert "There are five photos already" in page
    assert 'type="file"' not in page


def test_nothing_is_written_to_the_disk_on_the_way(visitor, pledge, monkeypatch):
    def refuse(*_args, **_words):
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", refuse)
    large = picture("PNG", size=(1200, 1000), compress_level=0)
    assert len(large) > 2_621_440
    assert send(visitor, pledge, large).status_code == 302
    assert PledgePhoto.objects.count() == 1


@pytest.mark.parametrize("path", ["/offer/", "/give/", "/my-offer/", "/accounts/login/", "/api/v1/pledges"])
def test_no_other_page_takes_a_file(client, operator, monkeypatch, path):
    monkeypatch.setattr(MemoryOnly, "receive_data_chunk", lambda *_: pytest.fail("a file was kept"))
    file = SimpleUploadedFile(NAME, picture("PNG", size=(1200, 1000), compress_level=0))
    assert client.post(path, {"photo": file}).status_code < 500


def test_it_is_there_for_rooms_alone_and_by_the_link_alone(visitor, operator):
    assert visitor.get(page_of(make_pledge(kind="legal"))).status_code == 404
    assert visitor.get(page_of(make_pledge(status="withdrawn"))).status_code == 404
    assert visitor.get(f"/my-offer/{'a' * 58}/photos/").status_code == 404


def test_who_checks_the_offer_sees_how_many_lie_sealed(visitor, pledge, operator):
    send(visitor, pledge, picture())
    send(visitor, pledge, picture())
    page = console_client(make_member(operator, "coordinator")).get(f"/console/pledges/{pledge.pk}/").content.decode()
    assert "2 photos lie sealed" in page


def test_its_page_is_kept_by_no_cache(visitor, pledge):
    assert "no-store" in visitor.get(page_of(pledge))["Cache-Control"]
