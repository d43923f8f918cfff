"""Every page can be rendered, says what it is, and keeps the strict policy of the product."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from tests.pages.rendering import rendered
from tests.pages.samples import PAGES

TEMPLATES = Path(settings.BASE_DIR) / "templates"
WHOLE_PAGES = sorted(
    str(path.relative_to(TEMPLATES))
    for path in TEMPLATES.rglob("*.html")
    if "{% extends" in path.read_text(encoding="utf-8")
)
each_page = pytest.mark.parametrize("name", PAGES)


class Reader(HTMLParser):
    """Collects what the tests ask about."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def read(name: str) -> list[tuple[str, dict[str, str | None]]]:
    """Return the tags of a sample page with their attributes."""
    reader = Reader()
    reader.feed(rendered(name))
    return reader.tags


def test_every_template_compiles() -> None:
    names = [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.*")]

    assert len(names) > 50
    for name in names:
        get_template(name)


def test_every_whole_page_has_a_sample() -> None:
    shown = {template for template, _ in PAGES.values()}

    frames = {
        "shell.html",
        "portal/base.html",
        "settings/base.html",
        "reports/base.html",
        "errors/error.html",
        "agent/telling.html",
    }
    assert set(WHOLE_PAGES) - frames - shown == set()


@pytest.mark.parametrize("name", [name for name in PAGES if "settings_page" in PAGES[name][1]])
def test_every_page_of_the_settings_has_the_styles_of_their_frame(name: str) -> None:
    sheets = {str(attrs.get("href")) for tag, attrs in read(name) if tag == "link"}

    for wanted in ("radar", "drawings"):
        assert any(f"build/{wanted}." in sheet for sheet in sheets), wanted


@each_page
def test_a_page_needs_no_inline_style_and_no_inline_script(name: str) -> None:
    tags = read(name)

    assert not [tag for tag, attrs in tags if "style" in attrs or tag == "style"]
    assert not [attrs for tag, attrs in tags if tag == "script" and not attrs.get("src")]
    assert not [attrs for _, attrs in tags if any(key.startswith("on") for key in attrs)]


@each_page
def test_a_page_has_one_heading_one_main_and_no_id_twice(name: str) -> None:
    tags = read(name)
    ids = Counter(attrs["id"] for _, attrs in tags if attrs.get("id"))

    assert [tag for tag, _ in tags].count("h1") == 1
    assert [tag for tag, _ in tags].count("main") == 1
    assert [known for known, count in ids.items() if count > 1] == []


@each_page
def test_every_field_has_a_label_and_every_form_a_way_to_send_it(name: str) -> None:
    tags = read(name)
    labelled = {attrs.get("for") for tag, attrs in tags if tag == "label"}
    loose = [
        attrs
        for tag, attrs in tags
        if tag in {"input", "textarea", "select"}
        and attrs.get("type") not in {"hidden", "checkbox", "radio", "file"}
        and attrs.get("id") not in labelled
    ]

    assert loose == []
    assert not [attrs for tag, attrs in tags if tag == "button" and not attrs.get("type")] or all(
        attrs.get("aria-label") for tag, attrs in tags if tag == "button" and not attrs.get("type")
    )
    forms = [attrs for tag, attrs in tags if tag == "form"]
    assert all(attrs.get("method") == "dialog" or attrs.get("action") for attrs in forms)


@each_page
def test_a_form_that_changes_something_is_posted_with_its_token(name: str) -> None:
    html = rendered(name)

    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", html, re.DOTALL):
        assert "csrfmiddlewaretoken" in form or 'name="token"' in form


@each_page
def test_nothing_is_left_unrendered(name: str) -> None:
    html = rendered(name)

    assert "{{" not in html
    assert "{%" not in html
    assert "None" not in re.sub(r"<[^>]+>", " ", html)
