"""How far the solution came to each: marks, filters, exceptions, and why a problem stays open."""

import pytest

from problems.affected import affected_by, confirm_fixed, tell_once
from problems.fixing import publish_workaround, put_fix_in_place, record_root_cause, resolve_problem
from problems.handing import take_problem
from problems.ledger import Asked, counts_of_ledger, page_of_ledger, whom_to_tell
from problems.ledger_acts import (
    NothingToApply,
    apply_solution,
    excuse,
    take_excuse_back,
)
from problems.ledger_marks import forget_fix, note_delivered, note_seen
from problems.lifecycle import NotInThisState, ReasonMissing, close_problem, reopen_problem
from problems.models import Affected, Problem, Told
from problems.still_on_workaround import StillOnWorkaround
from tests.affected.things import SYSTEM
from tests.hearing import hear_everything
from tests.make import (
    AT,
    HOUR,
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
)
from workflow.people.actors import NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

LATER = AT + 3 * HOUR
NAMES = ("Ingrid", "Amir", "Kari", "Nils", "Oda", "Per", "Sigrid")


def make_resolved(*names: str) -> Problem:
    """Return a problem with a workaround that all were told, and a fix that nobody was told."""
    contacts = [make_contact(name=name) for name in names]
    problem = make_problem(cases=[make_case(contact=one) for one in contacts])
    at = AT + 2 * HOUR
    take_problem(problem_id=problem.pk, department=make_department(), actor=SYSTEM, at=at)
    publish_workaround(problem_id=problem.pk, workaround="Pay by card.", actor=SYSTEM, at=at)
    tell_once(affected_by(problem.pk), message="workaround:1", channel="mail", at=at)
    record_root_cause(
        problem_id=problem.pk, root_cause="A job ran twice.", public_cause="", actor=SYSTEM, at=at
    )
    put_fix_in_place(problem_id=problem.pk, fix="The job has a lock.", actor=SYSTEM, at=at)
    resolve_problem(problem_id=problem.pk, solution="It is solved.", actor=SYSTEM, at=at)
    return Problem.objects.get(pk=problem.pk)


def contact_of(problem: Problem, name: str) -> int:
    """Return the id of an affected contact."""
    return Affected.objects.get(problem=problem, contact__name=name).contact_id


def names_in(problem: Problem, far: str) -> list[str]:
    """Return who is shown by a filter."""
    return [one.contact.name for one in page_of_ledger(problem, Asked(far=far)).rows]


def test_marks_are_kept_once_and_filters_show_how_far_it_came(tenant: Tenant) -> None:
    problem = make_problem(
        cases=[make_case(contact=make_contact(name=name)) for name in ("Ingrid", "Amir", "Kari")]
    )
    rows = affected_by(problem.pk).filter(contact__name__in=["Ingrid", "Amir"])
    tell_once(rows, message="estimate:1", channel="mail", at=AT + HOUR)
    tell_once(rows, message="workaround:1", channel="mail", at=LATER)
    ingrid = contact_of(problem, "Ingrid")

    note_delivered(
        Told.objects.filter(affected__contact=ingrid).values_list("pk", flat=True), at=LATER
    )
    seen = [note_seen(ingrid, problem.pk, at=LATER + hours * HOUR) for hours in (1, 2)]

    row = Affected.objects.get(contact=ingrid)
    assert (row.told_at, row.workaround_at) == (AT + HOUR, LATER)
    assert (row.delivered_at, row.seen_at) == (LATER, LATER + HOUR)
    assert seen == [True, False]
    assert {told.seen_at for told in row.told.all()} == {LATER + HOUR}
    assert names_in(problem, "seen") == ["Ingrid"]
    assert names_in(problem, "workaround") == ["Ingrid", "Amir"]
    assert names_in(problem, "untold") == ["Kari"]
    counts = counts_of_ledger(problem, Asked(words="amir"))
    assert (counts["all"], counts["told"], counts["seen"]) == (1, 1, 0)
    assert [one.contact.name for one in whom_to_tell(problem)] == ["Ingrid", "Amir", "Kari"]


def test_closing_waits_for_those_on_a_workaround_and_names_them(tenant: Tenant) -> None:
    problem = make_resolved(*NAMES)
    lead = make_actor(Role.LEAD)

    with pytest.raises(StillOnWorkaround) as refusal:
        close_problem(problem_id=problem.pk, actor=lead, at=LATER)
    confirm_fixed(
        problem_id=problem.pk, contact_id=contact_of(problem, "Ingrid"), actor=SYSTEM, at=LATER
    )
    apply_solution(
        problem_id=problem.pk,
        contact_ids=[contact_of(problem, "Amir")],
        actor=make_actor(Role.AGENT),
        at=LATER,
    )
    excuse(
        problem_id=problem.pk,
        contact_ids=[contact_of(problem, name) for name in NAMES[2:]],
        reason="Moved to the new terminal on their own.",
        actor=lead,
        at=LATER,
    )
    closed = close_problem(problem_id=problem.pk, actor=lead, at=LATER)

    assert "Ingrid, Amir, Kari, Nils, Oda and 2 more" in refusal.value.sentence
    assert "exceptions" in refusal.value.next_step
    assert closed.state == "closed"
    assert names_in(problem, "excused") == list(NAMES[2:])
    assert names_in(problem, "applied") == ["Ingrid", "Amir"]
    with pytest.raises(NotInThisState):
        take_excuse_back(
            problem_id=problem.pk, contact_id=contact_of(problem, "Oda"), actor=lead, at=LATER
        )


def test_an_exception_needs_a_reason_and_a_lead_and_can_be_taken_back(tenant: Tenant) -> None:
    problem = make_resolved("Ingrid")
    lead, named = make_actor(Role.LEAD), [contact_of(problem, "Ingrid")]

    with pytest.raises(ReasonMissing):
        excuse(problem_id=problem.pk, contact_ids=named, reason=" ", actor=lead, at=LATER)
    with pytest.raises(NotPermitted):
        excuse(problem_id=problem.pk, contact_ids=named, reason="x", actor=make_actor(), at=LATER)
    excuse(problem_id=problem.pk, contact_ids=named, reason="Has left us.", actor=lead, at=LATER)
    was_one = names_in(problem, "open_ended") == []
    take_excuse_back(problem_id=problem.pk, contact_id=named[0], actor=lead, at=LATER)

    assert was_one
    assert names_in(problem, "open_ended") == ["Ingrid"]


def test_a_solution_is_only_had_once_there_is_one(tenant: Tenant) -> None:
    problem = make_problem(cases=[make_case()])
    row = Affected.objects.get(problem=problem)

    with pytest.raises(NothingToApply):
        apply_solution(
            problem_id=problem.pk, contact_ids=[row.contact_id], actor=make_actor(), at=LATER
        )


def test_when_it_comes_back_nobody_has_the_solution_any_more(tenant: Tenant) -> None:
    problem = make_resolved("Ingrid")
    confirm_fixed(
        problem_id=problem.pk, contact_id=contact_of(problem, "Ingrid"), actor=SYSTEM, at=LATER
    )
    hear_everything()

    reopen_problem(
        problem_id=problem.pk, reason="It is back.", actor=make_actor(Role.LEAD), at=LATER
    )
    hear_everything()

    row = Affected.objects.get(problem=problem)
    assert (row.applied_at, row.confirmed_at) == (None, None)
    assert row.workaround_at is not None
    assert forget_fix(problem.pk) == 0
