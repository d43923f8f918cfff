"""Changes: who plans, approves and makes them, what collides, what they are to problems."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from problems.change_rights import ChangeIsPast, OwnChange
from problems.changes import (
    BadWindow,
    CarriesNothing,
    ChangeNotDescribed,
    NotApproved,
    Plan,
    approve_change,
    back_out_change,
    begin_change,
    cancel_change,
    finish_change,
    link_change,
    move_changes,
    name_carrier,
    plan_change,
    revise_change,
    unlink_change,
)
from problems.changes_told import (
    carrier_of,
    change_numbered,
    changes_of_problem,
    collisions_of,
    page_of_changes,
    waiting_for_approval,
)
from problems.handing import accept_problem, route_problem
from problems.models import Change, Note, Problem
from problems.models.change import ChangeKind, ChangeRisk, ChangeRole
from tests.hearing import hear_everything, told
from tests.make import AT, DAY, HOUR, make_actor, make_department, make_problem, make_product
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


@dataclass(frozen=True)
class Desk:
    """Payments with a member and a head, and its plan for tomorrow evening."""

    payments: Department
    member: Actor
    head: Actor
    plan: Plan

    def planned(self, *, problem: Problem | None = None, **facts: object) -> Change:
        """Let the member plan a change that differs in these facts."""
        return plan_change(
            plan=replace(self.plan, **facts),  # type: ignore[arg-type]
            problem_id=problem.pk if problem else None,
            actor=self.member,
            at=AT,
        )

    def made(self, change: Change) -> Change:
        """Let it be approved and begun."""
        approve_change(change_id=change.pk, actor=self.head, at=AT + HOUR)
        return begin_change(change_id=change.pk, actor=self.member, at=AT + DAY)


@pytest.fixture
def desk(tenant: Tenant) -> Desk:
    """A department and what it plans."""
    payments = make_department("Payments")
    return Desk(
        payments=payments,
        member=make_actor(Role.MEMBER, department=payments),
        head=make_actor(Role.HEAD, department=payments),
        plan=Plan(
            title="Release 4.2",
            kind=ChangeKind.NORMAL,
            risk=ChangeRisk.MEDIUM,
            department=payments,
            product=make_product(),
            plan="Roll it out to one region, then to all.",
            back_out_plan="Roll back to 4.1.",
            reference="R-42",
            starts_at=AT + DAY,
            ends_at=AT + DAY + 2 * HOUR,
        ),
    )


def test_a_change_goes_from_plan_to_place(desk: Desk) -> None:
    change = desk.planned()

    desk.made(change)
    finish_change(change_id=change.pk, outcome="No errors.", actor=desk.member, at=AT + DAY)

    change.refresh_from_db()
    assert (change.state, change.outcome) == ("done", "No errors.")
    assert change.approved_by_id == desk.head.user_id
    entries = Entry.objects.filter(subject_kind="change", subject_id=change.pk).order_by("id")
    assert list(entries.values_list("to_state", flat=True)) == [
        "planned",
        "approved",
        "in_progress",
        "done",
    ]


def test_nobody_approves_what_they_asked_for_and_members_approve_nothing(desk: Desk) -> None:
    change = desk.planned()

    with pytest.raises(NotPermitted, match="The head of Payments or a service lead"):
        approve_change(change_id=change.pk, actor=desk.member, at=AT)
    with pytest.raises(NotApproved, match="Nobody has approved"):
        begin_change(change_id=change.pk, actor=desk.member, at=AT)

    own = plan_change(plan=desk.plan, actor=desk.head, at=AT)
    with pytest.raises(OwnChange):
        approve_change(change_id=own.pk, actor=desk.head, at=AT)
    assert [one.pk for one in waiting_for_approval(desk.head)] == [change.pk]
    assert waiting_for_approval(desk.member) == []

    approve_change(change_id=own.pk, actor=make_actor(Role.LEAD), at=AT)
    with pytest.raises(ChangeIsPast):
        approve_change(change_id=own.pk, actor=make_actor(Role.LEAD), at=AT)


def test_a_standard_change_needs_no_yes(desk: Desk) -> None:
    change = desk.planned(kind=ChangeKind.STANDARD, plan="", back_out_plan="")

    with pytest.raises(ChangeIsPast, match="needs no approval"):
        approve_change(change_id=change.pk, actor=desk.head, at=AT)
    assert begin_change(change_id=change.pk, actor=desk.member, at=AT).state == "in_progress"


def test_the_heads_hear_of_what_waits_for_them(desk: Desk) -> None:
    desk.planned(kind=ChangeKind.STANDARD)
    hear_everything()
    assert told("change_asked") == []

    desk.planned(kind=ChangeKind.EMERGENCY)
    hear_everything()

    assert [one.user_id for one in told("change_asked")] == [desk.head.user_id]


def test_a_new_plan_needs_a_new_yes(desk: Desk) -> None:
    change = desk.planned()
    approve_change(change_id=change.pk, actor=desk.head, at=AT)

    revise_change(
        change_id=change.pk,
        plan=replace(desk.plan, risk=ChangeRisk.HIGH),
        actor=desk.member,
        at=AT + HOUR,
    )

    change.refresh_from_db()
    assert (change.state, change.approved_at, change.risk) == ("planned", None, "high")


def test_a_plan_has_to_be_whole(desk: Desk) -> None:
    with pytest.raises(ChangeNotDescribed, match="a plan, a way back"):
        desk.planned(plan=" ", back_out_plan="")
    with pytest.raises(BadWindow):
        desk.planned(ends_at=desk.plan.starts_at)
    stranger = make_actor(Role.MEMBER, department=make_department("Network"))
    with pytest.raises(NotPermitted, match="Changes of Payments are made there"):
        plan_change(plan=desk.plan, actor=stranger, at=AT)


def test_what_overlaps_for_the_same_product_or_department_collides(desk: Desk) -> None:
    change = desk.planned()
    same_product = plan_change(
        plan=replace(desk.plan, department=make_department("Network")), actor=SYSTEM, at=AT
    )
    desk.planned(starts_at=desk.plan.ends_at, ends_at=desk.plan.ends_at + HOUR)
    plan_change(
        plan=replace(desk.plan, department=make_department("Legal"), product=make_product("Loan")),
        actor=SYSTEM,
        at=AT,
    )

    assert [one.pk for one in collisions_of(change)] == [same_product.pk]
    assert change_numbered(desk.member, change.number).collides  # type: ignore[attr-defined]

    cancel_change(change_id=same_product.pk, reason="Later.", actor=SYSTEM, at=AT)
    assert collisions_of(change) == []
    assert not change_numbered(desk.member, change.number).collides  # type: ignore[attr-defined]


def test_changes_are_paged_by_their_windows(desk: Desk) -> None:
    later = desk.planned(starts_at=AT + 3 * DAY, ends_at=AT + 4 * DAY)
    sooner = desk.planned()
    over = desk.planned(starts_at=AT - 2 * DAY, ends_at=AT - DAY)

    first = page_of_changes(desk.member, since=AT, at_most=1)
    second = page_of_changes(desk.member, since=AT, after=first.ends_at, at_most=1)

    assert [one.pk for one in first.changes] == [sooner.pk]
    assert [one.pk for one in second.changes] == [later.pk]
    assert second.ends_at is None
    assert over.pk not in {sooner.pk, later.pk}


def test_a_backed_out_change_tells_the_problem_that_it_was_to_fix(desk: Desk) -> None:
    problem = make_problem()
    route_problem(problem_id=problem.pk, department=desk.payments, actor=SYSTEM, at=AT + 2 * HOUR)
    accept_problem(problem_id=problem.pk, actor=desk.member, at=AT + 3 * HOUR)
    change = desk.planned(problem=problem)
    desk.made(change)
    name_carrier(problem_id=problem.pk, change_id=change.pk, actor=desk.member, at=AT + DAY)
    assert carrier_of(changes_of_problem(problem.pk)) == change

    back_out_change(
        change_id=change.pk, reason="Slower than before.", actor=desk.member, at=AT + 2 * DAY
    )
    hear_everything()

    note = Note.objects.get(problem=problem)
    assert note.text == f"C-{change.number} (Release 4.2) was backed out: Slower than before."
    assert [one.user_id for one in told("change_ended")] == [desk.member.user_id]
    with pytest.raises(CarriesNothing):
        name_carrier(problem_id=problem.pk, change_id=change.pk, actor=desk.member, at=AT + DAY)


def test_a_change_may_have_caused_a_problem(desk: Desk) -> None:
    problem, change = make_problem(), desk.planned()

    link_change(
        change_id=change.pk,
        problem_id=problem.pk,
        role=ChangeRole.CAUSED,
        actor=desk.member,
        at=AT,
    )
    assert [link.role for link in changes_of_problem(problem.pk)] == ["caused"]

    unlink_change(change_id=change.pk, problem_id=problem.pk, actor=desk.member, at=AT)
    assert changes_of_problem(problem.pk) == []
    with pytest.raises(ChangeIsPast, match="is not linked"):
        unlink_change(change_id=change.pk, problem_id=problem.pk, actor=desk.member, at=AT)


def test_what_is_ahead_goes_on_where_a_department_closes(desk: Desk) -> None:
    ahead, gone = desk.planned(), desk.planned()
    cancel_change(change_id=gone.pk, reason="No need.", actor=desk.member, at=AT)
    network = make_department("Network")

    assert move_changes(department=desk.payments, to=network, actor=SYSTEM, at=AT) == 1

    ahead.refresh_from_db()
    gone.refresh_from_db()
    assert (ahead.department, gone.department) == (network, desk.payments)
    assert ahead.ends_at - ahead.starts_at == timedelta(hours=2)
