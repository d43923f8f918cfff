"""What is like a text, read for a page or a program: problems with their grounds, cases, articles."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from cases.access import visible_cases
from cases.said import last_answers
from knowledge.access import visible_articles
from knowledge.offers import Offered, articles_offered, cases_offered, problems_offered
from problems.asking import Alike, Question
from problems.case_links import FirstLink, first_links_of
from problems.grounds import Grounds, grounds_of
from problems.matching import Findings, Match, find
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

ENOUGH_TO_MATCH = 8
"""Characters of a text below which nothing is asked."""

LONGEST_MATCHED = 4000
CASES_SHOWN = 5
ARTICLES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class CaseLike:
    """A case like the text; `likeness` from 0 to 1, None where words alone were compared."""

    case: Any
    likeness: float | None
    link: FirstLink | None
    solved_with: str


@dataclass(frozen=True, slots=True)
class ArticleLike:
    """A published article like the text; `likeness` as of a case."""

    article: Any
    likeness: float | None


@dataclass(frozen=True, slots=True)
class Likenesses:
    """All that is like a text, best first. `asked` says whether there was enough to ask with."""

    asked: bool = False
    findings: Findings | None = None
    matches: tuple[Match, ...] = ()
    grounds: dict[int, Grounds] | None = None
    cases: tuple[CaseLike, ...] = ()
    articles: tuple[ArticleLike, ...] = ()

    @property
    def is_by_words_alone(self) -> bool:
        """Whether the matcher could not be asked."""
        return self.findings is not None and self.findings.is_by_words_alone

    @property
    def offered(self) -> list[Offered]:
        """What is put before whoever sees it."""
        return [
            *problems_offered(match.problem.pk for match in self.matches),
            *cases_offered(one.case.pk for one in self.cases),
            *articles_offered(one.article.pk for one in self.articles),
        ]


def everything_like(
    question: Question,
    *,
    actor: Actor,
    door: str,
    cases_at_most: int = CASES_SHOWN,
    is_whole: bool = False,
) -> Likenesses:
    """Return what is like a text, as far as the actor may see it; twelve queries at most.

    Nothing for a text too short to say anything, and nothing at a `door` (the channel by which it
    came or comes) where the tenant switched the matching off. Problems that are too unsure to be
    suggested are among it only if the `is_whole` ranking is asked for.
    """
    if len(f"{question.subject} {question.text}".strip()) < ENOUGH_TO_MATCH:
        return Likenesses()
    findings = find(question, door=door)
    if findings.is_off:
        return Likenesses()
    ranked = findings.matches if is_whole else findings.shown
    matches = ranked if actor.may(Permission.VIEW_PROBLEM) else ()
    grounds = grounds_of(question, matches, reads_cases=actor.may(Permission.VIEW_CASE))
    return Likenesses(
        asked=True,
        findings=findings,
        matches=tuple(matches),
        grounds=grounds,
        cases=cases_like(
            actor, findings, grounds=grounds, without=question.case_id, at_most=cases_at_most
        ),
        articles=articles_like(actor, findings, matches=matches),
    )


def cases_like(
    actor: Actor,
    findings: Findings,
    *,
    grounds: dict[int, Grounds],
    without: int | None,
    at_most: int,
) -> tuple[CaseLike, ...]:
    """Return cases like the text, else those linked to the problems found; three queries at most."""
    found = findings.cases
    if findings.is_by_words_alone:
        near = [case.id for one in grounds.values() for case in one.nearest]
        found = tuple(Alike(id=one, likeness=0.0) for one in near)
    ids = [one.id for one in found if one.id != without][:at_most]
    if not ids:
        return ()
    cases = visible_cases(actor).select_related("contact").in_bulk(ids)
    links = first_links_of(ids)
    answers = last_answers([pk for pk, case in cases.items() if not case.is_open])
    likeness = {one.id: one.likeness for one in found}
    return tuple(
        CaseLike(
            case=cases[pk],
            likeness=None if findings.is_by_words_alone else likeness[pk],
            link=links.get(pk),
            solved_with=answers.get(pk, ""),
        )
        for pk in dict.fromkeys(ids)
        if pk in cases
    )


def articles_like(
    actor: Actor, findings: Findings, *, matches: tuple[Match, ...]
) -> tuple[ArticleLike, ...]:
    """Return published articles like the text or of the problems found; one query."""
    likeness = {one.id: one.likeness for one in findings.articles[:ARTICLES_SHOWN]}
    problem_ids = [match.problem.pk for match in matches]
    if not likeness and not problem_ids:
        return ()
    found = visible_articles(actor).filter(
        Q(pk__in=list(likeness)) | Q(problem__in=problem_ids), state="published"
    )
    place = {pk: order for order, pk in enumerate(likeness)}
    of_problem = {pk: order for order, pk in enumerate(problem_ids)}
    articles = sorted(
        found,
        key=lambda one: (place.get(one.pk, 99), of_problem.get(one.problem_id or 0, 99), -one.pk),
    )
    return tuple(
        ArticleLike(article=one, likeness=likeness.get(one.pk)) for one in articles[:ARTICLES_SHOWN]
    )
