"""Labelled texts are read from a file, drawn by chance, and mislabelled on purpose."""

import json
import random

import pytest

from servicedesk.measuring.labelled import (
    BadTexts,
    Text,
    drawn,
    read_labelled,
    with_wrong_labels,
)

LINES = [
    json.dumps({"label": "card", "title": "Card not arrived"}),
    json.dumps({"text": "Where is my card?", "label": "card", "split": "train"}),
    "",
    json.dumps({"text": "No card yet", "label": "card", "split": "test"}),
    json.dumps({"text": "What is the weather?", "label": None, "split": "test"}),
]


def chance() -> random.Random:
    return random.Random(4)  # noqa: S311 - the same draw every time


def test_titles_and_texts_are_told_apart():
    labelled = read_labelled(LINES)

    assert labelled.titles == {"card": "Card not arrived"}
    assert labelled.labels == ["card"]
    assert [text.label for text in labelled.test] == ["card", None]


@pytest.mark.parametrize("line", ['{"text": "x", "label": "y", "split": "dev"}', "x", '["text"]'])
def test_a_line_that_is_no_labelled_text_is_named(line: str):
    with pytest.raises(BadTexts, match="line 6"):
        read_labelled([*LINES, line])


def test_a_file_without_texts_to_match_is_refused():
    with pytest.raises(BadTexts, match="both splits"):
        read_labelled(LINES[:2])


def test_so_many_texts_are_drawn_of_each_label():
    texts = [Text(f"{label} {number}", label) for label in "ab" for number in range(9)]

    few = drawn(texts, labels=["a", "b"], examples=2, chance=chance())
    all_of_them = drawn(texts, labels=["a", "b"], examples=None, chance=chance())

    assert sorted(text.label or "" for text in few) == ["a", "a", "b", "b"]
    assert len(set(few)) == 4
    assert all_of_them == texts


def test_a_share_of_labels_is_made_wrong():
    texts = [Text(str(number), "a") for number in range(50)]

    made = with_wrong_labels(texts, labels=["a", "b", "c"], share=0.1, chance=chance())

    assert sum(text.label != "a" for text in made) == 5
    assert [text.text for text in made] == [text.text for text in texts]
