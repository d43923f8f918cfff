"""Workflows are drawn, published, archived and migrated in flight; tasks and approvals go on."""

from dataclasses import replace

from django.utils.timezone import now

from problems import department_tasks
from problems.drawable import world_of_problems
from problems.gates import Offered
from problems.migrating_stages import move_from, move_problems
from problems.models import Problem, StepRequest, StepVote, Task
from problems.models.step_request import Vote
from problems.stages import steps_from
from problems.stepping import take_step, vote_on_step
from problems.task_moving import move_task
from tests.chaos.acts_on_people import ADMIN, ActsOnPeople
from tests.problems.drawing import DRAWING
from workflow.people.actors import Actor, Source
from workflow.people.authentication import actor_for_user
from workflow.stages.definition import Approval, Definition
from workflow.stages.models import Workflow, WorkflowVersion
from workflow.stages.versions import change_draft, discard_draft, publish_draft, start_draft
from workflow.stages.workflows import set_active, set_default

# Beside the whole drawing: one that archives a stage, one whose step asks for approval, a dead end.
ARCHIVED = replace(
    DRAWING,
    stages=tuple(stage for stage in DRAWING.stages if stage.key != "reproduce"),
    steps=tuple(
        replace(step, end="cause") if step.key == "ours" else step
        for step in DRAWING.steps
        if "reproduce" not in (step.begin, step.end) or step.key == "ours"
    ),
)
APPROVED = replace(
    DRAWING,
    steps=tuple(
        replace(step, approval=Approval(quorum=50, roles=("lead", "head")))
        if step.key in ("known", "holds")
        else step
        for step in DRAWING.steps
    ),
)
DEAD_END = replace(DRAWING, steps=DRAWING.steps[:4])


class ActsOnDrawings(ActsOnPeople):
    """Each method changes a drawing, or takes a step of one."""

    def workflow(self) -> Workflow:
        """Return a workflow."""
        return self.random.choice(list(Workflow.objects.order_by("id")))

    def drawing(self) -> Definition:
        """Return a drawing, sometimes one that leads nowhere."""
        return self.random.choice([DRAWING, ARCHIVED, APPROVED, DEAD_END])

    def drawn_problem(self) -> Problem:
        """Return a problem, mostly one that follows a drawing."""
        drawn = list(Problem.objects.exclude(workflow_version=None).order_by("-id")[:5])
        return self.random.choice([*drawn, self.problem()])

    def draft(self) -> object:
        """Begin a draft, or change the one there is."""
        found = WorkflowVersion.objects.filter(state="draft").first()
        if found is not None and self.random.random() < 0.7:
            return change_draft(
                version_id=found.pk, definition=self.drawing(), actor=ADMIN, at=now()
            )
        return start_draft(
            workflow_id=self.workflow().pk, definition=self.drawing(), actor=ADMIN, at=now()
        )

    def publish(self) -> object:
        """Publish what is drafted, whatever it is."""
        found = WorkflowVersion.objects.filter(state="draft").first()
        if found is None:
            return None
        return publish_draft(version_id=found.pk, world=world_of_problems(), actor=ADMIN, at=now())

    def discard(self) -> object:
        """Throw a draft away, seldom."""
        found = WorkflowVersion.objects.filter(state="draft").first()
        if found is None or self.random.random() < 0.7:
            return None
        return discard_draft(version_id=found.pk, actor=ADMIN, at=now())

    def migrate(self) -> object:
        """Move what is in flight to what counts, mostly as suggested, sometimes anyhow."""
        workflow = self.workflow()
        retired = WorkflowVersion.objects.filter(workflow=workflow, state="retired")
        numbers = list(retired.values_list("number", flat=True)) or [1]
        number = self.random.choice(numbers)
        move = move_from(workflow_id=workflow.pk, number=number)
        before, after = move.drawings
        stages = {
            stage.key: next((one.key for one in after.stages if one.state == stage.state), "")
            for stage in before.stages
        } | dict(move.suggested)
        if stages and self.random.random() < 0.3:
            stages[self.random.choice(sorted(stages))] = "nowhere"
        return move_problems(
            workflow_id=workflow.pk, number=number, stage_map=stages, actor=ADMIN, at=now()
        )

    def switch(self) -> object:
        """Let new problems take a workflow or none, as default or not."""
        how = self.random.random() < 0.6
        act = self.random.choice(["active", "default"])
        if act == "active":
            return set_active(workflow_id=self.workflow().pk, is_active=how, actor=ADMIN, at=now())
        return set_default(workflow_id=self.workflow().pk, is_default=how, actor=ADMIN, at=now())

    def take_a_step(self) -> object:
        """Take a drawn step, mostly one that leads on from here."""
        problem = self.drawn_problem()
        steps = [step.key for step in steps_from(problem)] or ["seen"]
        return take_step(
            problem_id=problem.pk,
            step_key=self.random.choice([*steps, "nonsense"]),
            offered=Offered(
                reason=self.words(),
                department=self.random.choice([self.other_department(), None]),
                texts={"root_cause": "x", "public_cause": "y", "fix": "z", "solution": "s"},
                confirm=True,
            ),
            actor=self.random.choice([self.actor(), ADMIN]),
            at=now(),
        )

    def vote(self) -> object:
        """Answer whether a step may be taken, mostly as one who was asked."""
        asked = StepVote.objects.filter(request__state="open").select_related("user").first()
        if asked is None:
            return None
        voter: Actor = actor_for_user(asked.user, source=Source.AGENT)
        return vote_on_step(
            request_id=asked.request_id,
            vote=self.random.choice(list(Vote)),
            reason="Because.",
            actor=self.random.choice([voter, voter, self.actor()]),
            at=now(),
        )

    # ---- tasks -------------------------------------------------------------------------------

    def task(self) -> Task | None:
        """Return one of the latest tasks."""
        tasks = list(Task.objects.order_by("-id")[:6])
        return self.random.choice(tasks) if tasks else None

    def ask_for_a_task(self) -> object:
        """Ask a department to do something for a problem."""
        if Task.objects.filter(state__in=["asked", "accepted"]).count() > 5:
            return None
        return department_tasks.ask_department(
            problem_id=self.problem().pk,
            department=self.other_department(),
            title="Look at it",
            assignee=self.random.choice([self.user(), None, None]),
            needs=[one for one in [self.task()] if one and self.random.random() < 0.3],
            actor=self.random.choice([self.actor(), ADMIN]),
            at=now(),
        )

    def work_on_a_task(self) -> object:
        """Accept, refuse, finish, withdraw or move a task."""
        task = self.task()
        if task is None:
            return None
        actor = self.random.choice([self.actor(), ADMIN])
        do = self.random.choice(["accept", "refuse", "finish", "withdraw", "move"])
        if do == "accept":
            return department_tasks.accept_task(task_id=task.pk, actor=actor, at=now())
        if do == "finish":
            return department_tasks.finish_task(
                task_id=task.pk, result=self.words(), actor=actor, at=now()
            )
        if do == "move":
            return move_task(
                task_id=task.pk,
                department=self.other_department(),
                reason=self.words(),
                actor=actor,
                at=now(),
            )
        end = department_tasks.refuse_task if do == "refuse" else department_tasks.withdraw_task
        return end(task_id=task.pk, reason=self.words(), actor=actor, at=now())

    def due_requests(self) -> list[int]:
        """Return the requests for which it is time to ask the next ones."""
        return list(
            StepRequest.objects.filter(state="open", due_at__lte=now()).values_list("pk", flat=True)
        )
