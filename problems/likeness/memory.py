"""What one tenant's matching remembers: its problems, their linked cases, and what was rejected.

Everything is effective at once: the next question after `link` sees the link. What is learned from
all examples together (`Learned`) is renewed by `learn`, whenever there is time; until then new
examples count by what was learned before.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from problems.likeness.gate import ShareOfKnown
from problems.likeness.learned import Examples, Learned
from problems.likeness.metric import plain_metric
from problems.likeness.pausing import Pause, go_on
from problems.likeness.vectors import SIZE, Floats, Vectors, Vectors16

MOST_LEARNED_FROM = 20_000
"""Examples from which metric and head are learned; of more, the latest of each problem."""

MOST_COMPARED = 256
"""Linked cases of one problem that a text is compared with: the latest ones."""

_AT_ONCE = 4_000

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class ProblemFacts:
    """What is known of a problem beside its words."""

    product_id: int | None = None
    product_version: str = ""
    region: str = ""


@dataclass(slots=True)
class Known:
    """A problem: its title's vector, and the cases linked to it with their lengths, latest last.

    A length is how far a vector is from the middle of all by the learned metric; 0 for a text that
    says nothing. `whole` is the sum of the vectors of title and cases, `compared` keeps which cases
    texts are compared with, and their lengths, until something changes.
    """

    title: Vectors16
    facts: ProblemFacts
    whole: Floats
    title_length: float = 0.0
    cases: dict[int, float] = field(default_factory=dict)
    rejected: set[int] = field(default_factory=set)
    compared: tuple[list[int], Floats] | None = None

    def says_something(self, *, but: int | None = None) -> bool:
        """Whether there is a text, beside that of one case, that others can be compared with."""
        return bool(self.title_length) or any(
            length and key != but for key, length in self.cases.items()
        )

    def latest(self, *, but: Collection[int], at_most: int) -> list[int]:
        """Return the linked cases that say something, the latest ones, in the order of linking."""
        cases = [key for key, length in self.cases.items() if length and key not in but]
        return cases[-at_most:]


class Memory:
    """One tenant's examples. Not safe for two threads at once."""

    def __init__(self, *, expected_cases: int = 0) -> None:
        """Begin empty, with room for the expected number of cases."""
        self.cases = Vectors(expected=expected_cases)
        self.middles = Vectors()
        self.problems: dict[int, Known] = {}
        self.problem_of: dict[int, int] = {}
        self.learned = Learned(plain_metric(), None)
        self.changes = 0
        self.share_of_known = ShareOfKnown()
        self.doubted: set[int] = set()

    # ---- problems --------------------------------------------------------------------------

    def put_problem(
        self,
        problem_id: int,
        *,
        title: np.ndarray[Any, Any],
        facts: ProblemFacts | None = None,
    ) -> None:
        """Remember a problem, or its new title; its cases stay linked."""
        kept = np.asarray(title, np.float16)
        row = kept.astype(np.float32)
        known = self.problems.get(problem_id)
        if known is None:
            known = Known(kept, facts or ProblemFacts(), np.zeros_like(row))
            self.problems[problem_id] = known
        else:
            known.whole -= known.title
            known.facts = facts or known.facts
        known.title, known.title_length = kept, float(self._lengths(row[None])[0])
        self._add(row, problem_id=problem_id)
        self.changes += 1

    def drop_problem(self, problem_id: int) -> None:
        """Forget a problem that is matched no more; its cases stay known as cases."""
        known = self.problems.pop(problem_id, None)
        if known is not None:
            for case_id in known.cases:
                del self.problem_of[case_id]
            self.middles.drop(problem_id)
            self.changes += 1

    # ---- cases -----------------------------------------------------------------------------

    def put_case(self, case_id: int, vector: np.ndarray[Any, Any]) -> None:
        """Remember a case; it belongs to no problem until it is linked."""
        problem_id = self.problem_of.get(case_id)
        if problem_id is not None:
            self.unlink(case_id)
        self.cases.put(case_id, vector)
        if problem_id is not None:
            self.link(case_id, problem_id=problem_id)

    def drop_case(self, case_id: int) -> None:
        """Forget a case, its link and its rejections."""
        self.unlink(case_id)
        for known in self.problems.values():
            known.rejected.discard(case_id)
        self.cases.drop(case_id)

    def link(self, case_id: int, *, problem_id: int) -> None:
        """Remember that a problem is the cause of a case; both must be known (KeyError).

        A link to another problem is forgotten by this one.
        """
        known = self.problems[problem_id]
        length = self._length_of(case_id)
        if self.problem_of.get(case_id) != problem_id:
            self.unlink(case_id)
            self.problem_of[case_id] = problem_id
            self._add(self.cases.of([case_id])[0], problem_id=problem_id)
            self.changes += 1
        known.cases[case_id] = length
        known.compared = None
        known.rejected.discard(case_id)

    def link_many(self, links: Sequence[tuple[int, int]]) -> None:
        """Remember many links (case, problem) of cases that are not linked yet; `learn` is next.

        Much faster than one by one. Raises KeyError if a case or problem is not known.
        """
        for some in _by(links, count=_AT_ONCE):
            rows = self.cases.of([case_id for case_id, _problem in some])
            for (case_id, problem_id), row in zip(some, rows, strict=True):
                known = self.problems[problem_id]
                known.whole += row
                known.cases[case_id] = float(row.any())
                known.compared = None
                self.problem_of[case_id] = problem_id
        for problem_id in {problem_id for _case, problem_id in links}:
            self._place_middle(problem_id)
        self.changes += len(links)

    def unlink(self, case_id: int) -> None:
        """Forget the link of a case; one that is not linked stays as it is."""
        problem_id = self.problem_of.pop(case_id, None)
        if problem_id is not None:
            known = self.problems[problem_id]
            del known.cases[case_id]
            known.compared = None
            self.doubted.discard(case_id)
            self._add(-self.cases.of([case_id])[0], problem_id=problem_id)
            self.changes += 1

    def reject(self, case_id: int, *, problem_id: int) -> None:
        """Remember that a problem is not the cause of a case; both must be known (KeyError)."""
        known = self.problems[problem_id]
        if self.problem_of.get(case_id) == problem_id:
            self.unlink(case_id)
        self.cases.of([case_id])
        known.rejected.add(case_id)

    def take_back_rejection(self, case_id: int, *, problem_id: int) -> None:
        """Forget that a problem was rejected for a case."""
        known = self.problems.get(problem_id)
        if known is not None:
            known.rejected.discard(case_id)

    # ---- learning --------------------------------------------------------------------------

    def learn(self, *, pause: Pause = go_on) -> None:
        """Learn from all examples; about 0.3 s for 1,000 examples, some seconds for 20,000.

        The same examples teach the same, in whatever order they came.
        """
        self.adopt(self.examples().learned(pause=pause))

    def examples(self) -> Examples:
        """Return what there is to learn from, apart from the memory, which may change meanwhile."""
        keys = tuple(sorted(key for key, known in self.problems.items() if known.says_something()))
        if not keys:
            none = np.zeros((0, SIZE), np.float16), np.zeros(0, np.int64)
            return Examples((), *none, (), changes=self.changes)
        return self._examples(keys)

    def adopt(self, learned: Learned, *, lengths: Mapping[int, float] | None = None) -> None:
        """Go by what was learned from now on.

        `lengths` are those of linked cases by the new metric, where they were measured already.
        """
        self.learned = learned
        self.doubted = set(learned.doubted) & self.problem_of.keys()
        self._measure_again(lengths or {})
        self.changes = max(self.changes - learned.changes, 0)

    def _examples(self, keys: tuple[int, ...]) -> Examples:
        """Return titles and linked cases as rows, and whose they are."""
        most = MOST_LEARNED_FROM
        if len(self.problem_of) > MOST_LEARNED_FROM:
            most = max(MOST_LEARNED_FROM // len(keys), 1)
        titled = [place for place, key in enumerate(keys) if self.problems[key].title_length]
        linked = [
            (place, case_id)
            for place, key in enumerate(keys)
            for case_id in sorted(self.problems[key].latest(but=(), at_most=most))
        ]
        rows = np.empty((len(titled) + len(linked), SIZE), np.float16)
        for row, place in enumerate(titled):
            rows[row] = self.problems[keys[place]].title
        end = len(titled)
        for some in _by([case_id for _place, case_id in linked], count=_AT_ONCE):
            rows[end : end + len(some)] = self.cases.of(some)
            end += len(some)
        owners = np.asarray([*titled, *(place for place, _case in linked)], np.int64)
        return Examples(
            keys,
            rows,
            owners,
            (*(None for _place in titled), *(case_id for _place, case_id in linked)),
            changes=self.changes,
        )

    def _measure_again(self, measured: Mapping[int, float]) -> None:
        for known_ones in _by(self.problems.values(), count=_AT_ONCE):
            told = np.stack([known.title for known in known_ones]).astype(np.float32)
            titles = self._lengths(told)
            for known, length in zip(known_ones, titles, strict=True):
                known.title_length = float(length)
                known.compared = None
        for case_id in self.problem_of.keys() & measured.keys():
            self.problems[self.problem_of[case_id]].cases[case_id] = measured[case_id]
        for some in _by(self.problem_of.keys() - measured.keys(), count=_AT_ONCE):
            lengths = self._lengths(self.cases.of(some))
            for case_id, length in zip(some, lengths, strict=True):
                self.problems[self.problem_of[case_id]].cases[case_id] = float(length)

    def compared_with(self, problem_id: int) -> tuple[list[int], Floats]:
        """Return the cases of a problem that texts are compared with, and their lengths."""
        known = self.problems[problem_id]
        if known.compared is None:
            cases = known.latest(but=self.doubted, at_most=MOST_COMPARED)
            known.compared = cases, np.asarray([known.cases[key] for key in cases], np.float32)
        return known.compared

    def _lengths(self, rows: Floats) -> Floats:
        return self.learned.lengths(rows)

    def _add(self, row: Floats, *, problem_id: int) -> None:
        self.problems[problem_id].whole += row
        self._place_middle(problem_id)

    def _place_middle(self, problem_id: int) -> None:
        known = self.problems[problem_id]
        size = float(np.linalg.norm(known.whole))
        self.middles.put(problem_id, known.whole / max(size, 1e-6))

    def _length_of(self, case_id: int) -> float:
        return float(self._lengths(self.cases.of([case_id]))[0])


def _by(keys: Iterable[One], *, count: int) -> Iterator[list[One]]:
    """Yield them in lists of at most `count`."""
    whole = list(keys)
    for start in range(0, len(whole), count):
        yield whole[start : start + count]
