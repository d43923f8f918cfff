"""What is asked of the matching, and what it answers: plain data that every door shares.

Whoever asks (a page, the mail intake, the API, an evaluation) asks with a `Question` and gets an
`Answer`. The matcher answers by meaning and words together; where it cannot be asked in time, the
answer goes by words alone and says so. No vectors of numbers here: web processes load none.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Source(StrEnum):
    """What an answer rests on."""

    MODEL = "model"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Question:
    """A text and what is known beside it; `at` is aware (UTC).

    `case_id` names the case whose text it is, if there is one already: it is not like itself.
    """

    subject: str
    text: str
    at: datetime
    case_id: int | None = None
    product_id: int | None = None
    product_version: str = ""
    region: str = ""
    at_most: int = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A problem that may be behind the text.

    `probability` (0 to 1) is calibrated: of all shown at 0.8, four of five are right. `score`
    orders candidates and means nothing else. `nearest` holds the ids of its linked cases that are
    most like the text, best first, at most three.
    """

    problem_id: int
    probability: float
    score: float
    nearest: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """A case or an article like the text; `likeness` from 0 to 1."""

    id: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Problems, cases and articles like a text, best first, and what the answer rests on.

    `some` is the calibrated probability that any known problem is behind the text. `vector` is the
    text's embedding (384 numbers of 16 bits), for whoever keeps it; None without a model.
    `model` names the version of the model, "" without one.
    """

    source: Source
    problems: tuple[Candidate, ...] = ()
    some: float = 0.0
    cases: tuple[Alike, ...] = ()
    articles: tuple[Alike, ...] = ()
    vector: bytes | None = None
    model: str = ""
