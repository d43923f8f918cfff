"""What a department is asked for by others, and what it has asked others for."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from problems.queries import departments_for
from problems.task_needs import blockers_of
from problems.tasks_told import Page, open_tasks_asked_by, open_tasks_of_department
from servicedesk.department.board import chosen, sees_all
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, id_in
from servicedesk.pages.task_words import task_shown
from workflow.people.permissions import Permission

NOTHING = Page(tasks=[], ends_at=None)


@require_safe
@staff(Permission.WORK_PROBLEM, Permission.STEER_PROBLEM, Permission.WORK_CASE)
def tasks(request: StaffRequest) -> HttpResponse:
    """Show tasks for us, or those that we have asked others for; three queries beside the frame's."""
    at = now()
    actor = request.actor
    departments = departments_for(actor, sees_all=sees_all(actor))
    department = chosen(departments, request.GET.get("department", ""), actor=actor)
    side = "asked" if request.GET.get("side") == "asked" else "ours"
    read = open_tasks_asked_by if side == "asked" else open_tasks_of_department
    after = id_in(request.GET.get("after", ""))
    found = read(department.pk, after=after) if department else NOTHING
    blocked = [task for task in found.tasks if task.is_blocked]
    blockers = blockers_of(blocked) if blocked else {}
    next_url = ""
    if found.ends_at is not None and department is not None:
        more = urlencode({"after": cursor_of(found.ends_at)})
        next_url = f"{address(department, side=side)}&{more}"
    return page(
        request,
        "department/tasks.html",
        {
            "department": {
                "name": department.name if department else _("No department"),
                "hue": department.hue if department else "",
            },
            "departments": [
                {
                    "name": one.name,
                    "href": address(one, side=side),
                    "is_current": one == department,
                }
                for one in departments
            ]
            if len(departments) > 1
            else [],
            "sides": [
                {
                    "name": words,
                    "href": address(department, side=code),
                    "is_current": code == side,
                }
                for code, words in (("ours", _("Asked of us")), ("asked", _("Asked by us")))
            ]
            if department
            else [],
            "side": side,
            "tasks": [
                {
                    **task_shown(task, blockers=blockers.get(task.pk, []), at=at),
                    "may_accept": side == "ours" and task.state == "asked",
                    "plain_number": task.number,
                }
                for task in found.tasks
            ],
            "next_url": next_url,
        },
    )


def address(department: Any, *, side: str) -> str:
    """Return the address of a department's tasks."""
    asked = {"department": department.slug, "side": side}
    return f"{reverse('department:tasks')}?{urlencode(asked)}"
