"""Find the problem behind a case, and say why: suggestions, which a person confirms or rejects."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from cases.models import Case
from problems.asking import Alike, Question, Source
from problems.grounds import grounds_of
from problems.learning import opening_text, whole_text
from problems.models import CaseLink, Problem
from problems.models.link import LinkKind
from problems.word_matches import problems_by_words, words_shared
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor

AT_MOST = 3
# Below this it is a guess that costs an agent more than it gives.
SUGGEST_FROM = 0.35
LONGEST_SUBJECT = 500
LONGEST_TEXT = 20_000
"""Characters of a text that are read; what comes later is rarely the matter."""


@dataclass(frozen=True, slots=True)
class Match:
    """A problem that may be behind a text: how sure, and what speaks for it.

    `words` are words of the text that the problem uses too, each with its share (0 to 1), the
    weightiest first. `nearest` holds ids of its linked cases that are most like the text; empty
    where words alone were compared.
    """

    problem: Problem
    probability: float
    words: tuple[tuple[str, float], ...]
    nearest: tuple[int, ...] = ()

    @property
    def score(self) -> float:
        """How sure, from 0 to 1."""
        return self.probability

    @property
    def is_shown(self) -> bool:
        """Whether it is sure enough to be suggested to a person."""
        return self.probability >= SUGGEST_FROM


@dataclass(frozen=True, slots=True)
class Findings:
    """What is like a text: problems, cases and articles, best first, and what that rests on.

    `some` is the probability (0 to 1) that any known problem is behind the text. `cases` and
    `articles` name ids and likeness; they are empty where words alone were compared. `vector` and
    `model` are kept for the case, if the text is one's.
    """

    source: Source
    matches: tuple[Match, ...] = ()
    some: float = 0.0
    cases: tuple[Alike, ...] = ()
    articles: tuple[Alike, ...] = ()
    vector: bytes | None = None
    model: str = ""

    @property
    def is_by_words_alone(self) -> bool:
        """Whether the model could not be asked: the page says so."""
        return self.source == Source.WORDS

    @property
    def shown(self) -> tuple[Match, ...]:
        """The problems that are sure enough to be suggested."""
        return tuple(match for match in self.matches if match.is_shown)


def find(question: Question) -> Findings:
    """Return what is like a text, by meaning and words, else by words alone; three queries.

    The text may be a case's, or what somebody is typing. Waits 300 ms at most for the matcher.
    """
    return found_by_words(cut(question))


def cut(question: Question) -> Question:
    """Return the question with so much of its text as is read."""
    return replace(
        question,
        subject=question.subject[:LONGEST_SUBJECT].replace("\x00", ""),
        text=question.text[:LONGEST_TEXT].replace("\x00", ""),
    )


def found_by_words(question: Question) -> Findings:
    """Return the problems that share telling words with a text; three queries."""
    text = whole_text(question.subject, question.text)
    matches = tuple(problems_like(text, at_most=question.at_most))
    return Findings(
        source=Source.WORDS,
        matches=matches,
        some=max((match.probability for match in matches), default=0.0),
    )


def problems_like(text: str, *, at_most: int = AT_MOST) -> list[Match]:
    """Return the problems that share telling words with a text, best first; three queries."""
    found = problems_by_words(text, at_most=at_most)
    problems = Problem.objects.in_bulk([similarity.key for similarity in found])
    return [
        Match(
            problem=problems[similarity.key],
            probability=similarity.score,
            words=words_shared(similarity),
        )
        for similarity in found
        if similarity.key in problems
    ]


def question_of(case: Case, *, at: datetime, at_most: int = AT_MOST) -> Question:
    """Return what is asked for a case: what its customer wrote first, and from where; three queries."""
    organisation = case.organisation
    return Question(
        subject=case.subject,
        text=opening_text(case),
        at=at,
        case_id=case.pk,
        product_id=case.product_id,
        region=case.contact.region or (organisation.region if organisation else ""),
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
    question = question_of(case, at=at)
    found = find(question)
    grounds = grounds_of(question, found.shown)
    made = CaseLink.objects.bulk_create(
        [
            CaseLink(
                problem=match.problem,
                case=case,
                kind=LinkKind.SUGGESTED,
                score=round(match.probability * 1000),
                evidence=grounds[match.problem.pk].kept(match.words),
                created_at=at,
            )
            for match in found.shown
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
