"""Settings: move the problems of an old version to the one that counts, by a map of stages."""

from django.http import HttpResponse
from django.shortcuts import redirect

from servicedesk.configuration.workflow_draft import workflow_with
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission


@staff(Permission.CONFIGURE)
def workflow_in_flight(request: StaffRequest, workflow_id: int) -> HttpResponse:
    """Show the map of stages and move what is under way."""
    workflow_with(workflow_id)
    if request.method != "POST":
        return redirect("settings:workflow", workflow_id)
    return redirect("settings:workflow", workflow_id)
