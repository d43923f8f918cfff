"""How well matching finds the right problem, measured on labelled texts.

Problems, cases and links are rows of PostgreSQL behind the wall of a passing tenant; they are read
and asked through the same code as the matcher process uses.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from problems.asking import Answer, Question
from problems.likeness.embedding import Embedder
from problems.likeness.reading import readable
from problems.likeness.vectors import packed
from servicedesk.matcher.tenant_memory import TenantMemory
from servicedesk.measuring.figures import Figures, Matched, figures_of
from servicedesk.measuring.labelled import Labelled, Text, drawn, with_wrong_labels
from servicedesk.measuring.staged import (
    passing_tenant,
    stage_cases,
    stage_links,
    stage_problems,
    stage_vectors,
)

NO_TITLE = "#{number}"
"""The title of a problem that is to be known by its cases alone: it has no word to read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is measured: `examples` linked cases a problem (None: all), with titles or without.

    `wrong` is the share of links that point to another problem; `wrapped` turns a text into the
    mail it comes in.
    """

    examples: int | None
    has_titles: bool
    wrong: float = 0.0
    wrapped: Callable[[str, random.Random], str] | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A passing tenant that is filled: its memory, and the label of each problem by id."""

    memory: TenantMemory
    labels: dict[int, str]

    def ask(self, text: str, *, number: int, at: datetime) -> Answer:
        """Ask for all problems, best first, as a case of its own that came in just now."""
        question = Question(subject="", text=text, at=at, case_id=-number, at_most=len(self.labels))
        return self.memory.answer(question)


class Reader:
    """Reads each text once, however often it is linked."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._read: dict[str, bytes] = {}

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        """Return the vector of each text as it is stored."""
        new = sorted({text for text in texts if text not in self._read})
        rows = self.embedder.embed([readable("", text=text) for text in new])
        self._read.update(zip(new, map(packed, rows), strict=True))
        return [self._read[text] for text in texts]


def measure_draw(
    labelled: Labelled, *, wanted: Wanted, reader: Reader, seed: int, at: datetime
) -> Figures:
    """Link texts by chance, match every test text, and return the figures."""
    chance = random.Random(seed)  # noqa: S311 - the same draw every time, no secret
    with passing_tenant(at=at):
        stage = fill(labelled, wanted=wanted, reader=reader, chance=chance, at=at)
        return figures_of(
            [
                matched(
                    stage,
                    text,
                    wrapped=wrapped_text(text, wanted, chance=chance),
                    number=number,
                    at=at,
                )
                for number, text in enumerate(labelled.test, start=1)
            ]
        )


def fill(
    labelled: Labelled, *, wanted: Wanted, reader: Reader, chance: random.Random, at: datetime
) -> Stage:
    """Fill the tenant of the scope, and read it as the matcher does."""
    labels = labelled.labels
    titles = [
        labelled.titles.get(label, label) if wanted.has_titles else NO_TITLE.format(number=number)
        for number, label in enumerate(labels, start=1)
    ]
    problems = dict(zip(labels, stage_problems(titles, at=at), strict=True))
    linked = drawn(labelled.train, labels=labels, examples=wanted.examples, chance=chance)
    linked = with_wrong_labels(linked, labels=labels, share=wanted.wrong, chance=chance)
    alone = [text for text in labelled.train if text.label is None]
    texts = [text.text for text in [*linked, *alone]]
    cases = stage_cases(texts, at=at)
    stage_vectors(
        list(zip(cases, reader.vectors(texts), strict=True)), model=reader.embedder.version
    )
    stage_links(
        [
            (case, problems[text.label])
            for case, text in zip(cases, linked, strict=False)
            if text.label
        ],
        at=at,
    )
    memory = TenantMemory(reader.embedder)
    memory.load()
    return Stage(memory, {key: label for label, key in problems.items()})


def wrapped_text(text: Text, wanted: Wanted, *, chance: random.Random) -> str:
    """Return the text as it comes in."""
    return text.text if wanted.wrapped is None else wanted.wrapped(text.text, chance)


def matched(stage: Stage, text: Text, *, wrapped: str, number: int, at: datetime) -> Matched:
    """Ask about one text, and compare the answer with its label."""
    began, worked = time.perf_counter(), time.process_time()
    answer = stage.ask(wrapped, number=number, at=at)
    ms, cpu_ms = (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000
    found = [stage.labels[candidate.problem_id] for candidate in answer.problems]
    is_known = text.label in stage.labels.values()
    return Matched(
        is_known=is_known,
        place=found.index(text.label) + 1 if text.label in found else None,
        probability=answer.problems[0].probability if answer.problems else 0.0,
        some=answer.some,
        ms=ms,
        cpu_ms=cpu_ms,
    )
