"""Every due time can be worked out again from what was written down, to the same second."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from cases.conversation import add_customer_message, answer_case
from cases.lifecycle import pend_case, reopen_case, resolve_case, set_priority
from cases.models import Case, CaseClock
from cases.states import Channel
from problems.handing import accept_problem, route_problem
from servicedesk.walk import SWEPT_CLOCKS
from tests.hearing import hear_everything
from tests.make import AT, DAY, HOUR, make_actor, make_case, make_department, make_problem
from workflow.calendars import Hours, save_calendar
from workflow.clocks.calendar_revisions import BEGINNING
from workflow.clocks.models import Calendar, PolicyVersion, Target
from workflow.clocks.replaying import replay_clocks
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def differing() -> list[tuple[int, str]]:
    """Return the clocks of the tenant that differ, with what differs."""
    replayed = replay_clocks(SWEPT_CLOCKS)
    assert replayed.clocks > 0
    return [(one.clock_id, one.what) for one in replayed.differences]


def live_through_a_week() -> Case:
    """Return a case that was answered, waited, moved, ended and came back."""
    case = make_case(priority=4)
    agent = make_actor(Role.AGENT)
    answer_case(case_id=case.pk, text="Which day?", actor=agent, at=AT + HOUR)
    pend_case(case_id=case.pk, actor=agent, at=AT + 2 * HOUR)
    for at in (AT + DAY, AT + DAY + HOUR):
        add_customer_message(
            case_id=case.pk,
            contact=case.contact,
            text="On Monday.",
            channel=Channel.MAIL,
            actor=SYSTEM,
            at=at,
        )
    set_priority(case_id=case.pk, priority=2, actor=agent, at=AT + 2 * DAY)
    resolve_case(case_id=case.pk, actor=agent, at=AT + 3 * DAY)
    reopen_case(case_id=case.pk, actor=agent, at=AT + 4 * DAY)
    return case


def change_hours(*, opens: str, closes: str, at: Any) -> Calendar:
    """Let the office open at other times from a moment on; what runs is planned anew."""
    calendar = Calendar.objects.get()
    save_calendar(
        calendar_id=calendar.pk,
        name=calendar.name,
        hours=Hours(
            timezone="UTC",
            weekly={day: [(opens, closes)] for day in ("mon", "tue", "wed", "thu", "fri")},
        ),
        actor=make_actor(Role.ADMIN),
        at=at,
    )
    hear_everything()
    return Calendar.objects.get()


def test_a_week_of_changes_comes_out_the_same(tenant: Tenant) -> None:
    live_through_a_week()
    problem = make_problem()
    payments = make_department("Payments")
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + 2 * HOUR)
    accept_problem(
        problem_id=problem.pk,
        actor=make_actor(Role.MEMBER, department=payments),
        at=AT + 3 * HOUR,
    )

    assert differing() == []


def test_hours_that_changed_count_from_when_they_changed(tenant: Tenant) -> None:
    case = make_case(priority=4, at=AT)
    before = case.clocks.get(metric="resolution").due_at

    change_hours(opens="08:00", closes="10:00", at=AT + HOUR)

    clock = case.clocks.get(metric="resolution")
    assert clock.due_at > before
    assert clock.original_due_at == before
    # One hour counted on Monday before the change; 99 are left at two hours a day.
    assert clock.due_at == AT + 70 * DAY
    assert differing() == []


def test_another_calendar_leaves_what_was_counted_by_the_first(tenant: Tenant) -> None:
    case = make_case(priority=3)
    night = Calendar.objects.create(
        name="Night", timezone="UTC", hours={"tue": [["00:00", "06:00"]]}
    )
    version = PolicyVersion.objects.get()
    Target.objects.filter(version=version, metric="resolution", priority=2).update(
        calendar=night, within=timedelta(hours=3)
    )

    set_priority(case_id=case.pk, priority=2, actor=make_actor(), at=AT + 2 * HOUR)

    clock = case.clocks.get(metric="resolution")
    # Two hours on Monday morning, and one in the night to Tuesday.
    assert clock.due_at == AT + 16 * HOUR
    assert [line[0] for line in clock.earlier_hours] == [version.calendar_id]
    assert differing() == []


@pytest.mark.parametrize(
    ("field", "moved"),
    [
        ("due_at", timedelta(seconds=1)),
        ("original_due_at", timedelta(seconds=-1)),
        ("started_at", timedelta(minutes=1)),
    ],
)
def test_a_row_that_says_something_else_is_named(
    tenant: Tenant, field: str, moved: timedelta
) -> None:
    live_through_a_week()
    clock = CaseClock.objects.earliest("id")
    setattr(clock, field, getattr(clock, field) + moved)
    clock.save(update_fields=[field])

    assert differing() == [(clock.pk, field)]


def test_a_history_that_was_changed_is_named(tenant: Tenant) -> None:
    case = live_through_a_week()
    clock = case.clocks.filter(metric="resolution").earliest("id")
    clock.marks.filter(kind="resumed").update(at=AT + DAY + timedelta(seconds=1))

    assert {pk for pk, _what in differing()} == {clock.pk}


def test_a_clock_without_a_history_is_named(tenant: Tenant) -> None:
    clock = make_case().clocks.earliest("id")
    clock.marks.all().delete()

    assert differing() == [(clock.pk, "history")]


def test_the_command_says_how_many_differ(tenant: Tenant) -> None:
    live_through_a_week()
    said, planted = StringIO(), StringIO()

    call_command("replay_clocks", "--tenant", tenant.slug, "--json", stdout=said)
    clock = CaseClock.objects.earliest("id")
    CaseClock.objects.filter(pk=clock.pk).update(due_at=now())
    with pytest.raises(SystemExit) as ending:
        call_command("replay_clocks", "--tenant", tenant.slug, stdout=planted)

    found = json.loads(said.getvalue())
    assert (found["differing"], found["differences"]) == (0, [])
    assert found["clocks"] == CaseClock.objects.count()
    assert ending.value.code == 1
    assert f"cases_caseclock {clock.pk} ({clock.metric}): due_at is" in planted.getvalue()


def test_the_first_hours_of_a_calendar_hold_from_the_beginning(tenant: Tenant) -> None:
    assert Calendar.objects.get().revisions.get().valid_from == BEGINNING
