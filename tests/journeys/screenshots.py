"""Pictures of the key pages for the docs: `python -m tests.journeys.screenshots OUTDIR [DEMO_JSON]`.

Each page on a desktop and on a phone, in light and in dark, as `home-desktop-light.png`. Without DEMO_JSON a demo of
its own is started. The pictures write to the demo: a gift is paid, and a need is proposed to a room.
"""

import itertools
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests.browser import chromium
from tests.journeys.conftest import DESKTOP, FLAGS, PHONE
from tests.journeys.sign_in import sign_in
from tests.journeys.world import Demo, started

SCREENS = {"desktop": DESKTOP, "phone": PHONE}
SCHEMES = ("light", "dark")
TALLEST = {"desktop": 1200, "phone": 1700}  # pixels: below that a page is shown whole
TALL = {"desktop": 1900, "phone": 2100}  # for pages of which the walk-through shows more
COLOURS = 128  # of a palette: half the bytes, and nothing that an eye would miss
SETTLED = 400  # milliseconds until fonts and colours stand still


@dataclass
class Studio:
    """A browser, the demo it looks at, and who is signed in."""

    browser: Browser
    demo: Demo
    seat: StorageState | None = None

    @contextmanager
    def page(self, screen: str = "desktop", scheme: str = "light", *, seated: bool = False) -> Iterator[Page]:
        """A page on that screen; `seated` at the console as who signed in last."""
        context = self.browser.new_context(
            base_url=self.demo.base_url,
            viewport=SCREENS[screen],  # type: ignore[arg-type] # a dict of the right shape
            has_touch=screen == "phone",
            is_mobile=screen == "phone",
            color_scheme="dark" if scheme == "dark" else "light",
            locale="en-GB",
            storage_state=self.seat if seated else None,
        )
        yield context.new_page()
        context.close()


def pay(studio: Studio) -> str:
    """Give a little; return the address of the thanks."""
    with studio.page() as page:
        page.goto("/give/")
        page.get_by_label("Another amount").fill("25")
        page.wait_for_timeout(2200)  # the form refuses who is quicker
        page.get_by_role("button", name="Continue to payment").click()
        page.get_by_role("button", name="Pay").click()
        page.wait_for_url("**/thanks/**")
        for _ in range(50):
            if page.get_by_text("Your payment has arrived.").count():
                break
            page.wait_for_timeout(200)
            page.reload()
        return page.url


def sit_down(studio: Studio, role: str = "caseworker") -> None:
    """Sign in as somebody of the operator's."""
    with studio.page() as page:
        sign_in(page, studio.demo.user(role))
        studio.seat = page.context.storage_state()


def open_need(studio: Studio) -> str:
    """The address of the candidates of an open need for a room which has some."""
    with studio.page(seated=True) as page:
        page.goto("/console/needs/?status=open")
        rows = page.locator("tbody tr").filter(has_text="a room")
        paths = [row.locator("a").first.get_attribute("href") for row in rows.all()]
        for path in paths:
            page.goto(f"{path}candidates/")
            if page.get_by_role("button", name="Propose").count() > 1:
                return page.url
    raise SystemExit("No open need for a room has two candidates: start with a new world.")


def propose(studio: Studio, candidates: str) -> str:
    """Propose the best candidate; return the address of the match."""
    with studio.page(seated=True) as page:
        page.goto(candidates)
        page.get_by_role("button", name="Propose").first.click()
        page.get_by_role("button", name="The person agreed").click()
        return page.url


def ask_for_a_plan(studio: Studio) -> str:
    """Have a plan made; return its address."""
    with studio.page(seated=True) as page:
        page.goto("/console/plans/new/")
        page.get_by_role("button", name="Make the plan").click()
        page.get_by_role("heading", name="What it reaches").wait_for(timeout=60_000)
        return page.url


def ask_what_if_not(studio: Studio, plan: str) -> str:
    """Ask for the same plan without its first pair; return the address of the two side by side."""
    with studio.page(seated=True) as page:
        page.goto(plan)
        page.get_by_role("button", name="What if not").first.click()
        page.get_by_role("link", name="see both side by side").wait_for(timeout=60_000)
        page.get_by_role("link", name="see both side by side").click()
        return page.url


def shoot(
    studio: Studio,
    folder: Path,
    name: str,
    address: str,
    *,
    seated: bool = False,
    tallest: Mapping[str, int] = MappingProxyType(TALLEST),
    part: str = "",
) -> None:
    """Take the four pictures of one page, from its top or from the heading `part` on."""
    for screen, scheme in itertools.product(SCREENS, SCHEMES):
        with studio.page(screen, scheme, seated=seated) as page:
            page.goto(f"{address}#{part}" if part else address)
            page.wait_for_timeout(SETTLED)
            height = min(page.evaluate("document.documentElement.scrollHeight"), tallest[screen])
            size = {"width": SCREENS[screen]["width"], "height": max(height, SCREENS[screen]["height"])}
            if not part:
                page.set_viewport_size(size)  # type: ignore[arg-type] # a dict of the right shape
            path = folder / f"{name}-{screen}-{scheme}.png"
            page.screenshot(path=path)
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def take(demo: Demo, folder: Path, say: Callable[[str], object]) -> None:
    """Take every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        studio = Studio(browser, demo)
        sit_down(studio)
        for name, address in {"home": "/", "give": "/give/", "offer": "/offer/", "thanks": pay(studio)}.items():
            shoot(studio, folder, name, address)
            say(name)
        candidates = open_need(studio)
        for name, address in {"console": "/console/", "needs": "/console/needs/", "candidates": candidates}.items():
            tallest = TALL if name == "candidates" else TALLEST
            shoot(studio, folder, name, address, seated=True, tallest=tallest)
            say(name)
        shoot(studio, folder, "why-not", f"{candidates}?explain=1", seated=True, part="why-not")
        shoot(studio, folder, "match", propose(studio, candidates), seated=True)
        say("match")
        sit_down(studio, "coordinator")
        plan = ask_for_a_plan(studio)
        beside = ask_what_if_not(studio, plan)
        for name, address in {"plan": plan, "plan-compare": beside}.items():
            shoot(studio, folder, name, address, seated=True, tallest=TALL)
            say(name)
        browser.close()


def main() -> None:
    """Take the pictures of a running demo, or of one started for it."""
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder, say = Path(sys.argv[1]), lambda words: sys.stdout.write(f"{words}\n")
    if len(sys.argv) == 3:
        take(Demo.announced(Path(sys.argv[2])), folder, say)
        return
    with tempfile.TemporaryDirectory() as world, started(Path(world)) as demo:
        take(demo, folder, say)


if __name__ == "__main__":
    main()
