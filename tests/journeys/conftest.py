"""Journeys: a real browser, and the demo itself on free ports in a world of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.browser import chromium

ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN = 100  # seconds for a first start on a busy machine


@dataclass(frozen=True)
class Demo:
    """A running demo: where it is, and who may sign in."""

    base_url: str
    sandbox_url: str
    data_dir: Path
    organisations: list[dict[str, Any]]
    users: list[dict[str, Any]]

    def user(self, role: str, organisation: str = "operator") -> dict[str, Any]:
        """The first login with that role at the operator, or at the partner trusted for everything ("trusted")."""
        home = next(
            o
            for o in self.organisations
            if (o["role"] == "operator" if organisation == "operator" else o["trusted"] == ["needs", "providers"])
        )
        return next(u for u in self.users if u["role"] == role and u["organisation"] == home["id"])

    def mails(self) -> list[Path]:
        """The mails sent so far, oldest first."""
        return sorted((self.data_dir / "mail").glob("*.eml"), key=lambda p: p.stat().st_mtime_ns)


def _free_ports() -> tuple[int, int]:
    """Two ports that nobody listens on."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, started as a person would and ended with SIGTERM; none of its processes is left."""
    data_dir = tmp_path_factory.mktemp("world")
    port, sandbox_port = _free_ports()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", str(data_dir)),
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "SANDBOX_PORT": str(sandbox_port),
    }
    words = data_dir.with_suffix(".log")
    with words.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"], cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        deadline = time.monotonic() + UP_WITHIN
        announcement = data_dir / "demo.json"
        while not announcement.exists():
            assert process.poll() is None, words.read_text()
            assert time.monotonic() < deadline, words.read_text()
            time.sleep(0.1)
        facts = json.loads(announcement.read_text())
        yield Demo(data_dir=data_dir, **facts)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        # a container's root may not use Chromium's own sandbox; the pages are our own
        instance = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield instance
        instance.close()


def _page(browser: Browser, demo: Demo, *, javascript: bool) -> Iterator[Page]:
    """A page in a fresh context; a request to any origin but the demo's two fails the test."""
    context = browser.new_context(base_url=demo.base_url, java_script_enabled=javascript, locale="en-GB")
    page = context.new_page()
    foreign: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((demo.base_url, demo.sandbox_url, "data:", "about:")):
            foreign.append(request.url)

    context.on("request", note)
    page.set_default_timeout(15_000)
    yield page
    context.close()
    assert foreign == []


@pytest.fixture
def page(browser: Browser, demo: Demo) -> Iterator[Page]:
    """A browser page as most people have it."""
    yield from _page(browser, demo, javascript=True)


@pytest.fixture
def plain_page(browser: Browser, demo: Demo) -> Iterator[Page]:
    """A browser page with JavaScript off."""
    yield from _page(browser, demo, javascript=False)
