"""Attacks on the logs: what somebody wrote, or where they were, must not be found in them."""

import asyncio
import logging
import subprocess
import sys
import warnings
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils.log import log_response

from donations.my_giving.words import new_word
from kernel.ids import new_id
from kernel.logs import Told
from kernel.logs.line import Discreet
from kernel.logs.setup import configure_and_catch
from offers.pledges.links import MANAGE, token
from tests.factories.pledges import make_pledge

CANARY = "canary-7f3a"
WORD = "canary"  # looks like a code word, and nobody vouched for it
STRANGERS = [
    "django", "django.server", "django.db.backends", "django.template", "django.security.DisallowedHost",
    "django.request", "gunicorn.error", "gunicorn.access", "django-q", "allauth", "oauth2_provider", "oauthlib",
    "stripe", "urllib3.connectionpool", "requests", "asyncio", "py.warnings", "root", "whitenoise", "PIL",
]  # fmt: skip
OURS = ["kernel.outbox.drain", "offers", "donations.webhooks", "api", "waystation.front"]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Everything that is logged, as the house's formatter writes it; some tools of the tests switch loggers off."""
    stream = StringIO()
    for name in [*STRANGERS, *OURS, "django.security.csrf"]:
        monkeypatch.setattr(logging.getLogger(name), "disabled", False)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Discreet())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


class Speaking(Exception):
    """An error whose text, arguments, notes and representation all tell."""

    def __str__(self) -> str:
        return CANARY

    __repr__ = __str__


@pytest.mark.parametrize("name", [*STRANGERS, *OURS])
def test_it_keeps_back_what_nobody_vouched_for(name: str) -> None:
    logger, lines = logging.getLogger(name), ""
    error = Speaking(CANARY)
    error.add_note(CANARY)
    said: list[tuple[Any, tuple[Any, ...]]] = [
        ("%s", (CANARY,)),
        ("%s and %r", (WORD, Speaking())),
        ("%(who)s", ({"who": CANARY},)),
        ("%d", (CANARY,)),
        ("%s", (f"{new_id('pl')} {CANARY}",)),
        ("%s", (Told(f"{CANARY}\x00;'")[:5] + CANARY,)),
        (Speaking(), ()),
        ("Error handling request %s", (f"/my-offer/{CANARY}/",)),
    ]
    for message, arguments in said:
        info = (Speaking, error, None)
        record = logger.makeRecord(name, logging.ERROR, __file__, 7, message, arguments, info, "f", {"person": CANARY})
        record.stack_info = record.exc_text = CANARY
        lines += f"{Discreet().format(record)}\n"
    assert lines.count(" ERROR ") == len(said)
    assert "withheld" in lines or "answered" in lines
    assert WORD not in lines


@pytest.mark.parametrize("name", STRANGERS)
def test_it_says_where_a_stranger_spoke_and_not_what(written: StringIO, name: str) -> None:
    logging.getLogger(name).error(f"somebody wrote {CANARY}")  # noqa: G004  strangers do
    lines = written.getvalue()
    assert "somebody" not in lines
    assert "tests/attacks/test_logs.py:" in lines or "answered" in lines


def test_it_tells_what_the_code_vouches_for(written: StringIO) -> None:
    pledge = new_id("pl")
    logging.getLogger("offers").error("pledge %s: %s after %s tries", pledge, Told("no_keys"), 3)
    logging.getLogger("gunicorn.error").error("Worker (pid:%s) exited with code %s.", 17, 1)
    assert f"pledge {pledge}: no_keys after 3 tries" in written.getvalue()
    assert "Worker (pid:17) exited with code 1." in written.getvalue()


def test_it_vouches_for_nothing_that_is_no_word_of_a_program() -> None:
    for text in ("Анна", "anna@waystation.invalid", "a\nb", "a\x1b[2J", "x" * 5000, 'a"b', "a=b"):
        assert text not in Told(text)


def test_it_tells_kinds_and_frames_of_a_chain_and_of_a_group(written: StringIO) -> None:
    try:
        try:
            raise Speaking(CANARY)
        except Speaking as first:
            raise ExceptionGroup(CANARY, [KeyError(CANARY), type(f"{CANARY} x", (ValueError,), {})()]) from first
    except ExceptionGroup:
        logging.getLogger("kernel").exception("it went wrong")
    lines = written.getvalue()
    assert [line for line in lines.splitlines()[1:] if not line.startswith("  at ")] == [
        "ExceptionGroup", "KeyError", "[withheld]", "Speaking",
    ]  # fmt: skip
    assert "  at tests/attacks/test_logs.py:" in lines
    assert CANARY not in lines


def test_it_names_the_variable_that_a_start_was_stopped_by(written: StringIO) -> None:
    from django.core.exceptions import ImproperlyConfigured

    for words in ("Set the VAULT_KEK environment variable", f"The value {CANARY} is wrong"):
        try:
            raise ImproperlyConfigured(words)
        except ImproperlyConfigured:
            logging.getLogger("gunicorn.error").exception("Exception in worker process")
    assert "ImproperlyConfigured: Set the VAULT_KEK environment variable" in written.getvalue()
    assert CANARY not in written.getvalue()


def test_it_keeps_the_words_of_a_forgotten_task_back(written: StringIO) -> None:
    async def fail() -> None:
        raise Speaking(CANARY)

    async def forget() -> None:
        loop = asyncio.get_running_loop()
        try:
            await fail()
        except Speaking as error:
            loop.call_exception_handler({"message": CANARY, "exception": error, "task": CANARY})

    asyncio.run(forget())
    assert "asyncio" in written.getvalue()
    assert CANARY not in written.getvalue()


@pytest.mark.django_db
def test_it_keeps_a_private_link_out_of_the_log_of_refused_forms(written: StringIO) -> None:
    word = token(make_pledge(), MANAGE)
    answer = Client(enforce_csrf_checks=True).post(f"/my-offer/{word}/withdraw/", {"name": CANARY})
    assert answer.status_code == 403
    assert "answered 403" in written.getvalue()
    assert word not in written.getvalue()


@pytest.mark.django_db
def test_it_keeps_a_donors_link_and_the_word_of_their_visit_out_of_the_log(written: StringIO) -> None:
    link, visit, strict = new_word(), new_word(), Client(enforce_csrf_checks=True)
    assert strict.get(f"/my-giving/{link}/").status_code == 404
    for path in ("open", "erase", "recurring/cancel"):
        assert Client().post(f"/my-giving/{path}/", {"visit": visit}).status_code == 404
        assert strict.post(f"/my-giving/{path}/", {"word": link, "visit": visit}).status_code == 403
    lines = written.getvalue()
    assert lines.count("answered 403") == 3
    assert link not in lines
    assert visit not in lines


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


def test_it_keeps_warnings_to_their_kind_and_place(written: StringIO, settings: Any) -> None:
    hooks = sys.excepthook, sys.unraisablehook, warnings.showwarning
    import threading

    in_thread, root = threading.excepthook, list(logging.root.handlers)
    try:
        configure_and_catch({"version": 1, "disable_existing_loggers": False})
        assert not logging.raiseExceptions  # else a record that does not fit its handler is printed, and in full
        logging.root.handlers = root
        warnings.showwarning(UserWarning(CANARY), UserWarning, __file__, 7)
        assert "UserWarning at tests/attacks/test_logs.py:7" in written.getvalue()
        sys.excepthook(Speaking, Speaking(CANARY), None)
        thread = threading.Thread(target=lambda: int(CANARY))
        thread.start()
        thread.join()
        assert written.getvalue().count("an error was caught by nobody") == 2
        assert CANARY not in written.getvalue()
    finally:
        sys.excepthook, sys.unraisablehook, warnings.showwarning = hooks
        threading.excepthook, logging.raiseExceptions = in_thread, True
        logging.root.handlers = root


PROGRAM = """
import multiprocessing, os, sys, django
django.setup()
from kernel.logs.stderr import close_stderr
def die():
    raise ValueError("canary" + "-7f3a")
if sys.argv[1] == "worker":
    close_stderr()
    child = multiprocessing.get_context("fork").Process(target=die)
    child.start()
    child.join()
else:
    die()
"""


@pytest.mark.parametrize(("program", "said"), [("command", "ValueError"), ("worker", "printed past the log")])
def test_it_tells_no_word_of_what_ends_a_program_in_production(program: str, said: str) -> None:
    from tests.architecture.test_deployment import COMPLETE
    from tests.architecture.tree import ROOT

    path = f"{ROOT}:{ROOT / 'platform'}"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, program],
        env={**COMPLETE, "DATABASE_URL": "sqlite:////nowhere", "PYTHONPATH": path}, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said in done.stderr
    assert CANARY not in done.stderr + done.stdout
