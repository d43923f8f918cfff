"""What can be done with a problem, by whom, and what each step leaves behind."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from problems.describing import NotDescribed
from problems.estimates import BadEstimate, estimate_fix
from problems.fixing import (
    TextMissing,
    add_evidence,
    find_fix_wanting,
    note_problem,
    publish_workaround,
    put_fix_in_place,
    record_root_cause,
    resolve_problem,
)
from problems.handing import (
    AlreadyAccepted,
    SameDepartment,
    accept_problem,
    hand_over_problem,
    refuse_problem,
    route_problem,
    take_problem,
)
from problems.lifecycle import (
    NotInThisState,
    ProblemChangedMeanwhile,
    ReasonMissing,
    close_problem,
    describe_problem,
    end_problem_without_fix,
    open_problem,
    reopen_problem,
)
from problems.linking import confirm_link
from problems.models import Leg, Problem
from problems.models.estimate import Confidence
from problems.routing import route_by_rules
from problems.states import Outcome
from tests.hearing import hear_everything, news
from tests.make import (
    AT,
    DAY,
    HOUR,
    MINUTE,
    make_actor,
    make_case,
    make_department,
    make_problem,
    make_product,
    make_rule,
)
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role

SYSTEM = Actor.system("test")


@pytest.fixture
def payments(tenant: Any) -> Any:
    return make_department("Payments")


@pytest.fixture
def member(payments: Any) -> Actor:
    return make_actor(Role.MEMBER, department=payments)


@pytest.fixture
def routed(payments: Any) -> Problem:
    problem = make_problem()
    return route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + 2 * HOUR)


@pytest.fixture
def accepted(routed: Problem, member: Actor) -> Problem:
    return accept_problem(problem_id=routed.pk, actor=member, at=AT + 3 * HOUR)


def legs(problem: Problem) -> list[tuple[str, str, str]]:
    return [
        (leg.department.slug, leg.stage, leg.entered_because)
        for leg in Leg.objects.filter(problem=problem)
        .select_related("department")
        .order_by("position")
    ]


def test_the_journey_begins_with_the_first_contact_of_the_first_case(tenant: Any) -> None:
    early, late = make_case(at=AT - DAY), make_case(at=AT)

    problem = make_problem(cases=[late, early])

    assert problem.discovered_at == AT - DAY
    assert Leg.objects.get(position=0).entered_at == AT - DAY


def test_an_earlier_case_that_is_linked_later_moves_the_discovery(tenant: Any) -> None:
    problem = make_problem()
    earlier = make_case(at=AT - 3 * DAY)

    confirm_link(problem_id=problem.pk, case=earlier, actor=SYSTEM, at=AT + 2 * HOUR)

    problem = Problem.objects.get()
    assert problem.discovered_at == AT - 3 * DAY
    assert Leg.objects.get(position=0).entered_at == AT - 3 * DAY


def test_a_problem_without_description_or_evidence_stays_new(payments: Any) -> None:
    bare = open_problem(
        title="Something", statement="", category="", product=None, actor=SYSTEM, at=AT
    )

    with pytest.raises(NotDescribed) as refusal:
        route_problem(problem_id=bare.pk, department=payments, actor=SYSTEM, at=AT + HOUR)

    for word in ("statement", "category", "product", "evidence"):
        assert word in refusal.value.sentence
    assert Problem.objects.get().state == "new"


def test_evidence_stands_in_for_a_case(payments: Any) -> None:
    problem = open_problem(
        title="Charged twice",
        statement="Twice.",
        category="billing",
        product=make_product(),
        actor=SYSTEM,
        at=AT,
    )
    add_evidence(problem_id=problem.pk, text="Ledger extract", actor=SYSTEM, at=AT)

    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + HOUR)

    assert Problem.objects.get().state == "assess"


def test_rules_route_a_new_problem_and_keep_why(payments: Any) -> None:
    make_rule(payments)
    problem = make_problem()

    route_by_rules(problem_id=problem.pk, actor=Actor.system("routing"), at=AT + 2 * HOUR)

    problem = Problem.objects.get()
    assert problem.routed_because["rule_name"] == "To Payments"
    assert legs(problem)[-1] == ("payments", "assess", "routed")
    assert set(
        problem.clocks.filter(department=payments, state="running").values_list("metric", flat=True)
    ) == {"acknowledge", "stage"}


def test_without_a_rule_it_stays_with_customer_service_whose_clock_runs(tenant: Any) -> None:
    problem = make_problem()

    assert route_by_rules(problem_id=problem.pk, actor=SYSTEM, at=AT + 2 * HOUR) is None

    assert Problem.objects.get().state == "new"
    assert problem.clocks.get(state="running").department.is_customer_service


def test_the_way_to_the_end_leaves_legs_that_add_up(accepted: Problem, member: Actor) -> None:
    record_root_cause(
        problem_id=accepted.pk,
        root_cause="Retry job",
        public_cause="",
        actor=member,
        at=AT + 4 * HOUR,
    )
    put_fix_in_place(problem_id=accepted.pk, fix="Off", actor=member, at=AT + 5 * HOUR)
    resolve_problem(problem_id=accepted.pk, solution="Done.", actor=member, at=AT + 6 * HOUR)

    problem = Problem.objects.get()
    assert (problem.state, problem.outcome) == ("resolved", "fix_applied")
    assert problem.is_known_error
    assert [stage for _, stage, _ in legs(problem)] == [
        "new",
        "assess",
        "root_cause",
        "fix_in_progress",
        "verifying",
    ]
    total = sum(
        ((leg.left_at - leg.entered_at) for leg in Leg.objects.all() if leg.left_at), start=AT - AT
    )
    assert total == problem.resolved_at - problem.discovered_at  # type: ignore[operator]
    assert not problem.clocks.filter(state__in=["running", "paused"]).exists()


def test_a_refusal_with_a_better_owner_goes_there_in_one_step(
    routed: Problem, member: Actor
) -> None:
    cards = make_department("Cards")

    refuse_problem(
        problem_id=routed.pk,
        reason="Card authorisations are not ours.",
        better_owner=cards,
        actor=member,
        at=AT + 3 * HOUR,
    )

    assert legs(routed)[-1] == ("cards", "assess", "refused")
    assert news()[-1] == "problems.problem.routed"


def test_a_refusal_without_a_better_owner_goes_back_to_customer_service(
    routed: Problem, member: Actor
) -> None:
    refuse_problem(problem_id=routed.pk, reason="Not ours.", actor=member, at=AT + 3 * HOUR)

    assert legs(routed)[-1] == ("customer-service", "new", "refused")
    assert Problem.objects.get().state == "new"
    assert news()[-1] == "problems.problem.refused"


def test_a_refusal_needs_a_reason_and_another_department(
    routed: Problem, member: Actor, payments: Any
) -> None:
    with pytest.raises(ReasonMissing):
        refuse_problem(problem_id=routed.pk, reason=" ", actor=member, at=AT + 3 * HOUR)
    with pytest.raises(SameDepartment):
        refuse_problem(
            problem_id=routed.pk,
            reason="No.",
            better_owner=payments,
            actor=member,
            at=AT + 3 * HOUR,
        )


def test_another_department_may_neither_accept_nor_work(routed: Problem) -> None:
    stranger = make_actor(Role.MEMBER, department=make_department("Cards"))

    with pytest.raises(NotPermitted) as refusal:
        accept_problem(problem_id=routed.pk, actor=stranger, at=AT + 3 * HOUR)

    assert "Payments" in refusal.value.sentence


def test_the_second_to_accept_is_told_who_was_faster(accepted: Problem, member: Actor) -> None:
    with pytest.raises(AlreadyAccepted) as refusal:
        accept_problem(problem_id=accepted.pk, actor=member, at=AT + 4 * HOUR)

    assert "Payments accepted" in refusal.value.sentence


def test_a_hand_over_waits_for_acceptance_and_keeps_the_known_cause(
    accepted: Problem, member: Actor
) -> None:
    release = make_department("Release")
    record_root_cause(
        problem_id=accepted.pk, root_cause="Retry", public_cause="", actor=member, at=AT + 4 * HOUR
    )

    hand_over_problem(
        problem_id=accepted.pk,
        department=release,
        reason="Needs a release.",
        actor=member,
        at=AT + 5 * HOUR,
    )
    waiting = Problem.objects.get().state
    accept_problem(
        problem_id=accepted.pk,
        actor=make_actor(Role.MEMBER, department=release),
        at=AT + 6 * HOUR,
    )

    assert waiting == "assess"
    assert Problem.objects.get().state == "fix_in_progress"
    assert legs(accepted)[-2:] == [
        ("release", "assess", "handed_over"),
        ("release", "fix_in_progress", "accepted"),
    ]


def test_a_new_problem_can_be_taken_by_a_department(payments: Any, member: Actor) -> None:
    problem = make_problem()

    take_problem(problem_id=problem.pk, department=payments, actor=member, at=AT + 2 * HOUR)

    assert Problem.objects.get().state == "root_cause"
    with pytest.raises(AlreadyAccepted):
        take_problem(problem_id=problem.pk, department=payments, actor=member, at=AT + 3 * HOUR)


def test_a_fix_that_does_not_hold_goes_a_step_back(accepted: Problem, member: Actor) -> None:
    record_root_cause(
        problem_id=accepted.pk, root_cause="Retry", public_cause="", actor=member, at=AT + 4 * HOUR
    )
    put_fix_in_place(problem_id=accepted.pk, fix="Off", actor=member, at=AT + 5 * HOUR)

    find_fix_wanting(
        problem_id=accepted.pk, reason="It came again.", actor=member, at=AT + 6 * HOUR
    )

    assert legs(accepted)[-1] == ("payments", "fix_in_progress", "back")
    assert Problem.objects.get().fixed_at is None


def test_steps_out_of_order_are_refused(accepted: Problem, member: Actor) -> None:
    with pytest.raises(NotInThisState):
        put_fix_in_place(problem_id=accepted.pk, fix="Off", actor=member, at=AT + 4 * HOUR)
    with pytest.raises(NotInThisState):
        resolve_problem(problem_id=accepted.pk, solution="x", actor=member, at=AT + 4 * HOUR)
    with pytest.raises(TextMissing):
        record_root_cause(
            problem_id=accepted.pk, root_cause="", public_cause="", actor=member, at=AT + 4 * HOUR
        )


def test_who_read_an_old_version_is_refused(accepted: Problem, member: Actor) -> None:
    seen = Problem.objects.get().version
    publish_workaround(
        problem_id=accepted.pk, workaround="Call the bank.", actor=member, at=AT + 4 * HOUR
    )

    with pytest.raises(ProblemChangedMeanwhile):
        record_root_cause(
            problem_id=accepted.pk,
            root_cause="Retry",
            public_cause="",
            actor=member,
            expected_version=seen,
            at=AT + 5 * HOUR,
        )


def test_an_estimate_keeps_its_history_and_a_moved_date_needs_a_reason(
    accepted: Problem, member: Actor
) -> None:
    first = {"expected_on": date(2026, 3, 5), "latest_on": date(2026, 3, 6)}
    common = {
        "problem_id": accepted.pk,
        "confidence": Confidence.MEDIUM,
        "is_public": True,
        "actor": member,
        "at": AT + 4 * HOUR,
    }
    estimate_fix(**first, reason="", **common)  # type: ignore[arg-type]

    with pytest.raises(ReasonMissing):
        estimate_fix(
            expected_on=date(2026, 3, 9),
            latest_on=date(2026, 3, 10),
            reason="",
            **common,  # type: ignore[arg-type]
        )
    with pytest.raises(BadEstimate):
        estimate_fix(
            expected_on=date(2026, 3, 9),
            latest_on=date(2026, 3, 8),
            reason="x",
            **common,  # type: ignore[arg-type]
        )
    estimate_fix(
        expected_on=date(2026, 3, 9),
        latest_on=date(2026, 3, 10),
        reason="The release is later.",
        **common,  # type: ignore[arg-type]
    )

    assert [e.expected_on.day for e in accepted.estimates.order_by("id")] == [5, 9]


def test_a_reopened_problem_returns_to_its_department_and_leaves_no_gap(
    accepted: Problem, member: Actor
) -> None:
    lead = make_actor(Role.LEAD)
    record_root_cause(
        problem_id=accepted.pk, root_cause="Retry", public_cause="", actor=member, at=AT + 4 * HOUR
    )
    put_fix_in_place(problem_id=accepted.pk, fix="Off", actor=member, at=AT + 5 * HOUR)
    resolve_problem(problem_id=accepted.pk, solution="Done.", actor=member, at=AT + 6 * HOUR)
    close_problem(problem_id=accepted.pk, actor=lead, at=AT + 2 * DAY)

    reopen_problem(problem_id=accepted.pk, reason="It is back.", actor=lead, at=AT + 3 * DAY)

    assert legs(accepted)[-2:] == [
        ("customer-service", "resolved", "forward"),
        ("payments", "assess", "reopened"),
    ]
    assert Problem.objects.get().resolved_at is None


def test_an_end_without_a_fix_gives_the_cases_back(tenant: Any) -> None:
    case = make_case()
    problem = make_problem(cases=[case])

    end_problem_without_fix(
        problem_id=problem.pk,
        outcome=Outcome.NOT_A_PROBLEM,
        reason="It works as described.",
        actor=make_actor(Role.LEAD),
        at=AT + 2 * HOUR,
    )
    hear_everything()

    case = type(case).objects.get()
    assert (case.state, case.needs_attention) == ("open", True)
    assert Problem.objects.get().outcome == "not_a_problem"


def test_both_sides_can_write_until_the_end(accepted: Problem, member: Actor) -> None:
    note_problem(problem_id=accepted.pk, text="Which bank?", actor=member, at=AT + 4 * HOUR)
    note_problem(problem_id=accepted.pk, text="All of them.", actor=make_actor(), at=AT + 5 * HOUR)

    assert [note.text for note in accepted.notes.order_by("id")] == ["Which bank?", "All of them."]
    with pytest.raises(IntegrityError), transaction.atomic():
        accepted.notes.update(text="Something else.")


def test_an_agent_may_not_resolve_a_problem(accepted: Problem) -> None:
    with pytest.raises(NotPermitted):
        record_root_cause(
            problem_id=accepted.pk,
            root_cause="I think so",
            public_cause="",
            actor=make_actor(Role.AGENT),
            at=AT + 4 * HOUR,
        )


def test_an_acknowledgement_in_time_meets_the_departments_clock(
    routed: Problem, member: Actor
) -> None:
    accept_problem(problem_id=routed.pk, actor=member, at=AT + 2 * HOUR + MINUTE)

    assert routed.clocks.get(metric="acknowledge").state == "met"


def test_a_description_completed_later_lets_the_rules_route(payments: Any) -> None:
    make_rule(payments)
    problem = open_problem(
        title="Twice", statement="", category="", product=None, evidence="x", actor=SYSTEM, at=AT
    )
    hear_everything()
    waiting = Problem.objects.get().state

    describe_problem(
        problem_id=problem.pk,
        title="Direct debit twice",
        statement="Collected again after days.",
        category="billing",
        product=make_product(),
        severity=2,
        actor=make_actor(),
        at=AT + HOUR,
    )
    hear_everything()

    assert waiting == "new"
    assert Problem.objects.get().state == "assess"


def test_a_description_needs_everything_a_department_needs(tenant: Any) -> None:
    problem = make_problem()

    with pytest.raises(NotDescribed):
        describe_problem(
            problem_id=problem.pk,
            title="Twice",
            statement=" ",
            category="billing",
            product=make_product(),
            severity=2,
            actor=make_actor(),
            at=AT + 2 * HOUR,
        )
    with pytest.raises(NotPermitted):
        describe_problem(
            problem_id=problem.pk,
            title="Twice",
            statement="x",
            category="billing",
            product=make_product(),
            severity=2,
            actor=make_actor(Role.READER),
            at=AT + 2 * HOUR,
        )
