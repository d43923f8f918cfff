"""Key workflows: marked by admins, each step with its target and how often it was kept."""

from datetime import UTC, datetime

from problems.key_workflows import key_scores
from tests.make import HOUR, make_department, make_problem, make_user
from tests.problems.drawing import publish, take
from tests.surfaces.api.calling import caller_as
from tests.surfaces.signing_in import signed_in_staff
from workflow.history.models import Entry
from workflow.people.permissions import Role
from workflow.stages.models import Workflow
from workflow.tenancy.models import Tenant

MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


def test_each_step_of_a_key_workflow_has_its_score(tenant: Tenant) -> None:
    version = publish()
    payments = make_department("Payments")
    prompt, slow = make_problem(title="Prompt"), make_problem(title="Slow")
    for problem in (prompt, slow):
        take(problem, "send", hours=2, department=payments)
        take(problem, "ours", hours=3)
    # To reproduce may take three hours.
    take(prompt, "seen", hours=5)
    take(slow, "seen", hours=7)
    assert key_scores(since=MARCH, until=APRIL) == []
    client = signed_in_staff(tenant, make_user(Role.ADMIN))
    here = f"/settings/workflows/{version.workflow_id}/"

    client.post(here, {"action": "key"})
    (score,) = key_scores(since=MARCH, until=APRIL)
    page = client.get("/reports/fix-times/", {"since": "2026-03", "until": "2026-03"})
    data = caller_as(tenant, Role.LEAD).get("reports/fix-times?since=2026-03&until=2026-03").json()

    steps = {step.stage_key: step for step in score.steps}
    assert (steps["reproduce"].stays, steps["reproduce"].in_time) == (2, 1)
    assert steps["reproduce"].within == 3 * HOUR
    assert (steps["cause"].stays, score.stays) == (0, 6)
    assert [step.name for step in score.steps][:2] == ["Inbox", "Waiting for a yes"]
    shown = {step["name"]: step for step in page.context["key"][0]["steps"]}
    assert (shown["Reproduce"]["score"], shown["Reproduce"]["is_bad"]) == ("50 %", True)
    assert "Defects: 83 % of its steps in time" in page.content.decode()
    assert data["key_workflows"][0]["in_time"] == 5
    assert "key workflow" in client.get(here).content.decode()


def test_programs_mark_workflows_and_it_is_remembered(tenant: Tenant) -> None:
    version = publish()
    api = caller_as(tenant, Role.ADMIN)

    marked = api.send("PATCH", f"workflows/{version.workflow_id}", {"is_key": True})
    api.send("PATCH", f"workflows/{version.workflow_id}", {"is_key": True})

    assert marked.json()["is_key"] is True
    assert Workflow.objects.get(pk=version.workflow_id).is_key
    (entry,) = Entry.objects.filter(subject_kind="workflow", action="configuration.changed")
    assert entry.changes == {"what": "workflow", "is_key": True, "is_key_was": False}
