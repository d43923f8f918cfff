"""What was said is shown the same by the short way as by the long one, and never as markup."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.rendering import to_html
from servicedesk.agent.conversation import SINGLE_BREAK, markdown
from servicedesk.pages.said_rows import history_markup, messages_markup

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LETTERS = st.text(alphabet="abZé1_*.,:;?!'-#<&\"`[]() /\n", max_size=24)


@given(LETTERS)
def test_mere_sentences_look_as_markdown_would_make_them(text: str) -> None:
    """The short way is taken only where it comes to the same."""
    assert markdown(text) == to_html(SINGLE_BREAK.sub("  \n", text))


@pytest.mark.parametrize(
    "text",
    [
        "Thank you.\nWe look into it.",
        "First.\n\nSecond, in two lines\nof it.",
        "It's done: see the door-opener!",
        "Heading\n---",
        "a_b_c and _this_",
        "1. one",
    ],
)
def test_an_answer_looks_as_markdown_would_make_it(text: str) -> None:
    """Examples of both ways."""
    assert markdown(text) == to_html(SINGLE_BREAK.sub("  \n", text))


def test_no_text_of_a_message_becomes_markup() -> None:
    """Whoever wrote it, and wherever it stands."""
    evil = "<img src=x onerror=alert(1)>"
    message = {
        "kind": "in",
        "number": 7,
        "author": evil,
        "channel": evil,
        "delivery": evil,
        "at": AT,
        "html": "",
        "text": evil,
        "signature": evil,
        "quoted": evil,
        "body_url": "/mail/7/",
        "files": [{"name": evil, "href": "/file/1/", "size": 2048}],
    }
    event = {"kind": "event", "symbol": "inbox", "tone": "", "text": evil, "href": "", "at": AT}
    entry = {"symbol": "inbox", "text": evil, "href": "", "person": evil, "at": AT}

    shown = messages_markup([message, event]) + history_markup([entry])

    assert "<img" not in shown
    assert shown.count("&lt;img src=x") == 11
    assert "2.0\xa0KB" in shown


def test_what_a_colleague_wrote_keeps_its_markup() -> None:
    """HTML that was cleaned is shown as it is."""
    message = {"kind": "out", "number": 7, "author": "Ada", "at": AT, "text": "**Now**"}
    shown = messages_markup([{**message, "html": markdown("**Now**")}])
    assert "<p><strong>Now</strong></p>" in shown
