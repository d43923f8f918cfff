"""Find the problem behind a case, and say why: suggestions, which a person confirms or rejects."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from cases.models import Case
from customers.queries import region_of
from problems.asking import Alike, Answer, Question, Source
from problems.embeddings import keep_case_vector
from problems.grounds import grounds_of
from problems.learning import opening_text, whole_text
from problems.linking import LinkedElsewhere, confirm_link
from problems.matcher_client import ask
from problems.matching_history import proven_now
from problems.matching_policies import Allowed, DoorMode, allowed_matching
from problems.models import CaseLink, Problem
from problems.models.link import LinkKind
from problems.teaching import matched_problems
from problems.word_matches import problems_by_words, words_shared
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor

MATCHING = Actor.system("matching")
AT_MOST = 3
# Below this it is a guess that costs an agent more than it gives.
SUGGEST_FROM = 0.35
LONGEST_SUBJECT = 500
LONGEST_TEXT = 20_000
"""Characters of a text that are read; what comes later is rarely the matter."""


@dataclass(frozen=True, slots=True)
class Match:
    """A problem that may be behind a text: how sure, and what speaks for it.

    Where words alone were compared, `words` are words of the text that the problem uses too, each
    with its share (0 to 1), the weightiest first. Where the model was asked, `nearest` holds ids of
    linked cases that are most like the text. `problems.grounds` says for both what speaks for it.
    """

    problem: Problem
    probability: float
    words: tuple[tuple[str, float], ...] = ()
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
    `model` are kept for the case, if the text is one's. `is_off` says that the tenant switched the
    matching off at this door: then nothing was looked for.
    """

    source: Source
    matches: tuple[Match, ...] = ()
    some: float = 0.0
    cases: tuple[Alike, ...] = ()
    articles: tuple[Alike, ...] = ()
    vector: bytes | None = None
    model: str = ""
    is_off: bool = False

    @property
    def is_by_words_alone(self) -> bool:
        """Whether the model could not be asked: the page says so."""
        return self.source == Source.WORDS and not self.is_off

    @property
    def shown(self) -> tuple[Match, ...]:
        """The problems that are sure enough to be suggested."""
        return tuple(match for match in self.matches if match.is_shown)


def find(question: Question, *, door: str = "") -> Findings:
    """Return what is like a text, by meaning and words, else by words alone; two queries at most.

    The text may be a case's, or what somebody is typing. Waits 300 ms at most for the matcher.
    With a `door` (a channel) nothing is looked for where the tenant switched the matching off; one
    query more.
    """
    if door and allowed_matching().mode_at(door) is DoorMode.OFF:
        return Findings(source=Source.WORDS, is_off=True)
    question = cut(question)
    answer = ask(question)
    if answer is None or answer.source is Source.WORDS:
        return found_by_words(question)
    return found_by_model(answer)


def found_by_model(answer: Answer) -> Findings:
    """Return what the matcher answered, with its problems; one query."""
    problems = matched_problems().in_bulk([one.problem_id for one in answer.problems])
    return Findings(
        source=answer.source,
        matches=tuple(
            Match(
                problem=problems[one.problem_id],
                probability=one.probability,
                nearest=one.nearest,
            )
            for one in answer.problems
            # It may have ended while the matcher was answering.
            if one.problem_id in problems
        ),
        some=answer.some,
        cases=answer.cases,
        articles=answer.articles,
        vector=answer.vector,
        model=answer.model,
    )


def cut(question: Question) -> Question:
    """Return the question with so much of its text as is read."""
    return replace(
        question,
        subject=question.subject[:LONGEST_SUBJECT].replace("\x00", ""),
        text=question.text[:LONGEST_TEXT].replace("\x00", ""),
    )


def found_by_words(question: Question) -> Findings:
    """Return the problems that share telling words with a text; two queries."""
    text = whole_text(question.subject, question.text)
    matches = tuple(problems_like(text, at_most=question.at_most))
    return Findings(
        source=Source.WORDS,
        matches=matches,
        some=max((match.probability for match in matches), default=0.0),
    )


def problems_like(text: str, *, at_most: int = AT_MOST) -> list[Match]:
    """Return the problems that share telling words with a text, best first; two queries."""
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
    return Question(
        subject=case.subject,
        text=opening_text(case),
        at=at,
        case_id=case.pk,
        product_id=case.product_id,
        region=region_of(case.contact),
        at_most=at_most,
    )


@transaction.atomic
def suggest_problems(*, case_id: int, at: datetime) -> list[CaseLink]:
    """Suggest up to three problems for a case; a case that is linked or ended gets none.

    Where the tenant allows it and its own history shows that this is right often enough, the
    likeliest problem is linked at once; anybody may take that back. May be called again: what was
    rejected is not suggested twice. What the model read is kept for the case.
    """
    case = Case.objects.select_related("contact", "organisation").get(pk=case_id)
    allowed = allowed_matching()
    if not case.is_open or allowed.mode_at(case.channel) is DoorMode.OFF:
        return []
    links = list(CaseLink.objects.filter(case=case))
    if any(link.kind == LinkKind.CONFIRMED for link in links):
        return []
    question = question_of(case, at=at)
    found = find(question)
    hold_problems(found.shown)
    if found.vector is not None:
        keep_case_vector(case_id=case.pk, vector=found.vector, model=found.model, known=found.some)
    known = {link.problem_id for link in links}
    made = suggested(case, question, found=found, known=known, at=at)
    link_alone(case, found, made=made, allowed=allowed, at=at)
    return made


def hold_problems(matches: Sequence[Match]) -> None:
    """Lock the problems that are about to be suggested, as whoever links does: problems come first.

    A link names problem and case. Whoever stored one while a person links the same two would hold
    what the other waits for, each the other way round. One query, none for nothing.
    """
    ids = [match.problem.pk for match in matches]
    if ids:
        held = Problem.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        list(held.values_list("pk", flat=True))


def suggested(
    case: Case, question: Question, *, found: Findings, known: set[int], at: datetime
) -> list[CaseLink]:
    """Write down what is suggested, with its evidence; problems of `known` ids are left out."""
    grounds = grounds_of(question, found.shown)
    # While the matcher was asked somebody may have linked the case: that person's word stays.
    CaseLink.objects.bulk_create(
        [
            CaseLink(
                problem=match.problem,
                case=case,
                kind=LinkKind.SUGGESTED,
                score=round(match.probability * 1000),
                place=place,
                source=found.source.value,
                evidence=grounds[match.problem.pk].kept(match.words),
                created_at=at,
            )
            for place, match in enumerate(found.shown, start=1)
            if match.problem.pk not in known
        ],
        ignore_conflicts=True,
    )
    made = list(
        CaseLink.objects.filter(case=case, kind=LinkKind.SUGGESTED, created_at=at).order_by("place")
    )
    for link in made:
        record(
            Action.LINK_SUGGESTED,
            case,
            actor=MATCHING,
            at=at,
            changes={"problem": link.problem_id, "score": link.score},
        )
    return made


def link_alone(
    case: Case, found: Findings, *, made: list[CaseLink], allowed: Allowed, at: datetime
) -> None:
    """Link a case to its likeliest problem without a person, if that is proven to be right.

    Proven by what people decided on suggestions that rested on the same (model or words). Nothing
    is linked on words of the second place, nor past a rejection.
    """
    likeliest = next((link for link in made if link.place == 1), None)
    if likeliest is None or not allowed.may_link_at(case.channel):
        return
    proven = proven_now(found.source, wanted_precision=allowed.wanted_precision, at=at)
    if proven is None or (likeliest.score or 0) < proven.score:
        return
    try:
        confirm_link(
            problem_id=likeliest.problem_id, case=case, actor=MATCHING, at=at, is_automatic=True
        )
    except LinkedElsewhere:
        # Somebody linked it while the matcher was asked: the person's word counts.
        return
    likeliest.refresh_from_db()
