"""What mails about steps of a workflow say."""

from typing import Any

from problems.models import Leg, StepRequest, StepVote
from problems.models.step_request import RequestState, Vote
from problems.stages import definition_with
from servicedesk.notifications.models import Notification
from servicedesk.notifications.wording import time_words
from workflow.stages.definition import Definition


def named(definition: Definition, step_key: str) -> dict[str, str]:
    """Return the names of a step and of the stages that it joins, as the drawing has them."""
    step = next((one for one in definition.steps if one.key == step_key), None)
    stages = {one.key: one.name for one in definition.stages}
    if step is None:
        return {"step": step_key, "from": "", "to": ""}
    return {
        "step": step.name,
        "from": stages.get(step.begin, step.begin),
        "to": stages.get(step.end, step.end),
    }


def of_request(notification: Notification) -> dict[str, Any]:
    """Return what is asked, by whom and until when, and what was said of it; three queries.

    The key of the notification names the request.
    """
    request = StepRequest.objects.select_related("requested_by").get(
        pk=int(notification.key.split(":")[1])
    )
    refusals = StepVote.objects.filter(request=request, vote=Vote.NO).select_related("user")
    due = request.due_at
    return {
        "request": {
            **named(definition_with(request.workflow_version_id), request.step_key),
            "by": request.requested_by.name if request.requested_by else "",
            "reason": request.given.get("reason", ""),
            "due": time_words(due, timezone=notification.tenant.timezone) if due else "",
            "is_approved": request.state in (RequestState.APPROVED, RequestState.TAKEN),
            "is_taken": request.state == RequestState.TAKEN,
            "refused_by": [
                {"name": one.user.name, "reason": one.reason} for one in refusals.order_by("id")
            ],
        }
    }


def of_step(notification: Notification) -> dict[str, Any]:
    """Return which step was taken and who has the problem now; one query.

    The key of the notification names version and step.
    """
    # A key is a tenant's word: whatever stands in it, the ends of the notification's are ours.
    _what, version, *between = notification.key.split(":")
    step_key = ":".join(between[:-3])
    leg = (
        Leg.objects.select_related("department")
        .filter(problem=notification.problem)
        .latest("position")
    )
    return {
        "taken": {
            **named(definition_with(int(version)), step_key),
            "department": leg.department.name,
        }
    }
