"""The small signs on pages: clocks, spans, initials, moments, icons, and the files they load."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import timezone, translation
from django.utils.formats import date_format

import servicedesk
from servicedesk.configuration.sections import SECTIONS
from servicedesk.pages import assets
from servicedesk.pages.clock_chip import clock_chip
from servicedesk.pages.icons import CHOSEN_AT_RUN_TIME, icon_names_in
from servicedesk.pages.journey_wording import journey_wording
from servicedesk.pages.journey_words import Wording
from servicedesk.pages.moments import day, day_and_hour, moment
from servicedesk.pages.sentences import sentences
from servicedesk.pages.spans import span_in_words
from servicedesk.pages.static_files import UsedFilesFinder
from servicedesk.templatetags.ui import hue, initials
from tests.pages.journeys import NOW, OSLO

HOUR = timedelta(hours=1)
STATIC = Path(servicedesk.__file__).parent / "static"


@pytest.mark.parametrize(
    ("left", "state", "words"),
    [
        (timedelta(hours=3), "ok", "3 h"),
        (timedelta(minutes=59), "soon", "59 min"),
        (timedelta(0), "breached", "0 min over"),
        (timedelta(minutes=-12), "breached", "12 min over"),
        (timedelta(days=-2, hours=-3), "breached", "2 d 3 h over"),
    ],
)
def test_a_clock_says_what_is_left(left: timedelta, state: str, words: str) -> None:
    due_at = NOW + left

    chip = clock_chip(promise="Next reply", started_at=due_at - 4 * HOUR, due_at=due_at, at=NOW)

    assert (chip.state, chip.words) == (state, words)
    assert 0 <= chip.percent <= 100


def test_a_clock_that_is_paused_or_met_does_not_run() -> None:
    paused = clock_chip(
        promise="Fix", started_at=NOW, due_at=None, at=NOW, left_when_paused=130 * HOUR / 60
    )
    met = clock_chip(promise="Fix", started_at=NOW, due_at=NOW - HOUR, at=NOW, met_at=NOW)

    assert (paused.state, paused.words) == ("paused", "paused, 2 h 10 left")
    assert met.state == "met"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=2, minutes=4), "2 h 04"),
        (timedelta(hours=12, minutes=40), "12 h"),
        (timedelta(days=3, hours=4), "3 d 4 h"),
        (timedelta(days=31), "31 d"),
    ],
)
def test_a_span_has_at_most_two_units(span: timedelta, words: str) -> None:
    assert span_in_words(span) == words


def test_initials_and_hue_belong_to_a_name() -> None:
    assert initials("Ingrid Solheim") == "IS"
    assert initials("ingrid.solheim@example.no") == "IE"
    assert initials("") == "?"
    assert hue("Ingrid") == hue("Ingrid")
    assert hue("Ingrid") != "red"


def test_what_is_wrong_with_a_field_is_one_text() -> None:
    assert sentences("Too long.") == "Too long."
    assert sentences(["Too long.", "Not a date."]) == "Too long. Not a date."
    assert sentences(None) == ""


def test_a_moment_of_today_is_an_hour_and_of_another_day_has_its_day() -> None:
    now = timezone.now()
    template = Template("{% moment at %}")
    with timezone.override(OSLO):
        local = timezone.localtime(now)
        today = template.render(Context({"at": now}))
        earlier = template.render(Context({"at": now - timedelta(days=800)}))

    assert f">{local:%H:%M}<" in today
    assert f">{(local - timedelta(days=800)).year}<" not in earlier
    assert str((local - timedelta(days=800)).year) in earlier
    assert template.render(Context({"at": None})) == ""


def test_the_words_of_a_drawing_are_the_plain_ones_in_english() -> None:
    with translation.override("en"):
        assert journey_wording() == Wording()


def test_the_stylesheet_holds_every_file_and_no_comment() -> None:
    written = {path.name for path in (STATIC / "css").glob("*.css")}
    css = assets.stylesheet(STATIC / "css").decode()

    apart = (*assets.OF_THE_PORTAL, *assets.OF_THE_RADAR, *assets.OF_DRAWINGS)
    assert written == {*assets.STYLESHEETS, *apart}
    assert "/*" not in css
    assert css.count("{") == css.count("}")


def test_the_sprite_holds_each_icon_that_a_template_names() -> None:
    templates = [*(Path(settings.BASE_DIR) / "templates").rglob("*.html")]
    names = icon_names_in(templates)

    sprite = assets.sprite(names | CHOSEN_AT_RUN_TIME).decode()

    assert len(names) > 30
    assert all(f'id="{name}"' in sprite for name in names)


def test_each_page_of_the_settings_has_an_icon_in_the_sprite() -> None:
    templates = Path(settings.BASE_DIR, "templates").rglob("*.html")

    missing = {section.icon for section in SECTIONS} - icon_names_in(templates) - CHOSEN_AT_RUN_TIME

    assert missing == set()


def test_an_unknown_icon_is_named() -> None:
    with pytest.raises(assets.UnknownIcon, match="no-such-icon"):
        assets.sprite(["no-such-icon", "check"])


def test_a_file_is_built_again_only_when_its_inputs_changed(tmp_path: Path) -> None:
    made: list[str] = []

    def wanted(inputs: str) -> list[assets.Asset]:
        def make() -> bytes:
            made.append(inputs)
            return b"a{}"

        return [assets.Asset("a.css", inputs, make)]

    assert assets.build(wanted=wanted("one"), into=tmp_path) == ["a.css"]
    assert assets.build(wanted=wanted("one"), into=tmp_path) == []
    assert assets.build(wanted=wanted("two"), into=tmp_path) == ["a.css"]
    (tmp_path / "a.css").unlink()
    assert assets.build(wanted=wanted("two"), into=tmp_path) == ["a.css"]
    assert made == ["one", "two", "two"]


@pytest.fixture
def _many_languages(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look texts up, as an installation with several languages does."""
    settings.USE_I18N = True
    # Which way texts are looked up is chosen once, when the first one is; this is chosen anew.
    trans: Any = vars(translation)["_trans"]
    monkeypatch.setattr(translation, "_trans", type(trans)())


@pytest.mark.usefixtures("_many_languages")
@pytest.mark.parametrize("language", ["en", "de", "nb"])
def test_days_and_moments_are_said_as_django_says_dates(language: str) -> None:
    with translation.override(language), timezone.override(OSLO):
        for month in range(1, 13):
            at = datetime(2019, month, month + 9, 8, 5, tzinfo=UTC)
            local = timezone.localtime(at)

            assert f'title="{date_format(local, "l j F Y H:i")}"' in moment(at)
            assert f">{date_format(local, 'j M Y')}<" in moment(at)
            assert f">{date_format(local, 'j M Y')}<" in day(at)
            assert day_and_hour(at) == date_format(local, "D j M H:i")


@pytest.mark.usefixtures("_many_languages")
def test_a_fixed_text_is_said_in_the_language_of_each_reader() -> None:
    template = Template("{% load i18n ui %}{% translate 'Yes' %}")

    said = {}
    for language in ("en", "de", "en"):
        with translation.override(language):
            said[language] = template.render(Context({}))

    assert said == {"en": "Yes", "de": "Ja"}


def test_a_fixed_address_is_written_once_and_one_with_arguments_each_time() -> None:
    template = Template("{% load ui %}{% url 'home' %} {% url 'agent:case' number %}")

    for number in (7, 8):
        assert template.render(Context({"number": number})) == f"/ /c/{number}/"


def test_of_packages_only_files_that_pages_load_are_collected() -> None:
    collected = {path for path, _storage in UsedFilesFinder().list(None)}

    assert {"django_htmx/htmx-2.min.js", "app.js"} <= collected
    assert not [
        path for path in collected if path.startswith(("rest_framework/", "django_htmx/ext"))
    ]
