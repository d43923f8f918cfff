"""A workflow drawn in a real browser: once by mouse, once by keyboard; the database has what is seen."""

import os
from collections.abc import Callable, Iterator
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils.timezone import now
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.make import make_tenant, make_user
from tests.pages.axe import faults
from tests.pages.shown import build
from tests.pages.test_looks import CHROMIUM
from tests.processes import wait_for
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.stages.definition import Definition
from workflow.stages.models import WorkflowVersion
from workflow.stages.versions import definition_of, start_draft
from workflow.stages.workflows import add_workflow
from workflow.tenancy.scope import tenant_scope

SYSTEM = Actor.system("test")
# A busy machine takes its time; what is right is seen at once.
expect.set_options(timeout=20_000)

pytestmark = [
    pytest.mark.browser,
    # The browser's own thread holds sockets until the session ends.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Server(ThreadingMixIn, WSGIServer):
    """Answers each request in a thread: a browser keeps connections on which it says nothing."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def port(django_db_setup: None) -> Iterator[int]:
    """Serve the product with its files, each request in a thread."""
    build()

    def application(environ: Any, start: Any) -> Any:
        try:
            return handler(environ, start)
        finally:
            connections.close_all()

    handler = StaticFilesHandler(get_wsgi_application())
    server = make_server("127.0.0.1", 0, application, Server, Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


class Board:
    """A draft on the screen, and what the database has of it."""

    def __init__(self, page: Page, *, tenant_id: int, version_id: int) -> None:
        self.page = page
        self.tenant_id = tenant_id
        self.version_id = version_id

    def stored(self) -> Definition:
        """Return what the draft draws."""
        with tenant_scope(self.tenant_id):
            return definition_of(WorkflowVersion.objects.get(pk=self.version_id))

    def stored_as(self, says: Callable[[Definition], bool]) -> Definition:
        """Return what the draft draws once it is as expected."""
        wait_for(lambda: says(self.stored()), seconds=20, why="the change")
        # What is stored is on the screen too before the next hand is laid on it.
        with tenant_scope(self.tenant_id):
            edition = WorkflowVersion.objects.get(pk=self.version_id).edition
        expect(self.page.locator("#drawing")).to_have_attribute("data-shows", str(edition))
        return self.stored()

    def stage(self, name: str) -> Locator:
        """Return the card of a stage."""
        return self.page.locator(f'#wf-canvas .stage[data-name="{name}"]')

    def fill_new_stage(self, name: str, *, state: str) -> None:
        """Fill the dialog of a new stage and send it."""
        dialog = self.page.get_by_role("dialog", name="New stage")
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_label("State").select_option(state)
        dialog.get_by_role("button", name="Add the stage").click()
        expect(self.stage(name)).to_be_visible()

    def middle(self, shape: Locator) -> tuple[float, float]:
        """Return the middle of what is shown, in the window."""
        box = shape.bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, begin: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag with the mouse."""
        self.page.mouse.move(*begin)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()


@pytest.fixture
def board(port: int, committing: None) -> Iterator[Board]:
    """An empty draft in the browser of an administrator; any complaint of the page fails the test."""
    tenant = make_tenant(at=now())
    with tenant_scope(tenant.pk):
        workflow = add_workflow(name="Defects", actor=SYSTEM, at=now())
        empty = Definition(name="Defects", start="", stages=(), steps=())
        version = start_draft(workflow_id=workflow.pk, definition=empty, actor=SYSTEM, at=now())
        client = signed_in_staff(tenant, make_user(Role.ADMIN))
    host = f"{tenant.slug}.localhost"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"],
        )
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, reduced_motion="reduce", locale="en-GB"
        )
        context.add_cookies(
            [
                {"name": name, "value": morsel.value, "domain": host, "path": "/"}
                for name, morsel in client.cookies.items()
            ]
        )
        # Nobody tells news in this test.
        context.route("**/live/**", lambda route: route.abort())
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "console",
            lambda line: (
                said.append(line.text)
                if line.type == "error" and "/live/" not in str(line.location)
                else None
            ),
        )
        page.goto(f"http://{host}:{port}/settings/workflows/{workflow.pk}/draft/", timeout=60_000)
        yield Board(page, tenant_id=tenant.pk, version_id=version.pk)
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
    assert said == []


def test_a_workflow_is_drawn_by_mouse_and_the_checks_speak(board: Board) -> None:
    page = board.page
    page.get_by_role("toolbar").get_by_role("button", name="Stage").click()
    board.fill_new_stage("New", state="new")

    # At a place: two clicks on the empty ground.
    canvas = page.locator("#wf-canvas").bounding_box()
    assert canvas is not None
    page.mouse.dblclick(canvas["x"] + 600, canvas["y"] + 250)
    page.get_by_label("Draw a step from").uncheck()
    board.fill_new_stage("Solved", state="resolved")
    placed = board.stored_as(lambda drawing: len(drawing.stages) == 2).stages[1]
    assert placed.x is not None
    assert placed.x > 300
    expect(page.locator("#wf-say")).to_contain_text("No step leads to “Solved”")

    # Dragged, and put down on the grid.
    x, y = board.middle(board.stage("Solved"))
    board.drag((x, y), (x + 90, y - 70))
    moved = board.stored_as(lambda drawing: drawing.stages[1].x != placed.x).stages[1]
    assert moved.y is not None
    assert moved.y < (placed.y or 0)
    assert (moved.x or 0) % 22 == moved.y % 22 == 0

    # From the handle of one to the other; the name is asked for at once.
    board.stage("New").hover()
    board.drag(
        board.middle(page.locator("#wf-canvas .handle .grip")), board.middle(board.stage("Solved"))
    )
    name = page.locator("#step-name")
    expect(name).to_be_focused()
    expect(page.locator("#wf-say")).to_contain_text("which no problem can do")
    name.fill("Solve at once")
    name.press("Enter")
    drawing = board.stored_as(
        lambda drawing: [one.name for one in drawing.steps] == ["Solve at once"]
    )
    assert (drawing.steps[0].begin, drawing.steps[0].end) == ("new", "solved")

    # A finding leads to its place; what is chosen there is taken out after a question.
    page.locator("#findings").get_by_role("link", name="which no problem can do").click()
    expect(page.locator("#wf-canvas .step.chosen")).to_have_count(1)
    page.get_by_role("toolbar").get_by_role("button", name="Take out what is chosen").click()
    page.get_by_role("button", name="Take it out").first.click()
    board.stored_as(lambda drawing: not drawing.steps)
    expect(page.locator("#wf-canvas .step")).to_have_count(0)

    page.get_by_role("button", name="Undo").click()

    assert board.stored_as(lambda drawing: len(drawing.steps) == 1).steps == drawing.steps

    # What does not fit has a small map beside it, that leads to where one points.
    for _time in range(6):
        page.locator("#drawing [data-act=in]").click()
    small = page.locator("#wf-mini svg").bounding_box()
    assert small is not None
    page.mouse.click(small["x"] + small["width"] - 4, small["y"] + small["height"] / 2)
    assert page.evaluate("document.querySelector('#wf-canvas').scrollLeft") > 100
    expect(page.locator("#wf-mini .there")).to_have_count(2)
    assert faults(page) == []


def test_a_workflow_is_drawn_by_keyboard_alone(board: Board) -> None:
    page, press = board.page, board.page.keyboard.press
    page.locator("body").press("n")
    page.keyboard.type("New")
    press("Enter")
    expect(board.stage("New")).to_be_focused()

    # The next one is joined to where one stands.
    press("n")
    page.keyboard.type("Assess")
    press("Tab")
    page.keyboard.type("Wait")
    press("Shift+Tab")
    press("Enter")
    expect(board.stage("Assess")).to_be_focused()
    drawing = board.stored_as(lambda drawing: len(drawing.steps) == 1)
    assert [(one.name, one.state) for one in drawing.stages] == [
        ("New", "new"),
        ("Assess", "assess"),
    ]

    # Along the arrows of the keyboard, and moved with shift.
    press("ArrowLeft")
    expect(board.stage("New")).to_be_focused()
    press("ArrowRight")
    press("Shift+ArrowDown")
    press("Shift+ArrowDown")
    before = drawing.stages[1]
    moved = board.stored_as(lambda drawing: drawing.stages[1].y != before.y).stages[1]
    assert (moved.x, moved.y) == (before.x, (before.y or 0) + 44)
    expect(board.stage("Assess")).to_be_focused()

    # A step back: c, choose, Enter; the drawing knows that it leads back.
    press("c")
    expect(page.locator("#wf-say")).to_contain_text("A step from “Assess”")
    press("ArrowLeft")
    press("Enter")
    drawing = board.stored_as(lambda drawing: len(drawing.steps) == 2)
    assert (drawing.steps[1].begin, drawing.steps[1].end) == ("assess", "new")
    assert drawing.steps[1].kind.value == "back"

    # Steps are chosen with s, opened with Enter, taken out with a question.
    expect(page.locator("#wf-canvas .step.chosen")).to_have_count(1)
    press("Enter")
    expect(page.locator("#step-name")).to_be_focused()
    page.keyboard.type("Refuse")
    press("Enter")
    board.stored_as(lambda drawing: drawing.steps[1].name == "Refuse")
    board.stage("Assess").focus()
    press("s")
    expect(page.locator("#wf-say")).to_contain_text("Refuse")
    press("Delete")
    press("Enter")
    board.stored_as(lambda drawing: len(drawing.steps) == 1)

    expect(board.stage("Assess")).to_be_focused()
    press("u")

    board.stored_as(lambda drawing: [one.name for one in drawing.steps][1:] == ["Refuse"])
    expect(page.locator("#wf-say")).to_contain_text("Undone.")
    press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Move the chosen stage")
