"""A photo whose file tells where, when and with what it was taken: nothing of that lies anywhere in clear."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from kernel.guard.uploads import MemoryOnly
from kernel.vault.models import GroupKey, SealedRecord
from kernel.vault.sealing import open_halves
from kernel.vault.shares import half_of
from offers.pledges.links import MANAGE, token
from offers.pledges.photos import PURPOSE
from tests.attacks.canaries.search import assert_nothing_in_clear
from tests.factories.keys import make_group_keys
from tests.factories.organisations import make_operator
from tests.factories.pledges import make_pledge
from tests.offers.pages.visitor import Visitor, deliver
from tests.offers.pledges.pictures import CANARY, telling

NAME = "IMG_Kanarigasse7372.jpg"


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_photos_file_lies_in_clear(log):
    keys = dict(zip("AB", make_group_keys(make_operator()), strict=True))
    pledge, visitor = make_pledge(status="vetting"), Visitor()
    path = f"/my-offer/{token(pledge, MANAGE)}/photos/"
    sent = [telling("JPEG"), telling("PNG"), telling("WEBP"), telling()[:400], b"GIF89a" + CANARY]
    answers = [visitor.send(path, photo=SimpleUploadedFile(NAME, file, "image/jpeg")) for file in sent]
    deliver()
    assert [answer.status_code for answer in answers] == [302, 302, 302, 200, 200]
    pages = [("page", answer.content) for answer in [*answers, visitor.get(path)]]
    sealed = list(SealedRecord.objects.filter(purpose=PURPOSE))
    assert len(sealed) == 3
    opened = [("photo", _opened(record, keys)) for record in sealed]
    assert all(Image.open(io.BytesIO(jpeg)).format == "JPEG" for _where, jpeg in opened)
    words = {"what the file says": CANARY.decode(), "the name of the file": NAME.removesuffix(".jpg")}
    assert_nothing_in_clear(words, log.place(), *pages, *opened)


def _opened(record: SealedRecord, keys: dict[str, bytes]) -> bytes:
    ids = {key.group: key.pk for key in GroupKey.objects.all()}
    return open_halves(record, *(half_of(record, letter, {ids[letter]: keys[letter]}) for letter in "AB"))


def test_what_is_sent_is_known_to_one_handler_alone(settings):
    assert [f"{MemoryOnly.__module__}.{MemoryOnly.__qualname__}"] == settings.FILE_UPLOAD_HANDLERS
