"""Several departments do something for a problem at once, and one stays accountable."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from problems.department_tasks import (
    DepartmentIsClosed,
    ProblemIsOver,
    TaskNotDescribed,
    accept_task,
    ask_department,
    change_needs,
    finish_task,
    note_task,
    refuse_task,
    reopen_task,
    withdraw_task,
    withdraw_tasks_of,
)
from problems.fixing import put_fix_in_place, record_root_cause, resolve_problem
from problems.handing import accept_problem, route_problem
from problems.leaving import close_department, let_person_go
from problems.legs import open_leg
from problems.lifecycle import end_problem_without_fix
from problems.models import Problem, Task, TaskClock
from problems.models.department_task import NeededFor
from problems.states import Outcome
from problems.task_moving import climb_task, give_tasks, move_tasks, tasks_of_person
from problems.task_needs import CircularTasks, NotAmongTheseTasks, circle_in, circle_sentence
from problems.task_rights import NotInThisDepartment, TaskIsPast, TasksAreNeeded, TaskWaits
from tests.hearing import hear_everything, news, told
from tests.make import AT, HOUR, make_actor, make_department, make_problem, make_user
from workflow.clocks.events import ClockStepped
from workflow.clocks.models import Metric
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")
LATER = AT + 4 * HOUR


@dataclass(frozen=True)
class Story:
    """A problem with Payments; Network and Legal can be asked for something."""

    problem: Problem
    payments: Department
    network: Department
    legal: Department
    owner: Actor
    engineer: Actor

    def ask(self, title: str = "Read the router's log", **more: object) -> Task:
        """Let Payments ask Network for something."""
        given = {"department": self.network, "actor": self.owner, "at": LATER, **more}
        return ask_department(problem_id=self.problem.pk, title=title, **given)  # type: ignore[arg-type]

    def finish(self, task: Task, *, hours: int = 5) -> Task:
        """Let it be done some hours after the beginning."""
        return finish_task(
            task_id=task.pk, result="Nothing unusual.", actor=SYSTEM, at=AT + hours * HOUR
        )


@pytest.fixture
def story(tenant: Tenant) -> Story:
    """A problem that Payments has accepted."""
    payments, network = make_department("Payments"), make_department("Network")
    owner = make_actor(Role.MEMBER, department=payments)
    problem = make_problem()
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + 2 * HOUR)
    accept_problem(problem_id=problem.pk, actor=owner, at=AT + 3 * HOUR)
    return Story(
        problem=problem,
        payments=payments,
        network=network,
        legal=make_department("Legal"),
        owner=owner,
        engineer=make_actor(Role.MEMBER, department=network),
    )


def clock_of(task: Task, metric: Metric = Metric.TASK) -> TaskClock:
    """Return the newest clock of a task."""
    return TaskClock.objects.filter(task=task, metric=metric).latest("id")


def actions_on(problem: Problem) -> list[str]:
    """Return the codes of a problem's history that tell of tasks, in order."""
    entries = Entry.objects.filter(
        subject_kind="problem", subject_id=problem.pk, action__startswith="task."
    )
    return list(entries.order_by("id").values_list("action", flat=True))


# ---- asked, accepted, done -------------------------------------------------------------------


def test_a_task_leaves_the_problem_where_it_is(story: Story) -> None:
    leg = open_leg(story.problem)

    task = story.ask()
    accept_task(task_id=task.pk, actor=story.engineer, at=LATER)
    story.finish(task)

    assert open_leg(story.problem).pk == leg.pk
    assert open_leg(story.problem).department == story.payments
    task.refresh_from_db()
    assert (task.state, task.result) == ("done", "Nothing unusual.")
    assert task.assignee_id == story.engineer.user_id
    assert actions_on(story.problem) == ["task.asked", "task.accepted", "task.done"]


def test_a_task_has_clocks_of_its_department(story: Story) -> None:
    task = story.ask()

    assert clock_of(task).due_at == story.network.calendar.working_time().add(
        LATER, story.network.stage_within
    )
    accept_task(task_id=task.pk, actor=story.engineer, at=LATER + HOUR)
    assert clock_of(task, Metric.ACKNOWLEDGE).state == "met"
    assert clock_of(task).state == "running"
    story.finish(task, hours=6)
    assert clock_of(task).state == "met"


def test_a_task_may_have_a_time_of_its_own(story: Story) -> None:
    task = story.ask(within=timedelta(hours=2))

    assert clock_of(task).due_at == LATER + 2 * HOUR


def test_both_departments_hear_of_it(story: Story) -> None:
    task = story.ask()
    hear_everything()
    assert [one.user_id for one in told("task_asked")] == [story.engineer.user_id]

    story.finish(task)
    hear_everything()

    assert [one.user_id for one in told("task_ended")] == [story.owner.user_id]


def test_who_does_not_answer_for_the_problem_asks_for_nothing(story: Story) -> None:
    with pytest.raises(NotPermitted, match="Payments answers for this problem"):
        story.ask(actor=story.engineer)

    assert story.ask(actor=make_actor(Role.LEAD)).state == "asked"


def test_only_the_department_that_was_asked_answers(story: Story) -> None:
    task = story.ask()

    with pytest.raises(NotPermitted, match="Network was asked for this"):
        accept_task(task_id=task.pk, actor=story.owner, at=LATER)

    accept_task(task_id=task.pk, actor=story.engineer, at=LATER)
    with pytest.raises(TaskIsPast):
        accept_task(task_id=task.pk, actor=story.engineer, at=LATER)


def test_a_task_needs_a_title_an_open_department_and_an_open_problem(story: Story) -> None:
    with pytest.raises(TaskNotDescribed):
        story.ask(title=" ")
    with pytest.raises(NotInThisDepartment):
        story.ask(assignee=make_user(Role.MEMBER, department=story.legal))
    Department.objects.filter(pk=story.legal.pk).update(is_active=False)
    story.legal.refresh_from_db()
    with pytest.raises(DepartmentIsClosed):
        story.ask(department=story.legal)

    end_problem_without_fix(
        problem_id=story.problem.pk,
        outcome=Outcome.CANCELLED,
        reason="A test.",
        actor=SYSTEM,
        at=AT + 5 * HOUR,
    )
    with pytest.raises(ProblemIsOver):
        story.ask(actor=SYSTEM)


def test_both_sides_write_about_a_task_and_others_do_not(story: Story) -> None:
    task = story.ask()

    note_task(task_id=task.pk, text="Which router?", actor=story.engineer, at=LATER)
    note_task(task_id=task.pk, text="The one in Bergen.", actor=story.owner, at=LATER)

    assert [note.text for note in task.notes.order_by("id")] == [
        "Which router?",
        "The one in Bergen.",
    ]
    stranger = make_actor(Role.MEMBER, department=story.legal)
    with pytest.raises(NotPermitted):
        note_task(task_id=task.pk, text="Me too.", actor=stranger, at=LATER)


# ---- what waits for what ---------------------------------------------------------------------


def test_a_blocked_task_stands_still_and_becomes_ready_by_itself(story: Story) -> None:
    first = story.ask("Find the time of the outage")
    second = story.ask("Compare it with the ledger", department=story.legal, needs=[first])
    assert second.is_blocked
    assert clock_of(second).state == "paused"
    with pytest.raises(TaskWaits, match=rf"T-{second.number} waits for T-{first.number} \(Find"):
        story.finish(second)

    story.finish(first, hours=6)

    second.refresh_from_db()
    clock = clock_of(second)
    assert (second.is_blocked, clock.state) == (False, "running")
    hours = story.legal.calendar.working_time()
    assert clock.due_at == hours.add(AT + 6 * HOUR, story.legal.stage_within)
    assert news()[-1] == "problems.task.ready"
    assert actions_on(story.problem)[-1] == "task.ready"


def test_a_refused_task_goes_on_blocking_until_somebody_decides(story: Story) -> None:
    first = story.ask("Find the time of the outage")
    second = story.ask("Compare it with the ledger", needs=[first])

    refuse_task(task_id=first.pk, reason="Not our line.", actor=story.engineer, at=AT + 5 * HOUR)
    second.refresh_from_db()
    assert second.is_blocked
    assert clock_of(first).state == "cancelled"

    withdraw_task(task_id=first.pk, reason="Known by now.", actor=story.owner, at=AT + 6 * HOUR)
    second.refresh_from_db()
    assert not second.is_blocked


def test_a_task_that_is_opened_again_blocks_again(story: Story) -> None:
    first = story.ask("Find the time of the outage")
    second = story.ask("Compare it with the ledger", needs=[first])
    story.finish(first)

    reopen_task(
        task_id=first.pk,
        reason="The wrong day.",
        department=story.legal,
        actor=story.owner,
        at=AT + 6 * HOUR,
    )

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.department, first.ended_at) == ("asked", story.legal, None)
    assert (clock_of(first).cycle, clock_of(first).department) == (2, story.legal)
    assert second.is_blocked
    assert clock_of(second).state == "paused"


def test_a_circle_is_refused_by_the_sentence_that_names_it(story: Story) -> None:
    first = story.ask("First")
    second = story.ask("Second", needs=[first])
    third = story.ask("Third", needs=[second])

    with pytest.raises(CircularTasks) as refused:
        change_needs(task_id=first.pk, needs=[third], actor=story.owner, at=LATER)

    one, two, three = (f"T-{task.number}" for task in (first, second, third))
    assert refused.value.sentence == (
        f"These tasks would wait for one another: {one} for {three}, {three} for {two},"
        f" {two} for {one}."
    )
    assert not change_needs(task_id=second.pk, needs=[], actor=story.owner, at=LATER).is_blocked


def test_a_task_waits_for_tasks_of_its_own_problem_only(story: Story) -> None:
    task = story.ask()
    elsewhere = ask_department(
        problem_id=make_problem().pk,
        department=story.network,
        title="Another matter",
        actor=SYSTEM,
        at=LATER,
    )

    with pytest.raises(NotAmongTheseTasks):
        change_needs(task_id=task.pk, needs=[elsewhere], actor=story.owner, at=LATER)


@pytest.mark.parametrize(
    ("needs", "circle"),
    [
        ({}, []),
        ({1: {1}}, [1]),
        ({1: {2}, 2: {3}}, []),
        ({1: {2, 4}, 2: {3}, 4: {1}}, [1, 4]),
        ({1: {2}, 2: {3}, 3: {2, 4}, 4: {1}}, [1, 2, 3, 4]),
    ],
)
def test_a_circle_through_a_task_is_found(needs: dict[int, set[int]], circle: list[int]) -> None:
    found = circle_in({task: frozenset(needed) for task, needed in needs.items()}, start=1)

    assert found == circle


def test_a_task_that_would_wait_for_itself_is_told_so() -> None:
    assert circle_sentence(["T-7"]) == "T-7 would wait for itself."


# ---- what the problem waits for --------------------------------------------------------------


def test_a_step_waits_for_the_tasks_that_it_needs(story: Story) -> None:
    task = story.ask("Read the log", needed_for=NeededFor.STEP)

    def find_cause() -> None:
        record_root_cause(
            problem_id=story.problem.pk,
            root_cause="A retry without a key.",
            public_cause="",
            actor=story.owner,
            at=AT + 6 * HOUR,
        )

    with pytest.raises(TasksAreNeeded, match=rf"T-{task.number} \(Read the log, Network\)"):
        find_cause()

    story.finish(task)
    find_cause()


def test_the_resolution_waits_for_its_tasks_and_earlier_steps_do_not(story: Story) -> None:
    task = story.ask("Tell the regulator", needed_for=NeededFor.RESOLUTION)
    record_root_cause(
        problem_id=story.problem.pk,
        root_cause="A retry without a key.",
        public_cause="",
        actor=story.owner,
        at=AT + 5 * HOUR,
    )
    put_fix_in_place(problem_id=story.problem.pk, fix="A key.", actor=story.owner, at=AT + 6 * HOUR)

    with pytest.raises(TasksAreNeeded):
        resolve_problem(
            problem_id=story.problem.pk,
            solution="Fixed.",
            actor=story.owner,
            at=AT + 7 * HOUR,
        )

    withdraw_task(task_id=task.pk, reason="Nothing to tell.", actor=story.owner, at=AT + 7 * HOUR)
    resolve_problem(
        problem_id=story.problem.pk, solution="Fixed.", actor=story.owner, at=AT + 8 * HOUR
    )


def test_nothing_more_is_asked_once_the_problem_has_ended(story: Story) -> None:
    first = story.ask("First")
    second = story.ask("Second", needs=[first])
    end_problem_without_fix(
        problem_id=story.problem.pk,
        outcome=Outcome.CANCELLED,
        reason="A test.",
        actor=SYSTEM,
        at=AT + 5 * HOUR,
    )

    assert withdraw_tasks_of(story.problem.pk, actor=SYSTEM, at=AT + 5 * HOUR) == 2

    assert {clock_of(first).state, clock_of(second).state} == {"cancelled"}
    assert withdraw_tasks_of(story.problem.pk, actor=SYSTEM, at=AT + 5 * HOUR) == 0


# ---- other hands -----------------------------------------------------------------------------


def test_tasks_go_on_where_somebody_leaves(story: Story) -> None:
    task = story.ask()
    accept_task(task_id=task.pk, actor=story.engineer, at=LATER)
    task.refresh_from_db()
    assert task.assignee is not None

    give_tasks(
        tasks_of_person(task.assignee), to=None, works_in=frozenset(), actor=SYSTEM, at=LATER
    )
    task.refresh_from_db()
    assert (task.assignee_id, task.state) == (None, "accepted")

    move_tasks([task], to=story.legal, reason="Closed.", actor=SYSTEM, at=LATER + HOUR)
    task.refresh_from_db()
    assert (task.department, task.state, task.accepted_at) == (story.legal, "asked", None)
    assert clock_of(task).department == story.legal


def test_a_ladder_sends_a_task_to_another_department(story: Story) -> None:
    task = story.ask()

    def step(action: str) -> None:
        climb_task(
            ClockStepped(
                owner=f"task:{task.pk}",
                metric="task",
                clock_id=clock_of(task).pk,
                action=action,
                department_id=story.legal.pk,
            ),
            actor=SYSTEM,
            at=LATER + HOUR,
        )

    step("raise_priority")
    task.refresh_from_db()
    assert task.department == story.network

    step("reassign")
    step("reassign")
    task.refresh_from_db()
    assert task.department == story.legal
    assert actions_on(story.problem) == ["task.asked", "task.moved"]


def test_a_department_that_closes_and_a_person_who_leaves_hand_their_tasks_on(story: Story) -> None:
    task = story.ask()
    accept_task(task_id=task.pk, actor=story.engineer, at=LATER)
    admin = make_actor(Role.ADMIN)

    gone = let_person_go(
        user_id=story.engineer.user_id or 0,
        cases_to=None,
        problems_to=None,
        actor=admin,
        at=LATER,
    )
    task.refresh_from_db()
    assert (gone.tasks, task.assignee_id, task.department) == (1, None, story.network)

    closed = close_department(
        department_id=story.network.pk,
        work_to=story.legal,
        reason="Merged.",
        actor=admin,
        at=LATER + HOUR,
    )
    task.refresh_from_db()
    assert (closed.tasks, task.department, task.reason) == (1, story.legal, "Merged.")
