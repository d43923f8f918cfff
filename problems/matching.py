"""Find the problem behind a case, and say why: suggestions, which a person confirms or rejects."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Avg, Count

from cases.models import Case
from problems.learning import text_of_case
from problems.models import CaseLink, Problem, ProblemTerm
from problems.models.link import LinkKind
from problems.similarity import CandidateTerms, Corpus, Similarity, rank, terms_of
from problems.states import ProblemState
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor

AT_MOST = 3
# Below this it is a guess that costs an agent more than it gives.
SUGGEST_FROM = 0.35
# A fix that customers got lately still explains a case; a closed problem does not.
MATCHED_STATES = [state.value for state in ProblemState if state is not ProblemState.CLOSED]


@dataclass(frozen=True)
class Match:
    """A problem that may be behind a text: how sure, and the words that speak for it."""

    problem: Problem
    score: float
    words: tuple[tuple[str, float], ...]


def problems_like(text: str, *, at_most: int = AT_MOST) -> list[Match]:
    """Return the tenant's problems that a text may belong to, best first; three queries.

    The text may be a case's, or what an agent is typing.
    """
    found = similar_problems(text, at_most=at_most)
    problems = Problem.objects.in_bulk([similarity.key for similarity in found])
    return [
        Match(
            problem=problems[similarity.key],
            score=similarity.score,
            words=tuple((shared.word, shared.weight) for shared in similarity.shared),
        )
        for similarity in found
        if similarity.key in problems
    ]


def similar_problems(text: str, *, at_most: int) -> list[Similarity]:
    """Return how alike the text is to each problem that shares a term with it; two queries."""
    terms = [term[:64] for term in terms_of(text)]
    counts: dict[int, dict[str, int]] = {}
    lengths: dict[int, int] = {}
    rows = ProblemTerm.objects.filter(
        term__in=terms, texts__gt=0, problem__state__in=MATCHED_STATES
    ).values_list("problem_id", "term", "texts", "problem__term_count")
    for problem_id, term, texts, length in rows:
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


@transaction.atomic
def suggest_problems(*, case_id: int, at: datetime) -> list[CaseLink]:
    """Suggest up to three problems for a case; a case that is linked or ended gets none.

    May be called again: a suggestion that was rejected is not made twice.
    """
    case = Case.objects.get(pk=case_id)
    links = list(CaseLink.objects.filter(case=case))
    if not case.is_open or any(link.kind == LinkKind.CONFIRMED for link in links):
        return []
    known = {link.problem_id for link in links}
    found = [match for match in problems_like(text_of_case(case)) if match.score >= SUGGEST_FROM]
    made = CaseLink.objects.bulk_create(
        [
            CaseLink(
                problem=match.problem,
                case=case,
                kind=LinkKind.SUGGESTED,
                score=round(match.score * 1000),
                evidence={"words": [[word, weight] for word, weight in match.words]},
                created_at=at,
            )
            for match in found
            if match.problem.pk not in known
        ]
    )
    for link in made:
        record(
            Action.LINK_SUGGESTED,
            case,
            actor=Actor.system("matching"),
            at=at,
            changes={"problem": link.problem_id, "score": link.score},
        )
    return made
