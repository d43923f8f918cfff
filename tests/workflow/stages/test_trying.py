"""A problem's history under a draft: stages, owners, steps, and what the draft would have asked."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.workflow.stages.drawing import plain, stage, step
from workflow.stages.definition import Approval, Definition, Owner, StepKind
from workflow.stages.trying import Stay, taken_through

NAMES = {"it": "IT", "bank": "Bank"}
NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)


def stays(*told: tuple[str, str, str], **more: Any) -> list[Stay]:
    """Return stays of an hour each: state, department and why each began."""
    return [
        Stay(
            state=state,
            department=department,
            because=because,
            entered_at=NINE + timedelta(hours=number),
            left_at=NINE + timedelta(hours=number + 1),
            **more,
        )
        for number, (state, department, because) in enumerate(told)
    ]


def two_teams() -> Definition:
    """Return a drawing in which the cause is first looked for by IT, then by the bank."""
    return Definition(
        name="Two teams",
        start="new",
        stages=(
            stage("new"),
            stage("assess"),
            stage("first", "root_cause", owner=Owner.DEPARTMENT, department="it"),
            stage("second", "root_cause", owner=Owner.DEPARTMENT, department="bank"),
        ),
        steps=(
            step("new", "assess"),
            step("assess", "first"),
            step("first", "second", kind=StepKind.SIDE),
            step("second", "first", kind=StepKind.BACK, needs_reason=True),
        ),
    )


def test_a_problem_that_went_as_drawn_has_the_same_journey_and_no_remark() -> None:
    tried = taken_through(
        plain(),
        stays(
            ("new", "care", "discovered"),
            ("assess", "it", "routed"),
            ("root_cause", "it", "accepted"),
        ),
        departments=NAMES,
    )

    assert [one.stage.key for one in tried if one.stage] == ["new", "assess", "root_cause"]
    assert [one.because for one in tried] == ["discovered", "forward", "forward"]
    assert [one.department for one in tried] == ["care", "it", "it"]
    assert not any(one.remark for one in tried)


def test_who_had_it_chooses_between_two_stages_of_one_state() -> None:
    tried = taken_through(
        two_teams(),
        stays(
            ("new", "care", "discovered"),
            ("assess", "it", "routed"),
            ("root_cause", "it", "accepted"),
            ("root_cause", "bank", "handed_over"),
        ),
        departments=NAMES,
    )

    assert [one.stage.key for one in tried if one.stage] == ["new", "assess", "first", "second"]
    # A hand-over that the draft draws to the side leads nobody astray.
    assert tried[-1].because == "side"


def test_a_stay_with_somebody_else_is_given_to_whom_the_draft_names() -> None:
    tried = taken_through(
        two_teams(),
        stays(
            ("new", "care", "discovered"),
            ("assess", "shop", "routed"),
            ("root_cause", "shop", "accepted"),
        ),
        departments=NAMES,
    )

    assert tried[-1].department == "it"
    assert tried[-1].remark == "The draft gives this to IT."


def test_a_way_that_is_not_drawn_is_told_and_is_a_hand_over() -> None:
    drawing = two_teams()
    no_way = Definition(name="No way", start="new", stages=drawing.stages, steps=drawing.steps[:2])

    tried = taken_through(
        no_way,
        stays(
            ("new", "care", "discovered"),
            ("assess", "it", "routed"),
            ("root_cause", "it", "accepted"),
            ("root_cause", "bank", "handed_over"),
        ),
        departments=NAMES,
    )

    assert tried[-1].stage is not None
    assert tried[-1].stage.key == "second"
    assert tried[-1].because == "handed_over"
    assert tried[-1].remark == "The draft has no step that leads here from “First”."


def test_a_state_without_a_stage_is_told_and_the_way_goes_on_from_before() -> None:
    drawing = plain()
    without = Definition(
        name="No assessment",
        start=drawing.start,
        stages=tuple(one for one in drawing.stages if one.key != "assess"),
        steps=(step("new", "root_cause"),),
    )

    tried = taken_through(
        without,
        stays(
            ("new", "care", "discovered"),
            ("assess", "it", "routed"),
            ("root_cause", "it", "accepted"),
        ),
        departments=NAMES,
    )

    assert (tried[1].stage, tried[1].remark) == (None, "The draft has no stage for this.")
    assert (tried[2].because, tried[2].remark) == ("forward", "")


def test_a_refusal_needs_no_step() -> None:
    tried = taken_through(
        two_teams(),
        stays(
            ("new", "care", "discovered"), ("assess", "it", "routed"), ("new", "care", "refused")
        ),
        departments=NAMES,
    )

    assert (tried[-1].because, tried[-1].remark) == ("refused", "")


def test_what_a_step_would_have_asked_for_is_told() -> None:
    drawing = two_teams()
    asking = Definition(
        name="Asking",
        start="new",
        stages=drawing.stages,
        steps=(
            *drawing.steps[:2],
            step(
                "first", "second", needs_reason=True, approval=Approval(quorum=50, roles=("lead",))
            ),
        ),
    )
    way = (
        ("new", "care", "discovered"),
        ("assess", "it", "routed"),
        ("root_cause", "it", "accepted"),
        ("root_cause", "bank", "handed_over"),
    )

    silent = taken_through(asking, stays(*way), departments=NAMES)[-1].remark
    explained = taken_through(asking, stays(*way, reason="Theirs"), departments=NAMES)[-1].remark

    assert silent == (
        "The step “first to second” would have asked for a reason. "
        "The step “first to second” would have waited for an approval."
    )
    assert explained == "The step “first to second” would have waited for an approval."
