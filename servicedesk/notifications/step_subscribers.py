"""Who is told of steps of a workflow: approvers, whoever asked them, and whom the drawing names."""

from collections.abc import Iterable

from django.utils.timezone import now

from problems.approving import approvers_of
from problems.events import ApprovalAsked, ApprovalDecided, StepTaken
from problems.gates import last_leg
from problems.models import Leg, Problem, StepRequest, StepVote
from problems.models.step_request import RequestState, Round
from problems.step_acts import step_of
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import NotificationKind
from servicedesk.notifications.subscribers import leads, members_of
from workflow.people.absences import receivers
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.stages.definition import Act, ActionKind, Step


def tell_approvers(event: ApprovalAsked) -> None:
    """Tell those who were asked in this round and have said nothing yet."""
    request = StepRequest.objects.get(pk=event.request_id)
    if request.state != RequestState.OPEN:
        return
    waiting = StepVote.objects.filter(request=request, vote="", asked_round=request.asked_round)
    tell(
        waiting.order_by("user_id").values_list("user_id", flat=True),
        kind=NotificationKind.STEP_ASKED,
        about=f"step_asked:{request.pk}:{event.asked_at:%Y%m%d%H%M%S}",
        problem_id=event.problem_id,
    )


def tell_requester(event: ApprovalDecided) -> None:
    """Tell whoever wanted the step what came of it."""
    request = StepRequest.objects.get(pk=event.request_id)
    if request.requested_by_id is None:
        return
    tell(
        [request.requested_by_id],
        kind=NotificationKind.STEP_DECIDED,
        about=f"step_decided:{request.pk}",
        problem_id=event.problem_id,
    )


def tell_of_step(event: StepTaken) -> None:
    """Tell those whom the drawing names, and approvers whose approval it does not wait for."""
    step = step_of(event)
    if step is None:
        return
    leg = last_leg(Problem.objects.get(pk=event.problem_id))
    people = [one for act in step.acts for one in named_by(act, leg)]
    people += informed(step, leg)
    if people:
        tell(
            receivers(dict.fromkeys(people), at=now()),
            kind=NotificationKind.STEP_TAKEN,
            about=(
                f"step_taken:{event.version_id}:{event.step_key}"
                f":{event.problem_id}:{event.taken_at:%Y%m%d%H%M%S}"
            ),
            problem_id=event.problem_id,
        )


def named_by(act: Act, leg: Leg) -> list[int]:
    """Return whom an act names; one query."""
    if act.kind is not ActionKind.NOTIFY:
        return []
    if act.get("department"):
        department = Department.objects.filter(slug=act.get("department"), is_active=True).first()
        return members_of(department.pk, roles=(Role.MEMBER, Role.HEAD)) if department else []
    if act.get("to") == "assignee":
        return [leg.assignee_id] if leg.assignee_id else []
    if act.get("to") == "head":
        return members_of(leg.department_id, roles=(Role.HEAD,))
    if act.get("to") == "lead":
        return leads()
    return members_of(leg.department_id, roles=(Role.MEMBER, Role.HEAD))


def informed(step: Step, leg: Leg) -> list[int]:
    """Return the approvers of a step that waits for none of them: they are told."""
    if step.approval is None or step.approval.quorum:
        return []
    return approvers_of(step.approval, leg.department).by_round[Round.APPROVERS]


def tell(people: Iterable[int], *, kind: NotificationKind, about: str, problem_id: int) -> None:
    """Ask for the mails of one occasion; the key names what they are about."""
    notify(
        [
            Asked(key=f"{about}:{user_id}", kind=kind, user_id=user_id, problem_id=problem_id)
            for user_id in people
        ],
        at=now(),
        queue="urgent",
    )
