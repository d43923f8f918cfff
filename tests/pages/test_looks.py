"""Every page in a real browser: the policy holds, nothing is cut off, axe finds nothing.

Pictures of all pages are left in var/shots to be looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils.safestring import mark_safe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.pages.axe import faults
from tests.pages.rendering import rendered
from tests.pages.samples import CASE, MESSAGES, PAGES
from tests.pages.shown import build, serving

CHROMIUM = Path("/usr/bin/chromium")
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
VIEWS: tuple[tuple[str, Any, Any], ...] = (("desk", DESK, "light"), ("phone", PHONE, "dark"))
WIDTHS = {"desk": (1280, 1024, 768, 390, 320), "phone": (320,)}
SHOTS = Path(settings.BASE_DIR) / "var" / "shots"

pytestmark = [
    pytest.mark.browser,
    # The browser's own thread holds sockets until the session ends.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
each_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve all sample pages."""
    build()
    with serving({name: rendered(name) for name in PAGES}) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        yield started
        started.close()


@dataclass(frozen=True)
class Window:
    """A window in which one page after the other is looked at, and what its console complained of."""

    page: Page
    said: list[str]


@pytest.fixture(scope="module")
def windows(browser: Browser) -> dict[str, Window]:
    """A window at a desk in light and one on a phone in dark; what they loaded once, they keep."""
    return {
        size: Window(
            *heard(
                browser.new_context(
                    reduced_motion="reduce", locale="en-GB", viewport=view, color_scheme=scheme
                )
            )
        )
        for size, view, scheme in VIEWS
    }


def opened(browser: Browser, url: str, **options: Any) -> tuple[Page, list[str]]:
    """Open a page in a window of its own; return it with the complaints of its console."""
    page, said = heard(browser.new_context(reduced_motion="reduce", locale="en-GB", **options))
    page.goto(url, wait_until="load")
    return page, said


def heard(context: BrowserContext) -> tuple[Page, list[str]]:
    """Return an empty page and the list that its complaints go to."""
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    return page, said


@each_page
def test_a_page_is_fit_to_be_seen(windows: dict[str, Window], address: str, name: str) -> None:
    """Nothing complains, axe finds nothing, nothing scrolls sideways: loaded twice for all of it."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    for size, view, scheme in VIEWS:
        page, said = windows[size].page, windows[size].said
        said.clear()
        page.set_viewport_size(view)
        page.goto(f"{address}/{name}", wait_until="load")
        page.screenshot(path=SHOTS / f"{name}_{size}_{scheme}.png", full_page=True)
        found = faults(page)
        over = too_wide(page, WIDTHS[size])

        assert said == []
        assert found == []
        assert over == {}


def too_wide(page: Page, widths: tuple[int, ...]) -> dict[int, int]:
    """Return by how many pixels a page is too wide, for each width at which it is."""
    found = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            found[width] = over
    return found


def test_a_page_works_without_javascript(browser: Browser, address: str) -> None:
    page, _ = opened(browser, f"{address}/case", viewport=DESK, java_script_enabled=False)

    page.get_by_text("Resolve", exact=True).click()

    assert page.get_by_role("button", name="Resolve case").is_visible()
    page.context.close()


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_button_for_what_scripts_do_is_there_only_without_them(
    browser: Browser, address: str, has_scripts: bool
) -> None:
    page, _ = opened(
        browser, f"{address}/portal_new", viewport=DESK, java_script_enabled=has_scripts
    )

    assert page.get_by_role("button", name="Show its questions").is_visible() is not has_scripts
    page.context.close()


def test_keys_work_until_they_are_switched_off(browser: Browser, address: str) -> None:
    page, _ = opened(browser, f"{address}/case", viewport=DESK)

    page.keyboard.press("n")
    assert page.get_by_label("Internal note", exact=True).is_checked()
    assert page.evaluate("document.activeElement.id") == "reply-body"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_label("Switch single keys off").check()
    page.keyboard.press("Escape")
    page.keyboard.press("r")

    assert page.get_by_label("Internal note", exact=True).is_checked()
    page.context.close()


def test_a_draft_survives_a_reload(browser: Browser, address: str) -> None:
    page, _ = opened(browser, f"{address}/case", viewport=DESK)

    page.locator("#reply-body").fill("half a thought")
    page.get_by_text("Draft saved").wait_for()
    page.reload()

    assert page.locator("#reply-body").input_value() == "half a thought"
    page.context.close()


def test_light_and_dark_are_switched_and_kept(browser: Browser, address: str) -> None:
    page, _ = opened(browser, f"{address}/queue", viewport=DESK, color_scheme="light")

    page.get_by_role("button", name="Switch light and dark").click()
    page.reload()

    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.context.close()


def test_choosing_cases_shows_what_can_be_done_with_them(browser: Browser, address: str) -> None:
    page, _ = opened(browser, f"{address}/queue", viewport=DESK)
    button = page.get_by_role("button", name="Open a problem")
    assert not button.is_visible()

    page.get_by_label("Choose case 48213").check()
    page.get_by_label("Choose case 48209").check()

    assert button.is_visible()
    assert page.locator("[data-chosen]").inner_text() == "2"
    page.context.close()


def test_a_bar_says_when_a_colleague_changed_what_is_shown(browser: Browser) -> None:
    case = {**CASE, "live_of": "case:7"}
    changed = rendered("case", live_url="/live/", case={**case, "state_label": "Resolved"})
    pages = {"case": rendered("case", live_url="/live/", case=case)}

    with serving(pages) as url:
        page, _ = opened(browser, f"{url}/case", viewport=DESK)
        page.wait_for_timeout(2500)
        assert not page.locator("#live-bar").is_visible(), "nothing that a person sees has changed"

        pages["case"] = changed
        page.locator("#live-bar").wait_for(state="visible", timeout=10_000)
        page.context.close()


def test_a_draft_is_forgotten_once_it_stands_on_the_page(browser: Browser) -> None:
    sent = {**MESSAGES[4], "html": mark_safe("<p>It will <b>not</b> happen in December.</p>")}
    pages = {"case": rendered("case")}

    with serving(pages) as url:
        page, _ = opened(browser, f"{url}/case", viewport=DESK)
        page.locator("#reply-body").fill("It will **not** happen in December.")
        page.get_by_text("Draft saved").wait_for()
        pages["case"] = rendered("case", messages_of_case=[*MESSAGES, sent])
        page.reload()

        assert page.locator("#reply-body").input_value() == ""
        page.context.close()


def test_each_leg_of_the_journey_is_a_link_to_its_line(browser: Browser, address: str) -> None:
    page, _ = opened(browser, f"{address}/problem", viewport=DESK)

    page.locator("a[aria-label^='3. Payments Platform']").focus()
    page.keyboard.press("Enter")

    assert page.url.endswith("#leg-3")
    page.context.close()


def test_the_line_of_now_moves_and_says_the_time(browser: Browser, address: str) -> None:
    options: dict[str, Any] = {"viewport": DESK}
    page, _ = heard(browser.new_context(reduced_motion="reduce", locale="en-GB", **options))
    page.clock.install()
    page.goto(f"{address}/problem", wait_until="load")
    line, label = page.locator("svg.j line.now"), page.locator("svg.j .now-label")
    said, stood = label.text_content(), float(line.get_attribute("x1") or 0)

    page.clock.run_for(3_600_000)

    hourly = float(line.get_attribute("data-in-an-hour") or 0) - stood
    assert hourly > 0
    assert label.text_content() != said
    assert line.get_attribute("transform") == f"translate({hourly:.1f} 0)"
    page.context.close()
