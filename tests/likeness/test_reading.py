"""What the model reads of a mail is what its sender wrote now."""

import pytest

from problems.likeness.reading import readable
from servicedesk.measuring.wrapping import TEXT, WAYS

ASKED = "The app shows error E-4012 when I pay.\nIt worked yesterday."


@pytest.mark.parametrize("way", WAYS)
def test_the_text_is_read_without_what_is_around_it(way: str):
    read = readable("", text=way.replace(TEXT, ASKED))

    assert read.startswith(ASKED)
    assert len(read) < len(ASKED) + 20


def test_a_subject_is_read_once_and_without_what_answering_adds():
    assert readable("Re: AW: Card lost", text="Where is it?") == "Card lost\nWhere is it?"
    assert readable("Where is…", text="Where is my card?") == "Where is my card?"


@pytest.mark.parametrize("text", ["Hi", "Thanks!", "", "Kind regards,\nBob"])
def test_a_text_of_nothing_but_courtesy_stays(text: str):
    assert readable("", text=text).strip() == text


def test_thanks_in_the_middle_end_nothing():
    text = "Thanks for the card.\nIt does not work in shops abroad."

    assert readable("", text=text) == text


def test_a_long_text_after_thanks_is_no_signature():
    lines = [f"Step {number} fails as well." for number in range(30)]
    text = "\n".join(["It fails.", "Thanks", *lines])

    assert readable("", text=text) == text


def test_an_enormous_text_is_cut():
    assert len(readable("Subject", text="word " * 1_000_000)) <= 4_000


@pytest.mark.timeout(5)
def test_thousands_of_farewells_take_no_time():
    """Each line is looked at once: a text like this took twenty seconds when each was looked ahead of."""
    text = "It fails.\n" + "br\n" * 6_500

    assert readable("", text=text).startswith("It fails.")
