"""Mails that are made quickly are those that the library would have made."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.mail.handing_over import written
from servicedesk.mail.plain_mails import FORMS, LONGEST_LINE, POLICY, is_plain, set_text

LIBRARY = SMTP.clone(max_line_length=LONGEST_LINE)
SIGNS = "ab9Z .,:;!()@/&%+_'-<>=?\"\\\t\u00e9\u4e2d"
# What stands in our mails, changed in places, is plain more often than what is drawn sign by sign.
USUAL = st.sampled_from(
    [
        "Ingrid Solheim <ingrid@example.org>",
        "i.s@example.org",
        "<1f@desk.example>",
        "<https://desk.example/help/stop/1.2.progress.aB-_/>",
        'text/plain; charset="utf-8"',
        "Re: The card (blue), 50 % & more",
        "Card @ home <b@c>",
        "=?utf-8?q?a?=",
        "auto-generated",
        "a=b",
        "1.0",
    ]
)
WORDS = st.lists(st.one_of(USUAL, st.text(alphabet=SIGNS, max_size=60)), max_size=3).map("".join)
LINES = st.lists(st.text(alphabet=SIGNS + "\n\r.", max_size=250), max_size=4).map("\n".join)


@given(name=st.sampled_from([*(name.title() for name in FORMS), "X-Loop"]), value=WORDS)
def test_a_plain_head_is_written_as_the_library_writes_it(name: str, value: str) -> None:
    ours, theirs = EmailMessage(policy=POLICY), EmailMessage(policy=LIBRARY)

    try:
        theirs[name] = value
        expected = written(theirs)
    except (ValueError, IndexError, AttributeError):
        # The library cannot read it.
        assert not is_plain(name, value)
        return
    ours[name] = value

    assert written(ours) == expected
    assert str(ours[name]) == str(theirs[name])


@given(text=LINES)
def test_a_text_is_written_as_the_library_writes_it(text: str) -> None:
    ours, theirs = EmailMessage(policy=POLICY), EmailMessage(policy=LIBRARY)

    set_text(ours, text)
    theirs.set_content(text)

    assert written(ours) == written(theirs)
    assert ours.get_content() == theirs.get_content()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("To", str(Address("Ingrid Solheim", addr_spec="ingrid@example.org"))),
        ("Subject", "What helps for now: A problem with Meter"),
        ("List-Unsubscribe", "<https://desk.example/help/stop/1.2.progress.aB-_/>"),
        ("X-Loop", "throughline-bank.desk.example"),
    ],
)
def test_usual_heads_are_plain(name: str, value: str) -> None:
    assert is_plain(name, value)


def test_a_head_with_a_line_break_is_refused() -> None:
    mail = EmailMessage(policy=POLICY)

    with pytest.raises(ValueError, match="linefeed"):
        mail["Subject"] = "Hello\r\nBcc: everybody@example.org"
