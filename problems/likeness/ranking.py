"""Rank a tenant's problems for a text, and say how sure that is."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from problems.asking import Alike, Candidate
from problems.likeness.gate import USUAL, features
from problems.likeness.head import log_softmax
from problems.likeness.memory import MOST_COMPARED, Memory, ProblemFacts
from problems.likeness.vectors import Floats

CANDIDATES = 100
"""Problems that are compared case by case: those whose middle or share is best."""

NEAREST = 3
WARMTH = 0.05
"""How much likeness makes a vote e times heavier."""


@dataclass(frozen=True, slots=True)
class Query:
    """A text as the model reads it, and what is known beside it; `case_id` is not like itself."""

    vector: np.ndarray[Any, Any]
    case_id: int | None = None
    facts: ProblemFacts | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Problems best first; `some` is the probability that any known problem is the cause."""

    problems: tuple[Candidate, ...] = ()
    some: float = 0.0


def rank(memory: Memory, query: Query, *, at_most: int = 3) -> Ranking:
    """Return the problems that may be behind a text, best first; equal scores go by id."""
    if not memory.problems:
        return Ranking()
    vector = np.asarray(query.vector, np.float32)
    keys = _candidates(memory, query, vector)
    heard = _heard(memory, query, vector, keys=keys)
    votes = np.asarray([one.vote for one in heard], np.float32)
    shares = _shares(memory, vector, keys=keys, votes=votes)
    scores = _spread(votes) + _spread(shares)
    order = sorted(range(len(keys)), key=lambda place: (-scores[place], keys[place]))
    some = _some(votes, scores, order)
    likely = np.exp(log_softmax(scores * 2))
    return Ranking(
        tuple(
            Candidate(
                problem_id=keys[place],
                probability=round(float(some * likely[place]), 4),
                score=round(float(scores[place]), 6),
                nearest=heard[place].nearest,
            )
            for place in order[:at_most]
        ),
        some=round(some, 4),
    )


def cases_like(memory: Memory, query: Query, *, at_most: int = 5) -> tuple[Alike, ...]:
    """Return the cases that are most like a text, best first."""
    but = () if query.case_id is None else (query.case_id,)
    found = memory.cases.nearest(query.vector, at_most=at_most, but=but)
    return tuple(Alike(key, round(max(likeness, 0.0), 4)) for key, likeness in found)


def _candidates(memory: Memory, query: Query, vector: Floats) -> list[int]:
    """Return the problems worth a closer look, in ascending order."""
    if len(memory.problems) <= CANDIDATES:
        return sorted(memory.problems)
    found = {key for key, _likeness in memory.middles.nearest(vector, at_most=CANDIDATES // 2)}
    but = () if query.case_id is None else (query.case_id,)
    for case_id, _likeness in memory.cases.nearest(vector, at_most=CANDIDATES // 2, but=but):
        if case_id in memory.problem_of:
            found.add(memory.problem_of[case_id])
    head = memory.learned.head
    if head is not None:
        best = np.argsort(-head.log_shares(vector), kind="stable")[: CANDIDATES // 4]
        found.update(head.keys[place] for place in best if head.keys[place] in memory.problems)
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Heard:
    """How the title and cases of one problem vote together, and its cases that are most like."""

    vote: float
    nearest: tuple[int, ...]


def _heard(memory: Memory, query: Query, vector: Floats, *, keys: list[int]) -> list[Heard]:
    """Compare a text with title and linked cases of each problem."""
    problems = [memory.problems[key] for key in keys]
    cases = [
        [key for key in list(known.cases)[-MOST_COMPARED:] if key != query.case_id]
        for known in problems
    ]
    rows = np.concatenate(
        [
            np.stack([known.title for known in problems]),
            memory.cases.of([key for some in cases for key in some]),
        ]
    )
    lengths = [known.title_length for known in problems]
    for known, some in zip(problems, cases, strict=True):
        lengths.extend(known.cases[key] for key in some)
    metric = memory.learned.metric
    alike = metric.likeness(vector, rows, lengths=np.asarray(lengths, np.float32))
    heard: list[Heard] = []
    start = len(problems)
    for title, some in zip(alike[: len(problems)], cases, strict=True):
        own = alike[start : start + len(some)]
        start += len(some)
        best = np.argsort(-own, kind="stable")[:NEAREST]
        heard.append(Heard(_vote(np.append(own, title)), tuple(some[place] for place in best)))
    return heard


def _vote(alike: Floats) -> float:
    """Return what likenesses say together: the nearest most, the rest a little."""
    highest = float(alike.max())
    return highest + WARMTH * float(np.log(np.exp((alike - highest) / WARMTH).mean()))


def _shares(memory: Memory, vector: Floats, *, keys: list[int], votes: Floats) -> Floats:
    """Return the head's log shares; problems that it does not know stand where their votes do."""
    head = memory.learned.head
    if head is None:
        return votes
    known = dict(zip(head.keys, head.log_shares(vector).tolist(), strict=True))
    told = np.asarray([known.get(key, np.nan) for key in keys], np.float32)
    missing = np.isnan(told)
    if missing.all():
        return votes
    if missing.any():
        middle, spread = float(told[~missing].mean()), float(told[~missing].std()) + 1e-6
        told[missing] = middle + spread * _spread(votes)[missing]
    return told


def _spread(scores: Floats) -> Floats:
    """Return scores with mean 0 and spread 1, so that two kinds can be added."""
    spread: Floats = (scores - scores.mean()) / (scores.std() + 1e-6)
    return spread


def _some(votes: Floats, scores: Floats, order: list[int]) -> float:
    lead = float(scores[order[0]] - scores[order[1]]) if len(order) > 1 else 1.0
    return USUAL.some(features(nearest=float(votes[order[0]]), lead=lead))
