"""Labelled texts to measure with: problems with titles, and texts that belong to them or to none.

A file has one JSON object a line: `{"label", "title"}` for a problem, `{"text", "label", "split"}`
for a text, where split is "train" or "test" and a label of null says that no problem exists.
"""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


class BadTexts(ValueError):
    """The file does not hold labelled texts; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the label of its problem, if there is one."""

    text: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Labelled:
    """Titles by label, texts to link, and texts to match."""

    titles: dict[str, str]
    train: tuple[Text, ...]
    test: tuple[Text, ...]

    @property
    def labels(self) -> list[str]:
        """Return the labels of all problems that texts to link belong to, in order."""
        return sorted({text.label for text in self.train if text.label is not None})


def read_labelled(lines: Iterable[str]) -> Labelled:
    """Read labelled texts.

    Raises:
        BadTexts: a line is no such object, or there is nothing to link or to match.
    """
    titles: dict[str, str] = {}
    texts: dict[str, list[Text]] = {"train": [], "test": []}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if "text" in row:
                texts[row["split"]].append(text_in(row))
            else:
                titles[str(row["label"])] = str(row["title"])
        except (KeyError, TypeError, ValueError) as fault:
            raise BadTexts(f"line {number} is no labelled text ({fault!r})") from fault
    found = Labelled(titles, tuple(texts["train"]), tuple(texts["test"]))
    if not found.labels or not found.test:
        raise BadTexts("there must be labelled texts of both splits, train and test")
    return found


def text_in(row: dict[str, Any]) -> Text:
    """Return the text of one line."""
    label = row["label"]
    return Text(str(row["text"]), None if label is None else str(label))


def drawn(
    texts: Sequence[Text], *, labels: Sequence[str], examples: int | None, chance: random.Random
) -> list[Text]:
    """Return so many texts of each label, drawn by chance; all of them if `examples` is None."""
    found: list[Text] = []
    for label in labels:
        own = [text for text in texts if text.label == label]
        chosen = own if examples is None else chance.sample(own, min(examples, len(own)))
        found.extend(chosen)
    return found


def with_wrong_labels(
    texts: Sequence[Text], *, labels: Sequence[str], share: float, chance: random.Random
) -> list[Text]:
    """Return the texts, a share of them with the label of another problem, as people err."""
    wrong = set(chance.sample(range(len(texts)), round(share * len(texts))))
    return [
        Text(text.text, chance.choice([label for label in labels if label != text.label]))
        if place in wrong and len(labels) > 1
        else text
        for place, text in enumerate(texts)
    ]
