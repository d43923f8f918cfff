"""Rank a tenant's problems for a text, and say how sure that is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from problems.asking import Alike, Candidate
from problems.likeness.gate import Top, known_evenly, right_if_known, with_share
from problems.likeness.head import log_softmax
from problems.likeness.memory import MOST_COMPARED, Known, Memory, ProblemFacts
from problems.likeness.vectors import Floats
from problems.likeness.votes import WARMTH

CANDIDATES = 100
"""Problems that are compared case by case: those whose middle or share is best."""

NEAREST = 3
VOTE_WEIGHT = 20.0
"""How much a vote counts beside the score of the tenant's own classifier."""

SHARPNESS = 0.6
"""From scores to shares: e to the power of so much."""

OTHER_PRODUCT, OTHER_VERSION, OTHER_REGION = 0.15, 0.05, 0.05
"""Likeness that is taken off where the case names another than the problem does."""

REJECTED_FROM, REJECTED_LEAD = 0.5, 0.15
"""A text that is so like a rejected case counts against the problem, with this much of a lead."""

ALONE = 6.4
"""The lead of a problem that has no rival."""


Near = list[tuple[int, float]]
"""Cases and their likeness, best first."""


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


def nearest_cases(memory: Memory, query: Query) -> Near:
    """Return the cases that are most like a text, and how much; for `rank` and `cases_like`."""
    but = () if query.case_id is None else (query.case_id,)
    return memory.cases.nearest(query.vector, at_most=CANDIDATES // 2, but=but)


def rank(memory: Memory, query: Query, *, at_most: int = 3, near: Near | None = None) -> Ranking:
    """Return the problems that may be behind a text, best first; equal scores go by id.

    `near` are the nearest cases, if they were looked for already: that is what takes longest. A case that is asked about tells the memory how usual it is that a known problem is the cause.
    """
    vector = np.asarray(query.vector, np.float32)
    keys = _candidates(memory, query, vector, near=near) if vector.any() else []
    if not keys:
        return Ranking()
    heard = _heard(memory, query, vector, keys=keys)
    votes = np.asarray([one.vote for one in heard], np.float32)
    told = _told(memory, vector, keys=keys, votes=votes)
    scores = told + VOTE_WEIGHT * votes
    order = sorted(range(len(keys)), key=lambda place: (-scores[place], keys[place]))
    agree = int(told.argmax()) == int(votes.argmax())
    top = _top(scores[order], heard[order[0]], agree=agree, doubt=_doubt(told))
    evenly = known_evenly(top)
    if query.case_id is not None:
        memory.share_of_known.see(query.case_id, evenly=evenly)
    some = with_share(evenly, share=memory.share_of_known.share)
    shares = _shared_out(some, scores[order], first=right_if_known(top))
    return Ranking(
        tuple(
            Candidate(
                problem_id=keys[place],
                probability=round(share, 4),
                score=round(float(scores[place]), 4),
                nearest=heard[place].nearest,
            )
            for place, share in zip(order[:at_most], shares, strict=False)
        ),
        some=round(some, 4),
    )


def cases_like(
    memory: Memory, query: Query, *, at_most: int = 5, near: Near | None = None
) -> tuple[Alike, ...]:
    """Return the cases that are most like a text, best first; fifty at most."""
    found = nearest_cases(memory, query) if near is None else near
    return tuple(Alike(key, round(max(likeness, 0.0), 4)) for key, likeness in found[:at_most])


def _candidates(memory: Memory, query: Query, vector: Floats, *, near: Near | None) -> list[int]:
    """Return the problems worth a closer look, in ascending order."""
    if len(memory.problems) <= CANDIDATES:
        return _speaking(memory, memory.problems, but=query.case_id)
    found = {key for key, _likeness in memory.middles.nearest(vector, at_most=CANDIDATES // 2)}
    for case_id, _likeness in nearest_cases(memory, query) if near is None else near:
        if case_id in memory.problem_of:
            found.add(memory.problem_of[case_id])
    head = memory.learned.head
    if head is not None:
        best = np.argsort(-head.scores(vector), kind="stable")[: CANDIDATES // 4]
        found.update(head.keys[place] for place in best if head.keys[place] in memory.problems)
    return _speaking(memory, found, but=query.case_id)


def _speaking(memory: Memory, keys: Iterable[int], *, but: int | None) -> list[int]:
    return sorted(key for key in keys if memory.problems[key].says_something(but=but))


@dataclass(frozen=True, slots=True)
class Heard:
    """How the texts of one problem vote together, and its cases that are most like.

    `cosine` is the plain likeness of the nearest text, `count` says how many were compared.
    """

    vote: float
    cosine: float
    count: int
    nearest: tuple[int, ...]


def _heard(memory: Memory, query: Query, vector: Floats, *, keys: list[int]) -> list[Heard]:
    """Compare a text with title and linked cases of each problem."""
    problems = [memory.problems[key] for key in keys]
    compared = [memory.compared_with(key) for key in keys]
    titles = np.stack([known.title for known in problems]).astype(np.float32)
    rows = memory.cases.of([key for cases, _lengths in compared for key in cases])
    # A title that says nothing has no length; its likeness is never looked at.
    title_lengths = np.maximum([known.title_length for known in problems], 1e-6)
    metric = memory.learned.metric
    of_titles = metric.likeness(vector, titles, lengths=title_lengths.astype(np.float32))
    lengths = np.concatenate([lengths for _cases, lengths in compared])
    of_cases = metric.likeness(vector, rows, lengths=lengths)
    plain_titles, plain_cases = titles @ vector, rows @ vector
    heard: list[Heard] = []
    start = 0
    for place, (known, (cases, _lengths)) in enumerate(zip(problems, compared, strict=True)):
        own = slice(start, start + len(cases))
        start += len(cases)
        said = Said(cases, of_cases[own], plain_cases[own]).without(query.case_id)
        nearest = said.nearest()
        if known.title_length:
            said = said.beside(of_titles[place], plain_titles[place])
        held = _against(memory, known, query, vector, best=float(said.alike.max()))
        heard.append(
            Heard(
                _vote(said.alike) - held, float(said.plain.max()) - held, len(said.alike), nearest
            )
        )
    return heard


@dataclass(frozen=True, slots=True)
class Said:
    """How like the texts of one problem are to a text, by the learned metric and plainly."""

    cases: list[int]
    alike: Floats
    plain: Floats

    def without(self, case_id: int | None) -> "Said":
        """Leave out a case: it is not like itself."""
        if case_id is None or case_id not in self.cases:
            return self
        kept = np.asarray([key != case_id for key in self.cases], bool)
        return Said(
            [key for key in self.cases if key != case_id], self.alike[kept], self.plain[kept]
        )

    def beside(self, alike: float, plain: float) -> "Said":
        """Add the title."""
        return Said(self.cases, np.append(self.alike, alike), np.append(self.plain, plain))

    def nearest(self) -> tuple[int, ...]:
        """Return the cases that are most like, best first."""
        best = np.argsort(-self.alike, kind="stable")[:NEAREST]
        return tuple(self.cases[place] for place in best)


def _against(memory: Memory, known: Known, query: Query, vector: Floats, *, best: float) -> float:
    """Return what speaks against a problem, in likeness: rejections, and facts that differ."""
    held = _differing(known.facts, query.facts) if query.facts else 0.0
    rejected = [key for key in known.rejected if key != query.case_id]
    if rejected:
        rows = memory.cases.of(sorted(rejected)[-MOST_COMPARED:])
        metric = memory.learned.metric
        nearest = float(metric.likeness(vector, rows, lengths=metric.lengths(rows)).max())
        if nearest > REJECTED_FROM:
            held += max(nearest - best + REJECTED_LEAD, 0.0)
    return held


def _differing(ours: ProblemFacts, asked: ProblemFacts) -> float:
    """Return what it costs that the case is about another product, version or region."""
    return sum(
        cost
        for cost, (one, other) in (
            (OTHER_PRODUCT, (ours.product_id, asked.product_id)),
            (OTHER_VERSION, (ours.product_version, asked.product_version)),
            (OTHER_REGION, (ours.region, asked.region)),
        )
        if one and other and one != other
    )


def _vote(alike: Floats) -> float:
    """Return what likenesses say together: the nearest most, the rest a little."""
    highest = float(alike.max())
    return highest + WARMTH * float(np.log(np.exp((alike - highest) / WARMTH).mean()))


def _told(memory: Memory, vector: Floats, *, keys: list[int], votes: Floats) -> Floats:
    """Return the classifier's scores; problems that it does not know stand where their votes do."""
    head = memory.learned.head
    scores = {} if head is None else dict(zip(head.keys, head.scores(vector).tolist(), strict=True))
    told = np.asarray([scores.get(key, np.nan) for key in keys], np.float32)
    missing = np.isnan(told)
    if (~missing).sum() < 2:
        told = np.asarray(VOTE_WEIGHT * (votes - votes.mean()), np.float32)
    elif missing.any():
        spread = told[~missing].std() / (votes[~missing].std() + 1e-6)
        told[missing] = told[~missing].mean() + spread * (votes - votes[~missing].mean())[missing]
    return told


def _doubt(told: Floats) -> float:
    """Return the entropy, in nats, of what the classifier believes."""
    logs = log_softmax(told)
    return float(-(np.exp(logs) * logs).sum())


def _top(scores: Floats, first: Heard, *, agree: bool, doubt: float) -> Top:
    """Return what the top looks like; scores are given best first."""
    shares = np.exp(log_softmax(scores * SHARPNESS))
    return Top(
        vote=first.vote,
        cosine=first.cosine,
        share=float(shares[0]),
        lead=float(scores[0] - scores[1]) if len(scores) > 1 else ALONE,
        rise=float(scores[0] - scores[:10].mean()),
        agree=agree,
        examples=first.count,
        problems=len(scores),
        doubt=doubt,
    )


def _shared_out(some: float, scores: Floats, *, first: float) -> list[float]:
    """Return each problem's probability: the first as said, the others by their scores."""
    shares = np.exp(log_softmax(scores[1:] * SHARPNESS)).tolist() if len(scores) > 1 else []
    if not shares:
        return [some]
    return [some * first, *(some * (1 - first) * share for share in shares)]
