"""The first line of an answer decides, or decides nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.mail.commands import Command, Deed, command_in


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("accept", Command(Deed.ACCEPT)),
        ("\n\n  Accept. \n\nRegards", Command(Deed.ACCEPT, text="Regards")),
        ("ACCEPT!", Command(Deed.ACCEPT)),
        ("refuse: not our job", Command(Deed.REFUSE, text="not our job")),
        (
            "Refuse to Billing: they own\nthe tariffs.",
            Command(Deed.REFUSE, department="Billing", text="they own\nthe tariffs."),
        ),
        (
            "hand over to Card operations : they print them",
            Command(Deed.HAND_OVER, department="Card operations", text="they print them"),
        ),
        ("handover to IT: x", Command(Deed.HAND_OVER, department="IT", text="x")),
        ("done: the job ran twice", Command(Deed.DONE, text="the job ran twice")),
        ("done", Command(Deed.DONE)),
        ("approve", Command(Deed.APPROVE)),
        ("decline: too risky", Command(Deed.DECLINE, text="too risky")),
        ("refuse:", Command(Deed.REFUSE)),
    ],
)
def test_a_first_line_that_decides(text: str, command: Command) -> None:
    assert command_in(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "", "   \n", "accepted", "accept?", "accept that we are late", "I accept", "we refuse: no",
        "refuse", "hand over", "done to Billing: x", "accept to Billing: x", "thanks\naccept",
        "> accept", "decline", "refuse to : x",
    ],
)  # fmt: skip
def test_a_first_line_that_decides_nothing(text: str) -> None:
    assert command_in(text) is None


@given(st.text(max_size=400))
def test_whatever_is_written_is_a_command_or_none(text: str) -> None:
    command = command_in(text)

    assert command is None or text.strip()[:1].lower() in "arhd"
