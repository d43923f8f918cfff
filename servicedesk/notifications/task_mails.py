"""What mails about tasks say."""

from typing import Any

from problems.models import Task
from problems.models.department_task import TaskState
from problems.task_needs import blockers_of
from servicedesk.notifications.models import Notification
from servicedesk.notifications.wording import time_words
from workflow.clocks.models import Metric


def of_task(notification: Notification) -> dict[str, Any]:
    """Return what the texts may use: the task, its problem, what it waits for; three queries."""
    task = Task.objects.select_related("department", "problem", "assignee").get(
        pk=int(notification.key.split(":")[1])
    )
    clock = task.clocks.filter(metric=Metric.TASK).order_by("-id").first()
    timezone = notification.tenant.timezone
    return {
        "task": {
            "number": task.name,
            "title": task.title,
            "text": task.text,
            "result": task.result,
            "reason": task.reason,
            "department": task.department.name,
            "is_done": task.state == TaskState.DONE,
            "is_refused": task.state == TaskState.REFUSED,
            "due": time_words(clock.due_at, timezone=timezone) if clock else "",
            "waits_for": [
                {"number": one.name, "title": one.title, "department": one.department.name}
                for one in blockers_of([task]).get(task.pk, [])
            ],
        },
    }
