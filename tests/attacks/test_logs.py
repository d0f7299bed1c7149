"""Attacks on the logs: what somebody wrote, or where they were, must not be found in them."""

import logging
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils.log import log_response

from kernel.shell.logs import Discreet
from offers.pledges.links import MANAGE, token
from tests.factories.pledges import make_pledge

CANARY = "canary-7f3a"


@pytest.fixture
def written() -> Any:
    """Everything that is logged, as the house's formatter writes it."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Discreet("{levelname} {name} {message}", style="{"))
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def test_it_is_how_every_line_is_written(settings: Any) -> None:
    assert {one["()"] for one in settings.LOGGING["formatters"].values()} == {"kernel.shell.logs.Discreet"}


@pytest.mark.django_db
def test_it_keeps_a_private_link_out_of_the_log_of_refused_forms(written: StringIO) -> None:
    word = token(make_pledge(), MANAGE)
    answer = Client(enforce_csrf_checks=True).post(f"/my-offer/{word}/withdraw/", {"name": CANARY})
    assert answer.status_code == 403
    assert "answered 403" in written.getvalue()
    assert word not in written.getvalue()


@pytest.mark.django_db
def test_it_keeps_the_words_of_an_error_and_the_address_out_of_the_log(written: StringIO, rf: Any) -> None:
    request = rf.get(f"/my-offer/{CANARY}/")
    try:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT '{CANARY}' FROM nowhere")
        except Exception as error:
            raise ValueError(CANARY) from error
    except ValueError as error:
        refused = HttpResponse(status=500)
        log_response("%s: %s", "Failed", request.path, response=refused, request=request, exception=error)
    lines = written.getvalue()
    assert "answered 500" in lines
    assert "ValueError" in lines
    assert "OperationalError" in lines or "ProgrammingError" in lines
    assert "test_logs.py" in lines
    assert CANARY not in lines
