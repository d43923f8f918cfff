"""Bursts are planted where they are said to be, the same ones for the same seed."""

import json
from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from servicedesk.measuring.arrived import Row
from servicedesk.measuring.labelled import BadTexts, Labelled, Text
from servicedesk.measuring.planting import EVERY, Planted, plant

BEGAN = datetime(2025, 1, 6, tzinfo=UTC)
WANTED = Planted(size=6, bursts=3, within=20)
HISTORY = 60


def texts(split: str, *, labels: int = 12, each: int = 10) -> tuple[Text, ...]:
    return tuple(
        Text(f"{split} text {place} about {label}", f"label {label}")
        for label in range(labels)
        for place in range(each)
    )


LABELLED = Labelled({}, train=texts("train"), test=texts("test", each=4))


def planted(*, seed: int = 1, labelled: Labelled = LABELLED) -> list[Row]:
    return plant(labelled, wanted=WANTED, history=HISTORY, seed=seed, began=BEGAN)


def test_new_labels_come_only_in_their_burst_and_after_the_history():
    rows = planted()
    new = [place for place, row in enumerate(rows) if row.is_new]

    assert Counter(rows[place].label for place in new) == dict.fromkeys(
        {rows[place].label for place in new}, WANTED.size
    )
    assert len({rows[place].label for place in new}) == WANTED.bursts
    assert min(new) >= HISTORY
    for label in {rows[place].label for place in new}:
        own = [place for place, row in enumerate(rows) if row.label == label]
        assert set(own) <= set(new)
        # Other bursts may lie between: of the rest there are no more than a burst is long.
        assert sum(not row.is_new for row in rows[own[0] : own[-1]]) <= WANTED.within


def test_texts_to_match_come_first_in_bursts_and_nothing_comes_twice():
    rows = planted()

    new = [row.text for row in rows if row.is_new]
    assert sum(text.startswith("test") for text in new) == WANTED.bursts * 4
    assert len({row.text for row in rows}) == len(rows)
    assert [row.at for row in rows] == [BEGAN + place * EVERY for place in range(len(rows))]
    assert len({row.customer for row in rows}) == len(rows)


def test_a_quarter_of_the_others_has_no_problem_that_anybody_knows():
    rows = planted()

    known = {row.label for row in rows if not row.is_new and row.label is not None}
    assert len(known) == 7  # of nine beside the bursts
    assert any(row.label is None for row in rows[:HISTORY])


def test_the_same_seed_gives_the_same_stream_and_another_another():
    assert planted() == planted()
    assert planted(seed=2) != planted()


@pytest.mark.parametrize(
    ("labelled", "said"),
    [
        (Labelled({}, train=texts("train", labels=3), test=texts("test", labels=3)), "more than 3"),
        (Labelled({}, train=texts("train", labels=6, each=12), test=()), "more than 80 texts"),
    ],
)
def test_too_little_to_plant_is_said(labelled, said):
    with pytest.raises(BadTexts, match=said):
        planted(labelled=labelled)


def test_the_command_says_what_planted_bursts_lack(tmp_path: Path):
    file = tmp_path / "few.jsonl"
    rows = [{"text": "where?", "label": "a", "split": split} for split in ("train", "test")]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")

    with pytest.raises(CommandError, match="more than 12 labels must have 30 texts or more"):
        call_command("evaluate_patterns", str(file), "--plant", "25", stdout=StringIO())
