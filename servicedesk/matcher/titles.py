"""What problems and articles say, as vectors: the kept ones, and new ones for new wordings."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models.functions import Left

from knowledge.embeddings import keep_article_vectors, kept_article_vectors, published_wordings
from problems.embeddings import keep_problem_vectors
from problems.likeness.embedding import Embedder
from problems.likeness.memory import ProblemFacts
from problems.likeness.pausing import Pause, go_on
from problems.likeness.reading import readable
from problems.likeness.vectors import Vectors16, packed, unpacked
from problems.models import ProblemEmbedding
from problems.teaching import matched_problems

READ_AT_ONCE = 8
"""Wordings that are read together: whoever asks meanwhile waits for no more than these."""

READ_OF_A_STATEMENT = 2_000
"""Characters of a problem's statement that say what it is about."""

One = TypeVar("One")
Kept = Iterable[tuple[int, str, bytes | memoryview]]
Keep = Callable[[Sequence[tuple[int, str, bytes]]], None]


@dataclass(frozen=True, slots=True)
class Title:
    """A problem that cases may be matched to: its title and statement as a vector."""

    problem_id: int
    vector: Vectors16
    facts: ProblemFacts


@dataclass(frozen=True, slots=True)
class Titles:
    """Problems that cases may be matched to, and those whose wording nobody has read yet."""

    titles: list[Title]
    unread: set[int]


def problem_titles(
    embedder: Embedder,
    *,
    only: Collection[int] | None = None,
    at_most: int | None = None,
    pause: Pause = go_on,
) -> Titles:
    """Return the problems that cases may be matched to; two queries, and one for new wordings.

    `only` limits it to some problems; those of them that are not returned are not matched.
    `at_most` says how many new wordings are read now.
    """
    problems = matched_problems().annotate(beginning=Left("statement", READ_OF_A_STATEMENT))
    kept = ProblemEmbedding.objects.filter(model=embedder.version)
    if only is not None:
        problems = problems.filter(pk__in=only)
        kept = kept.filter(problem_id__in=only)
    rows = list(
        problems.order_by("pk").values_list(
            "pk", "title", "beginning", "product_id", "product_version"
        )
    )
    vectors = read(
        {row[0]: readable(row[1], text=row[2] or "") for row in rows},
        embedder=embedder,
        kept=kept.values_list("problem_id", "digest", "vector"),
        keep=lambda new: keep_problem_vectors(new, model=embedder.version),
        at_most=at_most,
        pause=pause,
    )
    return Titles(
        [
            Title(row[0], vectors[row[0]], ProblemFacts(product_id=row[3], product_version=row[4]))
            for row in rows
            if row[0] in vectors
        ],
        unread={row[0] for row in rows} - vectors.keys(),
    )


def article_titles(
    embedder: Embedder, *, at_most: int | None = None, pause: Pause = go_on
) -> tuple[Mapping[int, Vectors16], bool]:
    """Return the vectors of published articles, and whether some wordings were not read.

    Two queries, and one for new wordings, of which `at_most` so many are read now.
    """
    wordings = {key: readable(title, text=body or "") for key, title, body in published_wordings()}
    vectors = read(
        wordings,
        embedder=embedder,
        kept=kept_article_vectors(model=embedder.version),
        keep=lambda new: keep_article_vectors(new, model=embedder.version),
        at_most=at_most,
        pause=pause,
    )
    return vectors, len(vectors) < len(wordings)


def read(
    wordings: Mapping[int, str],
    *,
    embedder: Embedder,
    kept: Kept,
    keep: Keep,
    at_most: int | None,
    pause: Pause,
) -> dict[int, Vectors16]:
    """Return a vector for each wording; `at_most` so many new ones are read now, and kept."""
    digests = {key: digest_of(wording) for key, wording in wordings.items()}
    vectors = {key: unpacked(vector) for key, digest, vector in kept if digests.get(key) == digest}
    new_ones = [key for key in wordings if key not in vectors][:at_most]
    for some in by(new_ones, count=READ_AT_ONCE):
        pause()
        new = embedder.embed([wordings[key] for key in some])
        keep([(key, digests[key], packed(vector)) for key, vector in zip(some, new, strict=True)])
        vectors.update(zip(some, new, strict=True))
    return vectors


def digest_of(wording: str) -> str:
    """Return what tells one wording from another."""
    return hashlib.sha256(wording.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def by(keys: Sequence[One], *, count: int) -> Iterator[Sequence[One]]:
    """Yield the keys in pieces of at most `count`."""
    for start in range(0, len(keys), count):
        yield keys[start : start + count]
