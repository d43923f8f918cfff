"""A stream with bursts planted in it, drawn by chance from labelled texts.

A case comes every few minutes, each from a customer of its own. Some labels never come but in
their own burst, after the history; a quarter of the others has no problem anybody knows, as in
life. How the streams of the published figures are made is told in `docs/matching.md`.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from servicedesk.measuring.arrived import Row
from servicedesk.measuring.labelled import BadTexts, Labelled, Text

EVERY = timedelta(minutes=3)
UNKNOWN_SHARE = 0.25
# So many texts more than a burst takes must a label have: one of a handful says little.
_SPARE = 5


@dataclass(frozen=True, slots=True)
class Planted:
    """What is planted: `bursts` labels, `size` cases of each within `within` cases that come."""

    size: int
    bursts: int = 12
    within: int = 300


def plant(
    labelled: Labelled, *, wanted: Planted, history: int, seed: int, began: datetime
) -> list[Row]:
    """Return a stream of all texts but those of the planted labels that are not in a burst.

    The same seed gives the same stream. Texts to match (the test split) come first in bursts, so
    that what a setting was chosen on is not what it is measured on, as far as there are enough.

    Raises:
        BadTexts: too few labels have texts enough, or the rest is too short for the bursts.
    """
    chance = random.Random(seed)  # noqa: S311 - the same draw every time, no secret
    texts = [*labelled.test, *labelled.train]
    chosen = chosen_labels(texts, wanted=wanted, chance=chance)
    rest = [text for text in texts if text.label not in chosen]
    chance.shuffle(rest)
    last = len(rest) - wanted.within
    if last <= history:
        raise BadTexts(f"there must be more than {history + wanted.within} texts beside the bursts")
    unknown = unknown_labels(rest, chance=chance)
    placed = [
        (
            float(place),
            Row(began, text.text, "", None if text.label in unknown else text.label, False),
        )
        for place, text in enumerate(rest)
    ]
    for number, label in enumerate(chosen):
        start = history + (last - history) * number / max(len(chosen) - 1, 1)
        placed += burst(
            labelled, label=label, start=start, wanted=wanted, began=began, chance=chance
        )
    placed.sort(key=lambda one: one[0])
    return [
        replace(row, at=began + place * EVERY, customer=f"c{place}")
        for place, (_, row) in enumerate(placed)
    ]


def chosen_labels(texts: Sequence[Text], *, wanted: Planted, chance: random.Random) -> list[str]:
    """Return the labels that come as bursts, in the order in which they come.

    Raises:
        BadTexts: too few labels have texts enough.
    """
    labels = [text.label for text in texts if text.label is not None]
    enough = sorted(label for label in set(labels) if labels.count(label) >= wanted.size + _SPARE)
    if len(enough) <= wanted.bursts:
        raise BadTexts(
            f"more than {wanted.bursts} labels must have {wanted.size + _SPARE} texts or more"
        )
    return chance.sample(enough, wanted.bursts)


def unknown_labels(rest: Sequence[Text], *, chance: random.Random) -> set[str]:
    """Return the labels that come all the time though no problem is known behind them."""
    labels = sorted({text.label for text in rest if text.label is not None})
    return set(chance.sample(labels, round(UNKNOWN_SHARE * len(labels))))


def burst(
    labelled: Labelled,
    *,
    label: str,
    start: float,
    wanted: Planted,
    began: datetime,
    chance: random.Random,
) -> list[tuple[float, Row]]:
    """Return the cases of a burst, each with its place among the others."""
    fresh = [text for text in labelled.test if text.label == label]
    older = [text for text in labelled.train if text.label == label]
    chance.shuffle(fresh)
    chance.shuffle(older)
    return [
        (start + chance.random() * wanted.within, Row(began, text.text, "", label, True))
        for text in (*fresh, *older)[: wanted.size]
    ]
