"""What the checks say of a drawing: a sentence and what to do, for each thing that may be wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.workflow.stages.drawing import (
    HOUR,
    WORLD,
    plain,
    stage,
    step,
    told,
    with_stages,
    with_steps,
    without,
)
from workflow.conditions import Leaf
from workflow.stages.checking import MOST_STAGES, check
from workflow.stages.definition import (
    Act,
    ActionKind,
    Approval,
    Definition,
    MayTake,
    Owner,
    StepKind,
)


def test_a_sound_drawing_is_told_nothing() -> None:
    assert check(plain(), world=WORLD) == []


def test_faults_come_before_notes() -> None:
    drawing = with_stages(plain(), stage("new", public=""), stage("lost", "root_cause"))

    found = check(drawing, world=WORLD)

    assert [one.is_fault for one in found] == sorted([one.is_fault for one in found], reverse=True)
    assert {one.is_fault for one in found} == {True, False}


def test_a_stage_that_no_step_leads_to_is_unreachable() -> None:
    drawing = with_steps(
        with_stages(plain(), stage("lost", "root_cause")), step("lost", "fix_in_progress")
    )

    assert told(drawing) == {
        "unreachable": "No step leads to “Lost”. Draw a step to it, or take it out."
    }
    assert told(with_steps(drawing, step("root_cause", "lost", kind=StepKind.SIDE))) == {}


def test_a_stage_that_nothing_leads_out_of_is_a_dead_end_told_once() -> None:
    drawing = with_steps(
        with_stages(plain(), stage("before", "root_cause"), stage("trap", "root_cause")),
        step("root_cause", "before"),
        step("before", "trap"),
    )

    assert told(drawing) == {
        "dead_end": "Nothing leads out of “Trap”. Draw a step from it to the stage that follows."
    }
    assert told(with_steps(drawing, step("trap", "root_cause", kind=StepKind.BACK))) == {}


def test_a_circle_without_a_way_out_is_told_with_all_its_stages() -> None:
    drawing = with_steps(
        with_stages(plain(), stage("ask", "root_cause"), stage("wait", "root_cause")),
        step("root_cause", "ask"),
        step("ask", "wait"),
        step("wait", "ask"),
    )

    assert told(drawing) == {
        "loop_without_exit": "In “Ask”, “Wait” a problem goes round in a circle for ever."
        " Draw a step out of the circle."
    }
    assert told(with_steps(drawing, step("wait", "fix_in_progress"))) == {}


def test_a_stage_without_a_department_that_works_has_no_owner() -> None:
    def owned_by(slug: str) -> Definition:
        return with_stages(plain(), stage("root_cause", owner=Owner.DEPARTMENT, department=slug))

    assert "no_owner" in told(owned_by("nowhere"))
    assert "no_owner" in told(owned_by("gone"))
    assert told(owned_by("empty")) == {
        "nobody_there": "Nobody works in Empty room, which has “Root cause”."
        " Add people to it, or choose another department."
    }
    assert told(owned_by("it")) == {}


def test_a_state_that_no_stage_belongs_to_is_not_covered() -> None:
    drawing = with_steps(
        without(plain(), "verifying", "verifying_to_fix_in_progress", "verifying_to_resolved"),
        step("fix_in_progress", "resolved", key="fix_in_progress_to_verifying"),
    )

    said = told(drawing)

    assert said["state_not_covered"].startswith("No stage belongs to the state “Verifying”.")
    assert said["impossible_step"].endswith(
        "After Fix in progress may come: Assess, Fix in progress, Verifying."
    )


@pytest.mark.parametrize(
    ("who", "world"),
    [((), {}), ((MayTake.LEAD,), {"roles": {"member": 3}}), ((MayTake.HEAD,), {})],
)
def test_a_step_that_nobody_may_take_is_told(
    who: tuple[MayTake, ...], world: dict[str, object]
) -> None:
    owned = stage("root_cause", owner=Owner.DEPARTMENT, department="headless")
    drawing = with_steps(
        with_stages(plain(), owned), step("root_cause", "fix_in_progress", may_take=who)
    )
    everybody = with_steps(
        drawing, step("root_cause", "fix_in_progress", may_take=(*who, MayTake.DEPARTMENT))
    )

    assert "nobody_may" in told(drawing, **world)
    assert "nobody_may" not in told(everybody, **world)


def test_customers_who_read_nothing_are_a_note() -> None:
    found = check(with_stages(plain(), stage("assess", public_words=" ")), world=WORLD)

    assert [(one.code, one.is_fault, one.stages) for one in found] == [
        ("no_public_wording", False, ("assess",))
    ]
    assert "unknown_customer_stage" in told(with_stages(plain(), stage("assess", public="foo")))


def test_a_step_between_states_that_do_not_follow_one_another_is_impossible() -> None:
    drawing = with_steps(plain(), step("new", "verifying"))

    assert told(drawing)["impossible_step"] == (
        "“new to verifying” goes from “New” to “Verifying”, which no problem can do."
        " After New may come: New, Assess."
    )
    assert "step_to_itself" in told(with_steps(plain(), step("new", "new")))


def approved_by(**facts: object) -> Definition:
    """Return a drawing whose last step needs an approval."""
    return with_steps(plain(), step("verifying", "resolved", approval=Approval(**facts)))  # type: ignore[arg-type]


def test_an_approval_that_nobody_can_give_is_a_quorum_of_nobody() -> None:
    assert told(approved_by(quorum=100)) == {
        "quorum_of_nobody": "“verifying to resolved” needs an approval, but there is nobody to give"
        " it. Name a role that somebody has, or people."
    }
    assert "quorum_of_nobody" in told(approved_by(quorum=50, roles=("admin",)))
    assert told(approved_by(quorum=50, roles=("lead",))) == {}
    assert told(approved_by(quorum=100, people=("lena@example.org",))) == {}


def test_approvers_substitutes_shares_and_times_are_looked_at() -> None:
    lead = ("lead",)

    assert "bad_quorum" in told(approved_by(quorum=101, roles=lead))
    assert "bad_quorum" in told(approved_by(quorum=-1, roles=lead))
    assert "unknown_person" in told(approved_by(quorum=50, roles=lead, people=("x@example.org",)))
    assert "unknown_person" in told(
        approved_by(quorum=50, roles=lead, substitutes=("x@example.org",))
    )
    assert "bad_target" in told(approved_by(quorum=50, roles=lead, within=timedelta(0)))
    assert told(approved_by(quorum=0, roles=lead, within=4 * HOUR)) == {}


def test_a_time_limit_of_nothing_or_of_years_is_a_fault_and_none_is_a_note() -> None:
    none = check(with_stages(plain(), stage("assess", within=None)), world=WORLD)

    assert [(one.code, one.is_fault) for one in none] == [("no_target", False)]
    assert "bad_target" in told(with_stages(plain(), stage("assess", within=timedelta(0))))
    assert "bad_target" in told(with_stages(plain(), stage("assess", within=timedelta(days=900))))


def test_what_no_problem_has_cannot_be_asked_for() -> None:
    asking = Leaf(fact="weather", operator="is", value="rain")

    assert "unknown_field" in told(with_stages(plain(), stage("assess", needs=("mood",))))
    assert "unknown_field" in told(with_steps(plain(), step("new", "assess", needs=("mood",))))
    assert told(with_steps(plain(), step("new", "assess", needs=("fix",)))) == {}
    assert (
        "“weather”"
        in told(with_steps(plain(), step("new", "assess", condition=asking)))["unknown_fact"]
    )


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        (ActionKind.TASK, {"department": "gone", "title": "Refund"}),
        (ActionKind.TASK, {"department": "it"}),
        (ActionKind.TASK, {"department": "it", "title": "Refund", "within_minutes": "soon"}),
        (ActionKind.NOTIFY, {"to": "everybody"}),
        (ActionKind.NOTIFY, {"department": "nowhere"}),
        (ActionKind.SET_FIELD, {"field": "mood", "value": "good"}),
        (ActionKind.SET_FIELD, {"field": "category"}),
        (ActionKind.SET_FIELD, {"field": "severity", "value": "9"}),
    ],
)
def test_what_cannot_happen_by_itself_is_told(kind: ActionKind, facts: dict[str, str]) -> None:
    acts = (Act(kind=kind, facts=tuple(facts.items())),)

    assert "bad_act" in told(with_steps(plain(), step("new", "assess", acts=acts)))


def test_what_can_happen_by_itself_is_not_told() -> None:
    acts = (
        Act(kind=ActionKind.TASK, facts=(("department", "it"), ("title", "Refund"))),
        Act(kind=ActionKind.NOTIFY, facts=(("to", "lead"),)),
        Act(kind=ActionKind.SET_FIELD, facts=(("field", "severity"), ("value", "1"))),
        Act(kind=ActionKind.WEBHOOK),
    )

    assert told(with_steps(plain(), step("new", "assess", acts=acts))) == {}


def test_a_beginning_that_is_missing_or_wrong_is_told() -> None:
    assert "no_start" in told(replace(plain(), start=""))
    assert told(replace(plain(), start="assess"))["wrong_start"] == (
        "“Assess” is the first stage, but no new problem can stand there."
        " Begin with a stage of the state New."
    )


def test_a_drawing_without_an_end_or_with_loose_or_unknown_pieces_is_told() -> None:
    assert "no_end" in told(without(plain(), "resolved"))
    assert "loose_step" in told(without(plain(), "resolved"))
    assert "unknown_state" in told(with_stages(plain(), stage("limbo")))


def test_pieces_of_one_key_or_name_are_told() -> None:
    drawing = plain()

    assert "key_twice" in told(replace(drawing, stages=(*drawing.stages, drawing.stages[1])))
    assert "step_key_twice" in told(replace(drawing, steps=(*drawing.steps, drawing.steps[0])))
    assert (
        "“Assess”"
        in told(with_stages(drawing, stage("other", "assess", name="ASSESS ")))["name_twice"]
    )


def test_a_direction_that_contradicts_the_states_is_a_note() -> None:
    forward = with_steps(plain(), step("assess", "new", kind=StepKind.FORWARD))
    backward = with_steps(plain(), step("new", "assess", kind=StepKind.BACK))

    assert [one.is_fault for one in check(forward, world=WORLD)] == [False]
    assert "forward_leads_back" in told(forward)
    assert "back_leads_forward" in told(backward)


def test_a_drawing_that_nobody_could_read_is_too_large() -> None:
    many = [stage(f"stage_{number}", "root_cause") for number in range(MOST_STAGES)]

    assert "too_large" in told(with_stages(plain(), *many))
