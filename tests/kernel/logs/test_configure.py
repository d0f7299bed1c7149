"""Nothing is added to the logs that goes around the allow-list: settings, the web server, the worker, libraries."""

import importlib
import json
import logging
import subprocess
import sys
from typing import Any

import gunicorn.config
import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import mail_admins
from django.test import RequestFactory
from django.utils.log import AdminEmailHandler
from django.utils.module_loading import import_string
from django.views.debug import get_exception_reporter_class

from kernel.logs.line import Discreet
from kernel.logs.setup import FORMATTER, LooseTongue, check, configure, loose_handlers
from kernel.logs.web_server import QuietLogger, QuietWorker
from tests.architecture.test_deployment import COMPLETE
from tests.architecture.tree import ROOT

GOOD: dict[str, Any] = {
    "version": 1,
    "formatters": {"discreet": {"()": FORMATTER}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
}
PLAIN = {"plain": {"format": "%(message)s"}}


@pytest.mark.parametrize(
    "loose",
    [
        {"formatters": PLAIN},
        {"formatters": {"discreet": {"()": FORMATTER, "format": "%(message)s"}}},
        {"formatters": {"plain": {"class": "logging.Formatter"}}},
        {"handlers": {"console": {"class": "logging.StreamHandler"}}},
        {"handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}}},
        {"handlers": {"file": {"class": "logging.FileHandler", "formatter": "discreet", "filename": "x"}}},
        {"handlers": {"mail": {"class": "django.utils.log.AdminEmailHandler", "formatter": "discreet"}}},
        {"handlers": {"own": {"()": "logging.StreamHandler", "formatter": "discreet"}}},
    ],
)
def test_it_refuses_a_configuration_that_speaks_freely(loose: dict[str, Any]) -> None:
    check(GOOD)
    with pytest.raises(LooseTongue):
        configure({**GOOD, **loose})


@pytest.mark.parametrize("world", ["base", "test", "production"])
def test_it_is_how_every_world_logs(world: str) -> None:
    code = (
        f"import json; from waystation.settings import {world} as s; "
        "print(json.dumps([s.LOGGING_CONFIG, s.LOGGING, s.DEBUG, s.DEFAULT_EXCEPTION_REPORTER,"
        " getattr(s, 'ADMINS', []), getattr(s, 'MANAGERS', []), s.TEMPLATES[0]['OPTIONS'].get('debug', False)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**COMPLETE, "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    how, config, debug, reporter, admins, managers, template_debug = json.loads(done.stdout)
    assert how.startswith("kernel.logs.setup.configure")
    check(config)
    assert (debug, admins, managers, template_debug) == (False, [], [], False)
    assert reporter == "kernel.shell.reports.NoReport"
    assert ("production" in world) == how.endswith("_and_catch")


def test_no_library_has_hung_up_a_handler_of_its_own() -> None:
    for module in (
        "django_q.cluster",
        "django_q.worker",
        "allauth",
        "stripe",
        "oauthlib",
        "oauth2_provider",
        "urllib3",
    ):
        importlib.import_module(module)
    assert loose_handlers() == []
    stranger = logging.getLogger("a.stranger")
    stranger.addHandler(logging.StreamHandler())
    stranger.propagate = False
    before = list(logging.root.handlers)
    try:
        configure({"version": 1, "disable_existing_loggers": False, "incremental": True})
    finally:
        logging.root.handlers = before
    assert stranger.handlers == []
    assert stranger.propagate


def test_the_web_server_speaks_through_it() -> None:
    from waystation import gunicorn as configured

    assert configured.logger_class == "kernel.logs.web_server.QuietLogger"
    assert issubclass(import_string(configured.worker_class), QuietWorker)
    assert configured.accesslog is None
    cfg = gunicorn.config.Config()
    cfg.set("accesslog", "-")
    cfg.set("errorlog", "-")
    log = QuietLogger(cfg)
    try:
        assert [type(handler.formatter) for handler in log.error_log.handlers] == [Discreet]
        assert log.access_log.handlers == []
        assert log.access_log.disabled
    finally:
        log.error_log.handlers.clear()
        log.error_log.propagate = log.access_log.propagate = True
        log.access_log.disabled = False
    assert QuietWorker.handle_error is not QuietWorker.__mro__[1].handle_error


def test_the_worker_has_no_reporter_of_its_own() -> None:
    assert settings.Q_CLUSTER["save_limit"] == -1
    assert not {"error_reporter", "log_level"} & set(settings.Q_CLUSTER)


@pytest.mark.django_db
def test_a_mail_about_a_failure_would_be_empty(settings: Any, rf: RequestFactory) -> None:
    settings.ADMINS = [("somebody", "somebody@waystation.invalid")]
    handler = AdminEmailHandler(include_html=True)
    handler.setFormatter(Discreet())
    request = rf.post("/canary/?q=canary", {"name": "canary"}, HTTP_USER_AGENT="canary", HTTP_COOKIE="canary=canary")
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "%s: %s", ("Failed", "/canary/"), None)
    record.request, record.status_code = request, 500
    try:
        raise ValueError("canary")
    except ValueError:
        record.exc_info = sys.exc_info()
    reporter = get_exception_reporter_class(request)(request, *sys.exc_info(), is_email=True)
    assert reporter.get_traceback_html() == reporter.get_traceback_text() == ""
    assert reporter.get_traceback_data() == {}
    assert not any(isinstance(one, AdminEmailHandler) for log in _loggers() for one in log.handlers)
    mail_admins("x", "y")
    assert len(mail.outbox) == 1


def _loggers() -> list[logging.Logger]:
    return [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)] + [logging.root]
