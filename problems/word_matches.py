"""Which problems share telling words with a text: the part of matching that needs no model."""

from collections.abc import Sequence

from django.db.models import Avg, Count

from problems.models import ProblemTerm
from problems.similarity import CandidateTerms, Corpus, Similarity, rank, terms_of
from problems.teaching import matched, matched_problems

MOST_ROWS = 6_000
"""Terms of problems that are compared with one text. Beyond it, words that many problems have are
left out: they tell least and take longest."""


def problems_by_words(text: str, *, at_most: int) -> list[Similarity]:
    """Return how alike the text is to each problem that shares a term with it, best first.

    Two queries; a third where there are so many problems that not every word can be compared.
    """
    terms = [term[:64] for term in terms_of(text)]
    usual = matched_problems().aggregate(total=Count("id"), length=Avg("term_count"))
    if usual["total"] * len(terms) > MOST_ROWS:
        terms = telling_terms(terms)
    counts: dict[int, dict[str, int]] = {}
    lengths: dict[int, int] = {}
    frequency: dict[str, int] = {}
    rows = ProblemTerm.objects.filter(matched("problem__"), term__in=terms, texts__gt=0)
    for problem_id, term, texts, length in rows.values_list(
        "problem_id", "term", "texts", "problem__term_count"
    ):
        counts.setdefault(problem_id, {})[term] = texts
        lengths[problem_id] = length
        frequency[term] = frequency.get(term, 0) + 1
    if not counts:
        return []
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


def telling_terms(terms: Sequence[str]) -> list[str]:
    """Return the rarest of some terms, as many as can be compared; one query."""
    having = dict(
        ProblemTerm.objects.filter(term__in=terms, texts__gt=0)
        .order_by()
        .values_list("term")
        .annotate(problems=Count("id"))
    )
    kept: list[str] = []
    rows = 0
    for term in sorted(having, key=lambda term: (having[term], term)):
        rows += having[term]
        if kept and rows > MOST_ROWS:
            break
        kept.append(term)
    return kept


def words_shared(similarity: Similarity) -> tuple[tuple[str, float], ...]:
    """Return the words that speak for a problem, each with its share of all that speaks."""
    return tuple((shared.word, shared.weight) for shared in similarity.shared)
