"""Keep what the model read, so that no text is read twice."""

from collections.abc import Sequence

from django.db import transaction

from problems.models import CaseEmbedding, ProblemEmbedding

NUMBERS = 384
BYTES = 2 * NUMBERS
"""Length of a vector that is kept: 384 numbers of 16 bits."""


def keep_case_vector(
    *, case_id: int, vector: bytes, model: str, known: float | None = None
) -> None:
    """Keep what a case's first words mean; a second time changes nothing. Two statements.

    `known` is how probable a known problem was found to be behind it.
    """
    keep_case_vectors([(case_id, vector)], model=model, known=known)


@transaction.atomic
def keep_case_vectors(
    vectors: Sequence[tuple[int, bytes]], *, model: str, known: float | None = None
) -> None:
    """Keep vectors of cases (id, 768 bytes); those of another model give way. Two statements.

    Whoever follows knows new rows by their ids, so a row is replaced and never changed.
    """
    CaseEmbedding.objects.filter(case_id__in=[case_id for case_id, _ in vectors]).exclude(
        model=model
    ).delete()
    CaseEmbedding.objects.bulk_create(
        [
            CaseEmbedding(case_id=case_id, model=model, vector=vector, known=known)
            for case_id, vector in vectors
        ],
        ignore_conflicts=True,
        batch_size=200,
    )


def keep_problem_vectors(vectors: Sequence[tuple[int, str, bytes]], *, model: str) -> None:
    """Keep what problems say (id, digest of the wording, 768 bytes); one statement a hundred."""
    ProblemEmbedding.objects.bulk_create(
        [
            ProblemEmbedding(problem_id=problem_id, digest=digest, vector=vector, model=model)
            for problem_id, digest, vector in vectors
        ],
        batch_size=100,
        update_conflicts=True,
        unique_fields=["tenant", "problem"],
        update_fields=["model", "digest", "vector"],
    )
