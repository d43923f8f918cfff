"""Programs read and change the desk's own words, and read the backlog as leads do."""

from typing import Any

import pytest

from servicedesk.notifications.models import Wording
from tests.make import make_case, make_department, make_problem, make_rule, make_user
from tests.surfaces.api.calling import Caller, caller_as
from tests.surfaces.api.test_access import assert_problem_document
from tests.surfaces.counting import counted, told
from workflow.people.permissions import Role

OWN = {"subject": "About {subject}", "text": "{greeting}\n\n{text}\n\n{sign_off}"}


@pytest.fixture
def admin(tenant: Any) -> Caller:
    """A program of an administrator."""
    return caller_as(tenant, Role.ADMIN)


def test_a_mail_gets_own_words_and_its_old_ones_back(admin: Caller) -> None:
    ours = admin.get("wording/answer/").json()

    saved = admin.send("patch", "wording/answer/", OWN).json()
    listed = {one["kind"]: one for one in admin.get("wording/").json()["results"]}
    back = admin.post("wording/answer/default/").json()

    assert (saved["subject"], saved["text"], saved["is_own"]) == (*OWN.values(), True)
    assert {"name": "text", "is_required": True}.items() <= saved["variables"][0].items()
    assert (listed["answer"]["is_own"], listed["receipt"]["is_own"]) == (True, False)
    assert (back["text"], back["is_own"], len(back["editions"])) == (ours["text"], False, 2)
    assert back["editions"][1]["text"] == OWN["text"]


def test_a_mail_is_tried_for_a_case_before_it_counts(admin: Caller) -> None:
    case = make_case()

    tried = admin.post("wording/answer/try/", {**OWN, "case": case.number})
    unknown = admin.post("wording/answer/try/", {**OWN, "text": "{text} {shoe_size}"})

    assert tried.json()["subject"] == f"About {case.subject}"
    assert_problem_document(unknown, 409, "bad_wording")
    gone = admin.post("wording/answer/try/", {**OWN, "case": 777_777})
    assert_problem_document(gone, 422, "unprocessable")
    assert not Wording.objects.exists()


def test_a_mail_that_is_none_or_says_too_little_is_refused(admin: Caller) -> None:
    assert_problem_document(admin.get("wording/dance/"), 404, "not_there")
    silent = admin.send("patch", "wording/answer/", {**OWN, "text": "Hello."})
    assert_problem_document(silent, 409, "bad_wording")
    assert not Wording.objects.exists()


def test_the_portal_calls_things_as_a_program_says(admin: Caller) -> None:
    ours = admin.get("portal-words/").json()["words"]

    own = admin.post("portal-words/", {"words": {"stage.fixing": "At work"}}).json()["words"]
    strange = admin.post("portal-words/", {"words": {"stage.dancing": "Dancing"}})
    back = admin.post("portal-words/", {"words": {}}).json()["words"]

    assert own == {**ours, "stage.fixing": "At work"}
    assert_problem_document(strange, 422, "unprocessable")
    assert back == ours


def test_the_backlog_is_read_as_figures_and_rows(tenant: Any) -> None:
    payments = make_department("Payments")
    make_rule(payments)
    lead = caller_as(tenant, Role.LEAD)
    case, _other = make_case(), make_case()
    make_problem(cases=[case])

    found = lead.get("overview/").json()

    assert found["figures"]["open_problems"] == 1
    assert found["figures"]["without_owner"] == 2
    assert sum(day["opened"] for day in found["days"]) <= 2
    assert len(found["days"]) == 14
    assert [one["department"] for one in found["departments"]]
    assert {one["case"] for one in found["longest_waiting"]} >= {case.number}
    assert_problem_document(caller_as(tenant, Role.AGENT).get("overview/"), 403, "not_permitted")


def test_they_cost_the_same_for_2_and_20(tenant: Any, admin: Caller) -> None:
    admin.get("overview/")
    asked: dict[str, list[Any]] = {}
    for more in (2, 18):
        for _ in range(more):
            make_problem(cases=[make_case()])
            make_user()
            admin.send("patch", "wording/answer/", OWN)
        for path in ("overview/", "wording/", "wording/answer/"):
            with counted() as queries:
                assert admin.get(path).status_code == 200
            asked.setdefault(path, []).append(queries)

    for few, many in asked.values():
        assert len(few) == len(many), told(many)
