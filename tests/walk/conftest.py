"""A browser for walks: Debian's chromium, which a test that fails leaves a picture of."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.processes import free_port, mail_sink, manage, process, wait_for, worker

SHOTS = Path(__file__).resolve().parent.parent.parent / "var" / "shots"


@pytest.fixture
def chromium() -> Iterator[Any]:
    """A headless chromium."""
    # Only browser tests need the package.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    # Playwright keeps an event loop in this thread; the test's own queries are plain ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@pytest.fixture
def person(chromium: Any, request: Any) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a browser window of a person of its own.

    An error on a page, in its console or against its policy fails the test.
    """
    errors: list[str] = []
    pages: list[Any] = []

    def open_window(**options: Any) -> Any:
        context = chromium.new_context(
            viewport={"width": 1440, "height": 900}, reduced_motion="reduce", **options
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: errors.append(message.text) if is_fault(message) else None,
        )
        pages.append(page)
        return page

    yield open_window
    SHOTS.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages):
        page.screenshot(path=SHOTS / f"{request.node.name}-{number}.png", full_page=True)
        page.context.close()
    assert errors == []


def is_fault(message: Any) -> bool:
    """Whether a line of the console is a fault: a live stream that ends is none."""
    return message.type == "error" and "/live/" not in str(message.location)


@contextmanager
def running(**environment: str) -> Iterator[tuple[str, Any]]:
    """Run pages, live events, workers and tick; yield the port and the mail server that listens."""
    port, live_port = str(free_port()), str(free_port())
    with mail_sink() as sink:
        everything = {
            "SMTP_URL": sink.url,
            "PORT": port,
            "LIVE_PORT": live_port,
            "DEBUG": "0",
            **environment,
        }
        collect = process(*manage("collectstatic", "--noinput", "--verbosity=0"), **everything)
        with collect as collecting:
            wait_for(lambda: collecting.poll() is not None, seconds=60, why="static files")
            assert collecting.returncode == 0
        web = (
            sys.executable, "-m", "gunicorn", "servicedesk.wsgi:application",
            f"--bind=127.0.0.1:{port}", "--workers=1", "--worker-class=gthread", "--threads=4",
        )  # fmt: skip
        live = (
            sys.executable, "-m", "uvicorn", "servicedesk.live.asgi:application",
            "--host=127.0.0.1", f"--port={live_port}", "--no-access-log",
            "--timeout-graceful-shutdown=1",
        )  # fmt: skip
        with (
            process(*web, **everything),
            process(*live, **everything),
            process(*worker("urgent", "default", "mail", "bulk"), **everything),
            process(*manage("tick"), **everything),
        ):
            wait_for(lambda: answers(port), why="the pages")
            yield port, sink


def answers(port: str) -> bool:
    """Whether the pages answer."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
