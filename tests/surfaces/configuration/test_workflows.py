"""Settings of workflows: the list, one with its versions, the draft as a form, files."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.make import make_problem, make_user
from tests.surfaces.counting import counted
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.permissions import Role
from workflow.stages.definition import Definition
from workflow.stages.files import write
from workflow.stages.models import Workflow, WorkflowState, WorkflowVersion
from workflow.stages.starters import starter_with
from workflow.stages.versions import definition_of
from workflow.tenancy.models import Tenant

LIST = "/settings/workflows/"


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """A browser of an administrator."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


def words(answer: Any) -> str:
    """Return the page in one line."""
    return " ".join(answer.content.decode().split())


def begin(client: Client, starter: str = "plain", name: str = "Defects") -> str:
    """Begin a workflow with a starter and return the address of its draft."""
    answer = client.post(LIST, {"action": "add", "starter": starter, "name": name})
    assert answer.status_code == 302, words(answer)
    return str(answer["Location"])


def draft() -> WorkflowVersion:
    """Return the only draft."""
    return WorkflowVersion.objects.get(state=WorkflowState.DRAFT)


def drawing() -> Definition:
    """Return what the only draft draws."""
    return definition_of(draft())


def test_a_workflow_begins_with_a_starter_and_its_draft_is_open(client: Client) -> None:
    address = begin(client)

    page = words(client.get(address))
    assert "Draft of Defects" in page
    assert "Looking for the cause" in page
    assert "may be published" in page
    assert "draft 1 waits" in words(client.get(LIST))


def test_a_stage_is_added_changed_moved_and_taken_out_by_plain_forms(client: Client) -> None:
    address = begin(client)

    added = client.post(f"{address}stages/", {"name": "Reproduce", "state": "root_cause"})
    assert added["Location"] == f"{address}?stage=reproduce#inspector"
    client.post(f"{address}stages/reproduce/", {"action": "save", "within": "8 h"})
    client.post(f"{address}stages/reproduce/", {"action": "place", "x": "220", "y": "-44"})
    client.post(f"{address}stages/reproduce/", {"action": "up"})

    stage = drawing().stage("reproduce")
    assert stage is not None
    assert (stage.name, stage.state, stage.x, stage.y) == ("Reproduce", "root_cause", 220, -44)
    assert stage.within is not None
    assert drawing().stages[-2].key == "reproduce"
    client.post(f"{address}stages/reproduce/", {"action": "delete"})
    assert drawing().stage("reproduce") is None


def test_a_step_joins_two_stages_and_everything_it_asks_for_is_read_back(client: Client) -> None:
    address = begin(client)

    client.post(f"{address}steps/", {"begin": "root_cause", "end": "assess"})
    step = drawing().steps[-1]
    form = {
        "action": "save",
        "is_whole": "1",
        "name": "Ask another team",
        "begin": "root_cause",
        "end": "assess",
        "kind": "side",
        "may_take": ["assignee", "head"],
        "needs": ["evidence"],
        "needs_reason": "1",
        "quorum": "50",
        "roles": ["lead"],
        "approval_within": "4 h",
        "fact_0": "severity",
        "operator_0": "is",
        "value_0": "1",
        "act_0": "notify",
        "about_0": "lead",
    }
    client.post(f"{address}steps/{step.key}/", form)

    saved = drawing().steps[-1]
    assert (saved.name, saved.kind, saved.may_take) == (
        "Ask another team",
        "side",
        ("assignee", "head"),
    )
    assert saved.approval is not None
    assert (saved.approval.quorum, saved.approval.roles) == (50, ("lead",))
    assert saved.acts[0].get("to") == "lead"
    page = words(client.get(f"{address}?step={step.key}"))
    assert 'value="Ask another team"' in page
    client.post(f"{address}steps/{step.key}/", form)
    assert drawing().steps[-1] == saved


def test_htmx_is_answered_with_the_part_that_changes(client: Client) -> None:
    address = begin(client)

    answer = client.post(
        f"{address}stages/",
        {"name": "Reproduce", "state": "root_cause"},
        headers={"HX-Request": "true"},
    )

    page = words(answer)
    assert page.startswith('<div id="draft"')
    for part in ("drawing", "table", "findings", "inspector"):
        assert f'id="{part}"' in page
    assert "No step leads to “Reproduce”." in page


def test_a_change_to_what_somebody_else_changed_is_refused(client: Client) -> None:
    address = begin(client)
    client.post(f"{address}stages/", {"name": "Reproduce", "state": "root_cause", "edition": "1"})

    late = client.post(f"{address}stages/new/", {"action": "save", "name": "Ours", "edition": "1"})

    assert late.status_code == 422
    assert "Somebody changed this draft while you had it open." in words(late)
    assert "Ours" in words(late)


def test_a_bad_draft_is_refused_at_publishing_with_what_to_do(client: Client) -> None:
    address = begin(client)
    client.post(f"{address}stages/", {"name": "Reproduce", "state": "root_cause"})

    refused = client.post(address, {"action": "publish"})

    assert refused.status_code == 422
    assert "No step leads to “Reproduce”." in words(refused)
    assert Workflow.objects.get().version is None


def test_a_published_workflow_takes_the_rest_and_is_exported_and_taken_back(client: Client) -> None:
    address = begin(client)
    published = client.post(address, {"action": "publish", "note": "first"})
    page = published["Location"]
    client.post(page, {"action": "default"})

    assert Workflow.objects.get().is_default
    assert "counts now" in words(client.get(page))
    sent = client.get(f"{page}file/").content
    again = client.post(
        LIST,
        {"action": "import", "name": "Copy", "file": SimpleUploadedFile("copy.yaml", sent)},
    )
    assert again.status_code == 302
    kept = definition_of(WorkflowVersion.objects.get(workflow__name="Defects"))
    assert drawing().stages == kept.stages
    assert drawing().steps == kept.steps


def test_the_list_costs_the_same_for_two_workflows_and_for_twelve(client: Client) -> None:
    def cost() -> int:
        client.get(LIST)
        with counted() as asked:
            client.get(LIST)
        return len(asked)

    begin(client, name="First")
    begin(client, name="Second")
    few = cost()
    for number in range(10):
        begin(client, name=f"Workflow {number}")

    assert cost() == few


def test_a_draft_costs_the_same_for_few_stages_and_for_many(client: Client) -> None:
    address = begin(client)

    def cost() -> int:
        client.get(address)
        with counted() as asked:
            client.get(address)
        return len(asked)

    few = cost()
    for number in range(10):
        client.post(f"{address}stages/", {"name": f"Look {number}", "state": "root_cause"})

    assert cost() == few


def test_the_page_costs_the_same_for_two_versions_and_for_ten(client: Client) -> None:
    address = begin(client)
    page = address.removesuffix("draft/")

    def publish(times: int) -> None:
        for _number in range(times):
            assert client.post(address, {"action": "publish"}).status_code == 302
            client.post(page, {"action": "draft"})

    def cost() -> int:
        client.get(page)
        with counted() as asked:
            client.get(page)
        return len(asked)

    publish(2)
    few = cost()
    publish(8)

    assert cost() == few


def test_problems_under_way_are_moved_by_a_form(client: Client) -> None:
    address = begin(client)
    page = address.removesuffix("draft/")
    client.post(address, {"action": "publish"})
    client.post(page, {"action": "default"})
    problem = make_problem()
    client.post(page, {"action": "draft"})
    client.post(address, {"action": "publish"})

    assert "1 problem under way in version 1" in words(client.get(LIST))
    assert "Move them" in words(client.get(page))
    form = words(client.get(f"{page}in-flight/?from=1"))
    assert "New: 1 problem goes to" in form
    refused = client.post(f"{page}in-flight/", {"from": "1", "stage_new": ""})
    assert refused.status_code == 422
    assert "nothing says where they go" in words(refused)
    moved = client.post(f"{page}in-flight/", {"from": "1", "stage_new": "new"})
    assert moved["Location"] == page
    problem.refresh_from_db(fields=["workflow_version"])
    assert problem.workflow_version is not None
    assert problem.workflow_version.number == 2
    assert client.get(f"{page}in-flight/?from=7")["Location"] == page


def test_problems_on_the_standard_way_are_moved_onto_the_drawing_by_a_form(client: Client) -> None:
    problem = make_problem()
    address = begin(client)
    page = address.removesuffix("draft/")
    client.post(address, {"action": "publish"})
    nobody = words(client.get(f"{page}in-flight/?from=standard"))
    client.post(page, {"action": "default"})

    link = client.get(page).context["standard"]["move_href"]
    form = words(client.get(link))
    moved = client.post(f"{page}in-flight/", {"from": "standard", "stage_new": "new"})

    assert "No problem on the standard way would take this workflow." in nobody
    assert "From the standard way to version 1" in form
    assert "New: 1 problem goes to" in form
    assert moved["Location"] == page
    problem.refresh_from_db(fields=["workflow_version", "stage_key"])
    assert problem.workflow_version is not None
    assert (problem.workflow_version.number, problem.stage_key) == (1, "new")
    assert client.get(page).context["standard"] is None


def test_which_problems_take_it_and_what_changed_is_said_in_words(client: Client) -> None:
    address = begin(client)
    page = address.removesuffix("draft/")
    client.post(address, {"action": "publish"})

    client.post(page, {"action": "applies", "fact_0": "category", "operator_0": "is",
                       "value_0": "billing"})  # fmt: skip
    client.post(page, {"action": "draft"})
    client.post(f"{address}stages/assess/", {"action": "save", "within": "6 h"})
    client.post(address, {"action": "name", "name": "Faults"})

    assert "Category is “billing”" in words(client.get(page))
    draft_page = words(client.get(address))
    assert "Waiting for acceptance: limit 4 h → 6 h" in draft_page
    assert "The workflow is called “Faults”, no longer “Defects”." in draft_page
    wrong = client.post(page, {"action": "applies", "condition": '{"fact": "mood", "is": "bad"}'})
    assert wrong.status_code == 422
    assert "“mood” is nothing that is known of a problem." in words(wrong)


def test_a_file_takes_the_place_of_a_draft_and_a_newer_one_is_refused(client: Client) -> None:
    address = begin(client)
    text = write(starter_with("logistics").definition)

    taken = client.post(
        address, {"action": "replace", "file": SimpleUploadedFile("a.yaml", text.encode())}
    )
    newer = client.post(address, {"action": "replace", "text": text.replace("w: 1", "w: 2", 1)})

    assert taken.status_code == 302
    assert drawing().stages == starter_with("logistics").definition.stages
    assert newer.status_code == 422
    assert "This file is of version 2; this program reads version 1." in words(newer)
