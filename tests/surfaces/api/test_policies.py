"""Versions of service levels for programs: draft, check, try, publish, order, files."""

from typing import Any

import pytest
from django.utils.timezone import now

from tests.hearing import hear_everything
from tests.make import DAY, make_case
from tests.surfaces.api.calling import Caller, caller_as
from tests.surfaces.api.test_access import assert_problem_document
from workflow.clocks.models import Calendar, Ladder, ServiceLevel
from workflow.people.models import Department
from workflow.people.permissions import Role


@pytest.fixture
def admin(tenant: Any) -> Caller:
    """A program of an administrator."""
    return caller_as(tenant, Role.ADMIN)


def level_path() -> str:
    """Return the address of the default service level."""
    return f"service-levels/{ServiceLevel.objects.get(is_default=True).pk}/"


def wish(**changes: Any) -> dict[str, Any]:
    """Return what a program sends to change a draft."""
    return {
        "calendar": Calendar.objects.get().pk,
        "targets": [
            {"metric": "first_response", "priority": 3, "seconds": 600},
            {
                "metric": "resolution",
                "priority": 3,
                "days": 2,
                "ladder": Ladder.objects.get().pk,
                "conditions": {"pause": {"fact": "state", "is": "pending"}},
            },
        ],
        **changes,
    }


def test_a_draft_is_started_changed_checked_and_published(admin: Caller) -> None:
    path = level_path()

    started = admin.post(f"{path}draft/")
    changed = admin.send("patch", f"{path}draft/", wish())
    checked = admin.get(f"{path}draft/check/").json()
    published = admin.post(f"{path}draft/publish/", {"moves_clocks": True})

    assert (started.status_code, started.json()["number"]) == (201, 2)
    first, second = changed.json()["targets"]
    assert (first["seconds"], first["days"]) == (600, None)
    assert (second["days"], second["ladder"]) == (2, Ladder.objects.get().pk)
    assert checked["may_be_published"]
    assert "First response, normal: 8 h → 10 min" in checked["changes"]
    assert {one["code"] for one in checked["findings"]} >= {"priority_without_target"}
    assert published.json()["state"] == "published"
    listed = admin.get(f"{path}versions/").json()["results"]
    assert [one["state"] for one in listed] == ["published", "retired"]


def test_what_the_checks_find_blocks_programs_too(admin: Caller) -> None:
    path = level_path()
    admin.post(f"{path}draft/")
    nothing = [{"metric": "resolution", "priority": 1, "seconds": 0}]
    admin.send("patch", f"{path}draft/", wish(targets=nothing))

    checked = admin.get(f"{path}draft/check/").json()
    refused = admin.post(f"{path}draft/publish/")

    assert not checked["may_be_published"]
    assert_problem_document(refused, 409, "has_errors")


@pytest.mark.parametrize(
    "changes",
    [
        {"targets": [{"metric": "resolution", "priority": 1}]},
        {"targets": [{"metric": "stage", "priority": 1, "seconds": 60}]},
        {"targets": [{"metric": "resolution", "priority": 5, "seconds": 60}]},
        {"applies_when": ["no object"]},
        {"targts": []},
    ],
)
def test_fields_that_do_not_fit_are_refused(admin: Caller, changes: dict[str, Any]) -> None:
    path = level_path()
    admin.post(f"{path}draft/")

    answer = admin.send("patch", f"{path}draft/", wish(**changes))

    assert_problem_document(answer, 422, "not_valid")


def test_a_draft_that_changed_meanwhile_is_not_written_over(admin: Caller) -> None:
    path = level_path()
    read = admin.post(f"{path}draft/").json()["fingerprint"]
    admin.send("patch", f"{path}draft/", wish(note="hers", fingerprint=read))

    answer = admin.send("patch", f"{path}draft/", wish(note="mine", fingerprint=read))

    assert_problem_document(answer, 409, "changed_meanwhile")


def test_a_service_level_without_a_draft_says_so(admin: Caller) -> None:
    path = level_path()

    for address in ("draft/", "draft/check/", "draft/preview/", "draft/simulation/"):
        assert_problem_document(admin.get(f"{path}{address}"), 404, "no_draft")
    admin.post(f"{path}draft/")
    assert_problem_document(admin.post(f"{path}draft/"), 409, "draft_exists")
    assert admin.send("delete", f"{path}draft/", None).json()["name"] == "Standard"


def test_a_draft_is_tried_on_real_cases_and_on_last_month(admin: Caller) -> None:
    case = make_case(at=now() - 2 * DAY)
    path = level_path()
    admin.post(f"{path}draft/")
    admin.send("patch", f"{path}draft/", wish())

    preview = admin.get(f"{path}draft/preview/").json()["results"]
    asked = admin.post(f"{path}draft/simulation/")
    hear_everything()
    result = admin.get(f"{path}draft/simulation/").json()

    assert preview[0]["case"] == case.number
    assert preview[0]["targets"][0]["due_then"] != preview[0]["targets"][0]["due_today"]
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert (result["state"], result["done"], result["is_stale"]) == ("done", 1, False)
    assert {one["metric"] for one in result["targets"]} == {"first_response", "resolution"}


def test_files_go_out_and_come_back(admin: Caller) -> None:
    path = level_path()

    whole = admin.get("service-levels/file/").json()["yaml"]
    one = admin.get(f"{path}file/?number=1").json()["yaml"]
    drafted = admin.post("service-levels/file/", {"yaml": whole.replace("Standard", "Gold")})
    broken = admin.post("service-levels/file/", {"yaml": "service_levels: 7"})

    assert whole == one
    assert drafted.json()["results"][0]["name"] == "Gold"
    assert ServiceLevel.objects.get(name="Gold").version is None
    assert_problem_document(broken, 409, "bad_file")


def test_order_name_default_and_retirement(admin: Caller) -> None:
    calendar = Calendar.objects.get().pk
    made = [
        admin.post(
            "service-levels/",
            {"name": name, "calendar": calendar, "targets": []},
        ).json()["id"]
        for name in ("Gold", "Silver")
    ]

    admin.post(f"service-levels/{made[1]}/move/", {"direction": "up"})
    renamed = admin.post(f"service-levels/{made[0]}/name/", {"name": "Golden"}).json()
    default = admin.post(f"service-levels/{made[0]}/default/").json()
    admin.post(f"service-levels/{made[1]}/retire/")

    assert renamed["name"] == "Golden"
    assert default["is_default"]
    silver = ServiceLevel.objects.get(name="Silver")
    assert (silver.version, silver.position) == (None, 1)
    refused = admin.post(f"service-levels/{made[0]}/retire/")
    assert_problem_document(refused, 409, "still_needed")


def test_a_department_has_a_target_for_its_fix_and_a_ladder(admin: Caller) -> None:
    fields = {
        "name": "Payments",
        "calendar": Calendar.objects.get().pk,
        "acknowledge_minutes": 120,
        "stage_minutes": 480,
        "fix_minutes": 2400,
        "ladder": Ladder.objects.get().pk,
    }

    added = admin.post("departments/", fields).json()
    changed = admin.send("patch", "departments/payments/", {**fields, "fix_minutes": None})

    assert (added["fix_minutes"], added["ladder"]) == (2400, Ladder.objects.get().pk)
    assert changed.json()["fix_minutes"] is None
    assert Department.objects.get(slug="payments").fix_within is None
    unknown = admin.post("departments/", {**fields, "name": "Other", "ladder": 999_999})
    assert unknown.status_code == 422
