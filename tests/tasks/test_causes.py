"""Searches for causes: methods as data, what is supposed, shown, ruled out and confirmed."""

import pytest

from problems.cause_methods import (
    BadMethod,
    NoSuchMethod,
    method_called,
    methods,
    save_method,
    standard_methods,
)
from problems.causes import (
    BadCategory,
    CauseNotSaid,
    NoRoomForCause,
    NoSuchCause,
    NotWithoutItsEffect,
    add_cause,
    begin_analysis,
    decide_cause,
    link_evidence,
    show_cause,
)
from problems.causes_told import causes_of, offered_for, tree_of
from problems.handing import accept_problem, route_problem
from problems.lifecycle import ReasonMissing
from problems.models import Analysis, Cause, Evidence, Problem
from problems.models.cause import MethodKind, Verdict
from tests.make import AT, HOUR, make_actor, make_department, make_problem
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")
LATER = AT + 4 * HOUR


@pytest.fixture
def owner(tenant: Tenant) -> Actor:
    """Somebody of Payments."""
    return make_actor(Role.MEMBER, department=make_department("Payments"))


@pytest.fixture
def problem(owner: Actor) -> Problem:
    """A problem that Payments has accepted."""
    problem = make_problem()
    payments = make_department("Payments")
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + 2 * HOUR)
    accept_problem(problem_id=problem.pk, actor=owner, at=AT + 3 * HOUR)
    return problem


def begun(problem: Problem, actor: Actor, *, method: str = "five-whys") -> Analysis:
    """Begin to look for the cause."""
    return begin_analysis(
        problem_id=problem.pk,
        method=method_called(method),
        effect="Customers are charged twice.",
        actor=actor,
        at=LATER,
    )


def suppose(analysis: Analysis, words: str, *, parent: Cause | None = None, **more: str) -> Cause:
    """Suppose a cause."""
    return add_cause(analysis=analysis, words=words, parent=parent, actor=SYSTEM, at=LATER, **more)


def decide(cause: Cause, verdict: Verdict, *, actor: Actor = SYSTEM) -> Cause:
    """Say what is known of it."""
    return decide_cause(cause=cause, verdict=verdict, because="Seen.", actor=actor, at=LATER)


def verdicts(analysis: Analysis) -> list[str]:
    """Return the verdicts in the order of the causes."""
    return [cause.verdict for cause in causes_of(analysis)]


def test_five_whys_lead_to_a_root_cause_that_is_offered(problem: Problem, owner: Actor) -> None:
    analysis = begun(problem, owner)
    first = suppose(analysis, "The job ran twice.")
    second = suppose(analysis, "Nothing marks a collection as done.", parent=first)
    assert offered_for(problem.pk) == ""

    decide(first, Verdict.CONFIRMED, actor=owner)
    decide(second, Verdict.CONFIRMED, actor=owner)

    assert offered_for(problem.pk) == "Nothing marks a collection as done."
    actions = Entry.objects.filter(subject_kind="problem", subject_id=problem.pk)
    assert list(
        actions.filter(action__regex="analysis|cause")
        .order_by("id")
        .values_list("action", flat=True)
    )[-5:] == [
        "analysis.begun",
        "cause.added",
        "cause.added",
        "cause.decided",
        "cause.decided",
    ]


def test_a_why_has_one_answer_until_it_is_ruled_out(problem: Problem, owner: Actor) -> None:
    analysis = begun(problem, owner)
    first = suppose(analysis, "A typing error.")

    with pytest.raises(NoRoomForCause, match="This question has an answer: A typing error"):
        suppose(analysis, "The job ran twice.")

    decide(first, Verdict.RULED_OUT)
    better = suppose(analysis, "The job ran twice.")
    for number in range(4):
        better = suppose(analysis, f"Because of {number}", parent=better)
    with pytest.raises(NoRoomForCause, match="All questions"):
        suppose(analysis, "And so on", parent=better)


def test_a_tree_keeps_to_its_categories(problem: Problem, owner: Actor) -> None:
    analysis = begun(problem, owner, method="cause-tree")

    with pytest.raises(BadCategory):
        suppose(analysis, "The job ran twice.", category="Weather")
    technology = suppose(analysis, "The job ran twice.", category="Technology")
    people = suppose(analysis, "Nobody looked.", category="People")
    deeper = suppose(analysis, "No lock.", parent=technology)

    assert deeper.category == "Technology"
    tree = tree_of(analysis, causes_of(analysis))
    assert [branch.cause for branch in tree] == [people, technology]
    assert [branch.cause for branch in tree[1].deeper] == [deeper]


def test_ruling_out_takes_with_it_what_stands_beneath(problem: Problem, owner: Actor) -> None:
    analysis = begun(problem, owner, method="cause-tree")
    first = suppose(analysis, "The job ran twice.", category="Technology")
    second = suppose(analysis, "No lock.", parent=first)
    suppose(analysis, "A lock was removed.", parent=second)

    decide(first, Verdict.RULED_OUT)

    assert verdicts(analysis) == ["ruled_out"] * 3
    with pytest.raises(NotWithoutItsEffect, match=r"“The job ran twice\.” was ruled out"):
        decide(second, Verdict.CONFIRMED)
    with pytest.raises(NotWithoutItsEffect):
        suppose(analysis, "Something else.", parent=first)

    decide(first, Verdict.OPEN)
    decide(second, Verdict.CONFIRMED)
    assert verdicts(analysis) == ["open", "confirmed", "ruled_out"]


def test_evidence_is_the_problem_s_and_is_linked(problem: Problem, owner: Actor) -> None:
    analysis = begun(problem, owner)
    cause = suppose(analysis, "The job ran twice.")

    link = show_cause(cause=cause, text="Log of the job.", actor=owner, at=LATER)
    link_evidence(cause=cause, evidence=link.evidence, actor=owner, at=LATER)

    assert Evidence.objects.filter(problem=problem, text="Log of the job.").count() == 1
    (branch,) = tree_of(analysis, causes_of(analysis))
    assert [one.text for one in branch.evidence] == ["Log of the job."]
    elsewhere = Evidence.objects.create(problem=make_problem(), text="Elsewhere", at=LATER)
    with pytest.raises(NoSuchCause, match="of another problem"):
        link_evidence(cause=cause, evidence=elsewhere, actor=owner, at=LATER)
    with pytest.raises(CauseNotSaid):
        show_cause(cause=cause, text=" ", actor=owner, at=LATER)


def test_every_department_supposes_and_whoever_answers_decides(
    problem: Problem, owner: Actor
) -> None:
    engineer = make_actor(Role.MEMBER, department=make_department("Network"))
    analysis = begun(problem, engineer)
    cause = add_cause(analysis=analysis, words="A retry.", actor=engineer, at=LATER)

    with pytest.raises(NotPermitted, match="Payments answers for this problem"):
        decide(cause, Verdict.CONFIRMED, actor=engineer)
    with pytest.raises(ReasonMissing):
        decide_cause(cause=cause, verdict=Verdict.CONFIRMED, because="", actor=owner, at=LATER)
    with pytest.raises(NotPermitted):
        begun(problem, make_actor(Role.READER))

    assert decide(cause, Verdict.CONFIRMED, actor=owner).decided_by_id == owner.user_id


def test_a_desk_adds_methods_of_its_own(problem: Problem, owner: Actor) -> None:
    admin = make_actor(Role.ADMIN)

    def save(*parts: str, code: str = "four-places", is_active: bool = True) -> None:
        save_method(
            code=code,
            name="Four places",
            kind=MethodKind.TREE,
            parts=parts,
            is_active=is_active,
            actor=admin,
            at=LATER,
        )

    save("Shop", "Warehouse", "Road", "Door")
    analysis = begun(problem, owner, method="four-places")
    save("Shop", "Warehouse")
    analysis.refresh_from_db()

    assert analysis.categories == ["Shop", "Warehouse", "Road", "Door"]
    assert [one.name for one in methods()] == ["Five whys", "Cause tree", "Four places"]
    save("Shop", is_active=False)
    with pytest.raises(NoSuchMethod):
        method_called("four-places")
    for parts, code in (((), "empty"), (("A", "A"), "twice"), (("A",), "five-whys")):
        with pytest.raises(BadMethod):
            save(*parts, code=code)
    with pytest.raises(NotPermitted):
        save_method(
            code="mine",
            name="Mine",
            kind=MethodKind.CHAIN,
            parts=["Why?"],
            is_active=True,
            actor=owner,
            at=LATER,
        )


def test_standard_methods_are_usable() -> None:
    for method in standard_methods():
        assert bool(method.questions) != bool(method.categories)
        assert method.is_ours
