"""Which problems share telling words with a text: the part of matching that needs no model."""

from collections.abc import Collection

from django.db.models import Avg, Count

from problems.models import Problem, ProblemTerm
from problems.similarity import CandidateTerms, Corpus, Similarity, rank, terms_of
from problems.states import ProblemState

# A fix that customers got lately still explains a case; a closed problem does not.
MATCHED_STATES = [state.value for state in ProblemState if state is not ProblemState.CLOSED]


def problems_by_words(
    text: str, *, at_most: int, among: Collection[int] | None = None
) -> list[Similarity]:
    """Return how alike the text is to each problem that shares a term with it; two queries.

    Among all problems that are matched, or among those of the given ids.
    """
    terms = [term[:64] for term in terms_of(text)]
    counts: dict[int, dict[str, int]] = {}
    lengths: dict[int, int] = {}
    rows = ProblemTerm.objects.filter(
        term__in=terms, texts__gt=0, problem__state__in=MATCHED_STATES
    )
    if among is not None:
        rows = rows.filter(problem_id__in=among)
    for problem_id, term, texts, length in rows.values_list(
        "problem_id", "term", "texts", "problem__term_count"
    ):
        counts.setdefault(problem_id, {})[term] = texts
        lengths[problem_id] = length
    if not counts:
        return []
    frequency: dict[str, int] = {}
    for shared in counts.values():
        for term in shared:
            frequency[term] = frequency.get(term, 0) + 1
    usual = Problem.objects.filter(state__in=MATCHED_STATES).aggregate(
        total=Count("id"), length=Avg("term_count")
    )
    return rank(
        text,
        candidates=[
            CandidateTerms(key=problem_id, counts=shared, length=lengths[problem_id])
            for problem_id, shared in counts.items()
        ],
        corpus=Corpus(
            document_frequency=frequency,
            total=usual["total"],
            typical_length=max(float(usual["length"] or 1.0), 1.0),
        ),
        at_most=at_most,
    )


def words_shared(similarity: Similarity) -> tuple[tuple[str, float], ...]:
    """Return the words that speak for a problem, each with its share of all that speaks."""
    return tuple((shared.word, shared.weight) for shared in similarity.shared)
