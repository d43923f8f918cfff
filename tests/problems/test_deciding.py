"""What people decide on suggestions, what it teaches, and when the matching links by itself."""

from collections.abc import Sequence
from typing import Any

import pytest

from cases.models import Case
from cases.states import Channel
from problems import word_matches
from problems.asking import Source
from problems.linking import (
    NotLinked,
    NotSuggested,
    Why,
    confirm_link,
    mark_similar,
    reconsider_link,
    reject_link,
    unlink_case,
)
from problems.matching import find, question_of, suggest_problems
from problems.matching_history import (
    automatic_links,
    decisions_on,
    learned_lately,
    months_of_matching,
    rejected_by_reason,
    taught_lately,
)
from problems.matching_policies import (
    Allowed,
    BadMatchingPolicy,
    DoorMode,
    allowed_matching,
    set_matching_policy,
)
from problems.models import CaseLink, Lesson, Problem, ProblemTerm
from problems.models.lesson import LessonKind
from problems.models.link import LinkReason
from problems.word_matches import problems_by_words
from tests.make import AT, DAY, HOUR, make_actor, make_case, make_problem
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role

SYSTEM = Actor.system("test")
TEXT = "The direct debit was collected twice from my account."
LATER = AT + 2 * HOUR


@pytest.fixture
def problem(tenant: Any) -> Problem:
    """A problem that is behind TEXT."""
    return make_problem(cases=[make_case(text=TEXT)])


def suggested_case(**given: Any) -> Case:
    """Return a case for which the problem behind TEXT is suggested."""
    case = make_case(text=TEXT, at=AT + HOUR, **given)
    assert suggest_problems(case_id=case.pk, at=AT + HOUR)
    return case


def link_of(case: Case) -> CaseLink:
    return CaseLink.objects.get(case=case)


def lessons_of(case: Case) -> list[str]:
    return list(Lesson.objects.filter(case=case).order_by("id").values_list("kind", flat=True))


# ---- decisions -------------------------------------------------------------------------------


def test_a_suggestion_remembers_its_place_and_what_it_rests_on(problem: Problem) -> None:
    link = link_of(suggested_case())

    assert (link.place, link.source, link.kind) == (1, "words", "suggested")


def test_a_rejection_says_why_and_teaches(problem: Problem) -> None:
    case = suggested_case()
    agent = make_actor()

    reject_link(
        problem_id=problem.pk,
        case=case,
        actor=agent,
        at=LATER,
        why=Why(reason=LinkReason.OTHER_PRODUCT, note="It is about the old card."),
    )

    link = link_of(case)
    assert (link.kind, link.reason, link.note) == (
        "rejected",
        "other_product",
        "It is about the old card.",
    )
    assert lessons_of(case) == [LessonKind.REJECTED]
    entry = Entry.objects.get(action="link.rejected")
    assert entry.changes == {"problem": problem.pk, "reason": "other_product"}


def test_what_is_similar_is_no_cause_and_is_not_suggested_again(problem: Problem) -> None:
    case = suggested_case()

    mark_similar(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER)

    assert link_of(case).kind == "similar"
    assert Case.objects.get(pk=case.pk).state == "new"
    assert lessons_of(case) == [LessonKind.SIMILAR]
    assert suggest_problems(case_id=case.pk, at=LATER) == []


def test_a_case_may_be_similar_to_a_problem_that_nobody_suggested(problem: Problem) -> None:
    case = make_case(subject="Opening hours", text="When are you open?")

    mark_similar(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER)
    mark_similar(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER + HOUR)

    assert link_of(case).decided_at == LATER
    assert lessons_of(case) == [LessonKind.SIMILAR]


def test_a_link_becomes_similar_and_what_it_did_is_undone(problem: Problem) -> None:
    case = suggested_case()
    words = set(ProblemTerm.objects.values_list("term", "texts"))
    confirm_link(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER)

    mark_similar(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER + HOUR)

    assert link_of(case).kind == "similar"
    assert Case.objects.get(pk=case.pk).state == "open"
    assert set(ProblemTerm.objects.values_list("term", "texts")) == words


def test_a_rejection_can_be_taken_back(problem: Problem) -> None:
    case = suggested_case()
    why = Why(reason=LinkReason.ONLY_WORDS)
    reject_link(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER, why=why)

    reconsider_link(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER + HOUR)

    link = link_of(case)
    assert (link.kind, link.reason, link.decided_at) == ("suggested", "", None)
    with pytest.raises(NotSuggested):
        reconsider_link(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER + HOUR)


def test_what_was_never_suggested_cannot_be_suggested_again(problem: Problem) -> None:
    case = make_case(subject="Opening hours", text="When are you open?")
    confirm_link(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER)
    unlink_case(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER + HOUR)

    with pytest.raises(NotSuggested):
        reconsider_link(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER + HOUR)


@pytest.mark.parametrize("decide", [reject_link, mark_similar, reconsider_link])
def test_only_who_may_link_decides(problem: Problem, decide: Any) -> None:
    case = suggested_case()
    reader = make_actor(Role.READER)

    with pytest.raises(NotPermitted):
        decide(problem_id=problem.pk, case=case, actor=reader, at=LATER)

    assert link_of(case).kind == "suggested"


def test_a_confirmed_link_is_not_rejected_but_unlinked(problem: Problem) -> None:
    case = suggested_case()
    confirm_link(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER)

    with pytest.raises(NotLinked):
        reject_link(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER)


def test_a_decision_counts_for_the_very_next_case(problem: Problem) -> None:
    words = "Instalment withdrawn again on Monday morning, once more."
    following = make_case(subject="Instalment", text=words)
    asked = question_of(following, at=LATER)
    before = {match.problem.pk: match.probability for match in find(asked).matches}
    taught = make_case(subject="Instalment", text=words)

    confirm_link(problem_id=problem.pk, case=taught, actor=make_actor(), at=LATER)

    after = {match.problem.pk: match.probability for match in find(asked).matches}
    assert after[problem.pk] > before.get(problem.pk, 0)


# ---- links without a person ------------------------------------------------------------------


def decide_on_suggestions(problem: Problem, *, right: int, wrong: int = 0) -> None:
    """Let people have decided on first suggestions for so many cases."""
    cases = [make_case(text=TEXT) for _ in range(right + wrong)]
    CaseLink.objects.bulk_create(
        [
            CaseLink(
                problem=problem,
                case=case,
                kind="confirmed" if place < right else "rejected",
                score=500,
                place=1,
                source="words",
                created_at=AT,
                decided_at=AT + HOUR,
            )
            for place, case in enumerate(cases)
        ]
    )


def allow(*, doors: dict[str, str] | None = None, wanted: int = 95) -> Allowed:
    return set_matching_policy(
        links_alone=True, wanted_precision=wanted, doors=doors or {}, actor=SYSTEM, at=AT
    )


def kinds_of(links: Sequence[CaseLink]) -> list[str]:
    return [link.kind for link in links]


def test_nothing_is_linked_alone_until_history_proves_it_and_only_where_it_is_allowed(
    problem: Problem,
) -> None:
    """One history, looked at step by step: each step adds the one thing that was missing."""
    decide_on_suggestions(problem, right=49)
    allow()
    with_too_few = suggest_problems(case_id=make_case(text=TEXT).pk, at=LATER)
    decide_on_suggestions(problem, right=1)
    proven_case = make_case(text=TEXT)
    proven = suggest_problems(case_id=proven_case.pk, at=LATER)
    allow(doors={"mail": "suggest"})
    at_another_door = suggest_problems(case_id=make_case(text=TEXT).pk, at=LATER)
    imported = make_case(text=TEXT, channel=Channel.IMPORT)
    set_matching_policy(links_alone=False, wanted_precision=95, doors={}, actor=SYSTEM, at=AT)
    switched_off = suggest_problems(case_id=make_case(text=TEXT).pk, at=LATER)
    allow()
    old = suggest_problems(case_id=imported.pk, at=LATER)

    assert kinds_of(with_too_few) == ["suggested"]
    assert kinds_of(proven) == ["confirmed"]
    assert kinds_of(at_another_door) == kinds_of(switched_off) == kinds_of(old) == ["suggested"]
    link = link_of(proven_case)
    assert (link.is_automatic, link.is_unseen, link.decided_by_id) == (True, True, None)
    assert Case.objects.get(pk=proven_case.pk).state == "on_problem"
    told = Entry.objects.filter(action="link.confirmed").latest("id")
    assert told.actor_label == "matching"


def test_mistakes_end_it_without_anybody_touching_it(problem: Problem) -> None:
    decide_on_suggestions(problem, right=60)
    allow()
    case = make_case(text=TEXT)
    first = suggest_problems(case_id=case.pk, at=LATER)

    unlink_case(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER + HOUR)
    decide_on_suggestions(problem, right=0, wrong=3)

    after = suggest_problems(case_id=make_case(text=TEXT).pk, at=LATER + 2 * HOUR)
    assert kinds_of(first) == ["confirmed"]
    assert kinds_of(after) == ["suggested"]
    assert automatic_links(at=LATER + 2 * HOUR).taken_back == 1


def test_an_automatic_link_proves_nothing_until_somebody_looked(problem: Problem) -> None:
    decide_on_suggestions(problem, right=50)
    allow()
    case = make_case(text=TEXT)
    suggest_problems(case_id=case.pk, at=LATER)
    unseen = len(decisions_on(Source.WORDS, at=LATER + DAY))
    agent = make_actor()

    confirm_link(problem_id=problem.pk, case=case, actor=agent, at=LATER + HOUR)

    assert unseen == 50
    assert len(decisions_on(Source.WORDS, at=LATER + DAY)) == 51
    assert link_of(case).decided_by_id == agent.user_id
    assert lessons_of(case) == [LessonKind.LINKED]


def test_a_door_can_be_closed_to_the_matching(problem: Problem) -> None:
    set_matching_policy(
        links_alone=False, wanted_precision=97, doors={"mail": "off"}, actor=SYSTEM, at=AT
    )
    case = make_case(text=TEXT)

    assert suggest_problems(case_id=case.pk, at=LATER) == []
    assert find(question_of(case, at=LATER), door="mail").is_off
    assert find(question_of(case, at=LATER), door="phone").matches


def test_what_cannot_be_set_is_refused(tenant: Any) -> None:
    for wanted, doors in ((79, {}), (100, {}), (97, {"fax": "off"}), (97, {"mail": "always"})):
        with pytest.raises(BadMatchingPolicy):
            set_matching_policy(
                links_alone=True, wanted_precision=wanted, doors=doors, actor=SYSTEM, at=AT
            )
    with pytest.raises(NotPermitted):
        set_matching_policy(
            links_alone=True, wanted_precision=97, doors={}, actor=make_actor(), at=AT
        )

    assert allowed_matching() == Allowed()
    assert allowed_matching().mode_at("mail") is DoorMode.LINK


# ---- figures ---------------------------------------------------------------------------------


def test_the_page_tells_what_was_right_missed_rejected_and_learned(problem: Problem) -> None:
    """One month: two suggestions right, one rejected, one passed over, one problem missed."""
    other = make_problem(cases=[make_case(text="My card never came.")], title="Cards come late")
    agent = make_actor()
    for _ in range(2):
        confirm_link(problem_id=problem.pk, case=suggested_case(), actor=agent, at=LATER)
    why = Why(reason=LinkReason.ONLY_WORDS)
    reject_link(problem_id=problem.pk, case=suggested_case(), actor=agent, at=LATER, why=why)
    confirm_link(problem_id=other.pk, case=suggested_case(), actor=agent, at=LATER)

    (month,) = months_of_matching(zone=AT.tzinfo, at=LATER)  # type: ignore[arg-type]

    assert (month.decided, month.right, month.precision) == (4, 2, 0.5)
    assert (month.links, month.suggested) == (3, 2)
    assert [(one.reason, one.times) for one in rejected_by_reason(at=LATER)] == [("only_words", 1)]
    learned = learned_lately(at=LATER)
    assert (learned[LessonKind.LINKED], learned[LessonKind.REJECTED]) == (5, 1)
    assert [(one.number, one.lessons) for one in taught_lately(at=LATER)] == [
        (problem.number, 4),
        (other.number, 2),
    ]


def test_the_figures_cost_the_same_for_many_decisions(
    problem: Problem, django_assert_num_queries: Any
) -> None:
    decide_on_suggestions(problem, right=12, wrong=8)

    # Prepared from the third time on: ask often enough that the plans are there.
    for _ in range(4):
        months_of_matching(zone=AT.tzinfo, at=LATER)  # type: ignore[arg-type]
        decisions_on(Source.WORDS, at=LATER)

    with django_assert_num_queries(6):
        months_of_matching(zone=AT.tzinfo, at=LATER)  # type: ignore[arg-type]
        decisions_on(Source.WORDS, at=LATER)
        automatic_links(at=LATER)
        learned_lately(at=LATER)
        rejected_by_reason(at=LATER)


def test_among_thousands_of_problems_the_rarest_words_are_compared(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        make_problem(cases=[make_case(text="My account is blocked.")], title=f"Blocked {number}")
    all_of_them = problems_by_words(TEXT, at_most=9)

    monkeypatch.setattr(word_matches, "MOST_ROWS", 6)

    rarest = problems_by_words(TEXT, at_most=9)
    assert len(all_of_them) == 5
    assert [one.key for one in rarest] == [problem.pk]


def test_a_second_rejection_overwrites_nothing(tenant: Any, problem: Problem) -> None:
    case = suggested_case()
    no_fault, only_words = Why(reason=LinkReason.NO_FAULT), Why(reason=LinkReason.ONLY_WORDS)
    reject_link(problem_id=problem.pk, case=case, why=no_fault, actor=SYSTEM, at=LATER)

    again = reject_link(
        problem_id=problem.pk, case=case, why=only_words, actor=SYSTEM, at=LATER + HOUR
    )

    assert (again.reason, again.decided_at) == (LinkReason.NO_FAULT, LATER)
    assert Lesson.objects.filter(case=case, kind=LessonKind.REJECTED).count() == 1
    with pytest.raises(NotLinked):
        mark_similar(problem_id=problem.pk, case=case, actor=SYSTEM, at=LATER + HOUR)


def test_a_reason_may_be_added_to_a_rejection_without_one(tenant: Any, problem: Problem) -> None:
    case = suggested_case()
    reject_link(problem_id=problem.pk, case=case, actor=SYSTEM, at=LATER)

    said = reject_link(
        problem_id=problem.pk,
        case=case,
        why=Why(reason=LinkReason.NO_FAULT),
        actor=SYSTEM,
        at=LATER + HOUR,
    )

    assert said.reason == LinkReason.NO_FAULT


def test_who_said_that_both_are_alike_is_not_overruled_by_an_old_page(
    tenant: Any, problem: Problem
) -> None:
    case = suggested_case()
    mark_similar(problem_id=problem.pk, case=case, actor=SYSTEM, at=LATER)

    with pytest.raises(NotLinked):
        reject_link(problem_id=problem.pk, case=case, actor=SYSTEM, at=LATER + HOUR)
