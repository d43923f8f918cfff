"""Drawn workflows for programs: begin, draw, check, publish, move, files."""

from typing import Any

import pytest

from tests.make import make_problem, make_user
from tests.surfaces.api.calling import Caller, caller_as
from tests.surfaces.api.test_access import assert_problem_document
from workflow.people.permissions import Role
from workflow.stages.models import Workflow


@pytest.fixture
def admin(tenant: Any) -> Caller:
    """A program of an administrator; a lead works here, too."""
    make_user(Role.LEAD)
    return caller_as(tenant, Role.ADMIN)


def begin(admin: Caller, **wish: Any) -> str:
    """Begin a workflow and return its address."""
    answer = admin.post("workflows/", {"name": "Defects", **wish})
    assert answer.status_code == 201, answer.json()
    return f"workflows/{answer.json()['id']}/"


def test_a_workflow_is_begun_drawn_checked_published_and_takes_the_rest(admin: Caller) -> None:
    path = begin(admin)
    draft = admin.get(f"{path}draft/").json()
    drawing = draft["definition"]
    drawing["stages"][1]["name"] = "Assessing"

    changed = admin.send(
        "patch", f"{path}draft/", {"definition": drawing, "edition": draft["edition"]}
    )
    checked = admin.get(f"{path}draft/check/").json()
    published = admin.post(f"{path}draft/publish/", {"note": "First", "edition": 2})
    taken = admin.send("patch", path, {"takes_rest": True})

    assert changed.json()["edition"] == 2
    assert checked == {"may_be_published": True, "findings": [], "changes": []}
    assert (published.json()["state"], published.json()["note"]) == ("published", "First")
    assert (taken.json()["takes_rest"], taken.json()["version"]) == (True, 1)
    versions = admin.get(f"{path}versions/").json()["results"]
    assert versions[0]["definition"]["stages"][1]["name"] == "Assessing"


def test_a_draft_with_faults_is_refused_and_the_check_says_where(admin: Caller) -> None:
    path = begin(admin)
    drawing = admin.get(f"{path}draft/").json()["definition"]
    drawing["stages"].append({"key": "lost", "name": "Lost", "state": "root_cause"})
    admin.send("patch", f"{path}draft/", {"definition": drawing})

    checked = admin.get(f"{path}draft/check/").json()
    refused = admin.post(f"{path}draft/publish/")

    assert not checked["may_be_published"]
    assert ["lost"] in [
        one["stages"] for one in checked["findings"] if one["code"] == "unreachable"
    ]
    assert_problem_document(refused, status=409, code="has_faults")
    late = admin.send("patch", f"{path}draft/", {"definition": drawing, "edition": 1})
    assert_problem_document(late, status=409, code="changed_meanwhile")
    newer = admin.send("patch", f"{path}draft/", {"definition": {**drawing, "workflow": 9}})
    assert_problem_document(newer, status=409, code="bad_workflow_file")


def test_a_file_draws_the_same_again(admin: Caller) -> None:
    path = begin(admin, starter="product_defect")
    admin.post(f"{path}draft/publish/")
    text = admin.get(f"{path}file/").json()["yaml"]

    copy = begin(admin, name="Copy", yaml=text)
    admin.post(f"{copy}draft/publish/")

    assert admin.get(f"{copy}file/").json()["yaml"] == text.replace(
        "name: Defects", "name: Copy", 1
    )


def test_problems_under_way_are_moved_by_a_map(admin: Caller) -> None:
    path = begin(admin)
    admin.post(f"{path}draft/publish/")
    admin.send("patch", path, {"takes_rest": True})
    problem = make_problem()
    admin.post(f"{path}draft/")
    admin.post(f"{path}draft/publish/")

    previewed = admin.get(f"{path}in-flight/?version=1").json()
    nowhere = admin.post(f"{path}in-flight/", {"version": 1, "stages": {}})
    moved = admin.post(f"{path}in-flight/", {"version": 1, "stages": {"new": "new"}})

    assert previewed == {
        "from_version": 1,
        "to_version": 2,
        "stages": [{"stage": "new", "problems": 1, "suggested": "new"}],
    }
    assert_problem_document(nowhere, status=409, code="bad_map")
    assert moved.json() == {"moved": 1}
    problem.refresh_from_db(fields=["workflow_version"])
    assert problem.workflow_version is not None
    assert problem.workflow_version.number == 2


def test_a_problem_is_taken_through_a_draft(admin: Caller) -> None:
    path = begin(admin)
    problem = make_problem()

    tried = admin.get(f"{path}draft/try/?problem={problem.number}").json()

    assert tried["problem"] == problem.number
    assert [(one["state"], one["stage"], one["remark"]) for one in tried["stays"]] == [
        ("new", "new", "")
    ]
    assert_problem_document(
        admin.get(f"{path}draft/try/?problem=999999"), status=404, code="no_such_problem"
    )
    assert admin.get(f"{path}draft/try/").status_code == 422
    assert admin.get(f"{path}in-flight/").status_code == 422


def test_workflows_are_ordered_switched_conditioned_and_removed(admin: Caller) -> None:
    first, second = begin(admin), begin(admin, name="Other", starter="logistics")

    admin.post(f"{second}move/", {"direction": "up"})
    off = admin.send(
        "patch", second, {"is_active": False, "applies_when": {"fact": "category", "is": "parcel"}}
    )
    unknown = admin.send("patch", second, {"applies_when": {"fact": "mood", "is": "bad"}})
    discarded = admin.send("delete", f"{first}draft/", {})
    removed = admin.send("delete", first, {})

    assert (off.json()["is_active"], off.json()["position"]) == (False, 1)
    assert off.json()["applies_when"] == {"fact": "category", "is": "parcel"}
    assert_problem_document(unknown, status=409, code="bad_condition")
    assert discarded.json()["version"] is None
    assert removed.status_code == 200
    assert [one.name for one in Workflow.objects.all()] == ["Other"]
    assert len(admin.get("workflow-starters/").json()["results"]) == 5
    assert_problem_document(admin.get(f"{second}file/"), status=404, code="not_there")
