"""The page of the matching, and the same for programs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from problems.linking import LinkReason, Why, confirm_link, reject_link
from problems.matching import suggest_problems
from problems.matching_policies import Allowed, DoorMode, allowed_matching
from problems.models import CaseLink, Problem
from servicedesk.pages.matching_picture import across, calibration_picture, months_picture, up
from tests.make import HOUR, MINUTE, make_actor, make_case, make_problem, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.history.models import Entry
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

PAGE = "/settings/matching/"
TEXT = "The direct debit was collected twice from my account."
LATELY = datetime.now(UTC) - timedelta(hours=6)


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """An administrator's browser."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


def decided(problem: Problem, *, right: int, wrong: int) -> None:
    """Let so many suggestions be made and decided on lately."""
    agent = make_actor()
    for place in range(right + wrong):
        case = make_case(text=TEXT, at=LATELY + HOUR)
        suggest_problems(case_id=case.pk, at=LATELY + HOUR)
        at = LATELY + 2 * HOUR
        if place < right:
            confirm_link(problem_id=problem.pk, case=case, actor=agent, at=at)
        else:
            why = Why(reason=LinkReason.ONLY_WORDS)
            reject_link(problem_id=problem.pk, case=case, actor=agent, at=at, why=why)


def test_the_first_day_says_what_it_takes(client: Client) -> None:
    page = client.get(PAGE)

    text = page.content.decode()
    assert "The matcher does not answer now." in text
    assert "0 suggestions were decided, at least 50 are needed" in text
    assert "Nothing was decided yet." in text


def test_decisions_show_as_figures_and_cost_the_same(client: Client, tenant: Tenant) -> None:
    problem = make_problem(cases=[make_case(text=TEXT, at=LATELY)], at=LATELY + MINUTE)
    decided(problem, right=2, wrong=1)
    client.get(PAGE)
    with counted() as few:
        client.get(PAGE)
    decided(problem, right=4, wrong=2)

    with counted() as many:
        page = client.get(PAGE)

    assert len(many) == len(few), told(many)
    (month,) = page.context["months"]["rows"]
    assert (month["decided"], month["right"], month["precision"]) == (9, 6, "67 %")
    assert page.context["rejected"][0]["label"] == "Only words in common"
    assert page.context["taught"][0]["name"] == problem.name
    (proof,) = page.context["proofs"]
    assert (proof["code"], proof["decided"]) == ("words", 9)


def test_what_it_may_do_is_changed_and_remembered(client: Client) -> None:
    sent = {
        "wanted_precision": "95",
        "links_alone": "yes",
        "door-mail": "suggest",
        "door-api": "off",
    }

    assert client.post(PAGE, sent).status_code == 302

    allowed = allowed_matching()
    assert (allowed.links_alone, allowed.wanted_precision) == (True, 95)
    assert allowed.mode_at("mail") is DoorMode.SUGGEST
    assert not allowed.may_link_at("mail")
    assert allowed.may_link_at("phone")
    assert Entry.objects.get(action="configuration.changed").changes == {
        "what": "matching",
        "links_alone": True,
        "wanted_precision": 95,
        "mail": "suggest",
        "api": "off",
    }


@pytest.mark.parametrize(
    "sent",
    [
        {"wanted_precision": "many"},
        {"wanted_precision": "100"},
        {"wanted_precision": "97", "door-mail": "sometimes"},
    ],
)
def test_what_does_not_fit_stays_in_the_form(client: Client, sent: dict[str, str]) -> None:
    page = client.post(PAGE, {"links_alone": "yes", **sent})

    assert page.status_code == 422
    assert page.context["form"]["wanted_precision"] == sent["wanted_precision"]
    assert page.context["form"]["links_alone"]
    assert page.context["form"]["error"]
    assert allowed_matching() == Allowed()


def test_programs_read_and_set_the_same(tenant: Tenant) -> None:
    problem = make_problem(cases=[make_case(text=TEXT, at=LATELY)], at=LATELY + MINUTE)
    decided(problem, right=1, wrong=1)
    admin = caller_as(tenant, Role.ADMIN)
    doors = [{"channel": "portal", "mode": "off"}]

    answer = admin.post(
        "matching/", {"links_alone": True, "wanted_precision": 90, "doors": doors}
    ).json()

    assert answer == admin.get("matching/").json()
    assert (answer["links_alone"], answer["wanted_precision"]) == (True, 90)
    assert {"channel": "portal", "mode": "off"} in answer["doors"]
    words = next(one for one in answer["proofs"] if one["source"] == "words")
    assert (words["decided"], words["right"], words["links_from"]) == (2, 1, None)
    assert answer["months"][0]["precision"] == 0.5
    assert answer["state"]["answers"] is False
    assert admin.post("matching/", {"links_alone": True, "wanted_precision": 50}).status_code == 422
    assert caller_as(tenant, Role.LEAD).get("matching/").status_code == 403


def test_programs_decide_on_suggestions(tenant: Tenant) -> None:
    problem = make_problem(cases=[make_case(text=TEXT, at=LATELY)], at=LATELY + MINUTE)
    case = make_case(text=TEXT, at=LATELY + HOUR)
    suggest_problems(case_id=case.pk, at=LATELY + HOUR)
    agent = caller_as(tenant, Role.AGENT)
    wish = {"problem": problem.number}

    def said(act: str, **more: str) -> tuple[int, str, str]:
        status = agent.post(f"cases/{case.number}/{act}/", {**wish, **more}).status_code
        link = CaseLink.objects.get(case=case)
        return status, link.kind, link.reason

    assert said("reject-suggestion", reason="other_time", note="In May.") == (
        200,
        "rejected",
        "other_time",
    )
    assert said("reconsider-suggestion") == (200, "suggested", "")
    assert said("similar-problem") == (200, "similar", "")
    assert said("link") == (200, "confirmed", "")
    assert said("unlink", reason="other_problem") == (200, "rejected", "other_problem")
    assert said("unlink")[0] == 409
    assert said("reject-suggestion", reason="because")[0] == 422


# ---- pictures --------------------------------------------------------------------------------


def test_pictures_stand_within_their_frame() -> None:
    assert up(0) > up(0.5) > up(1) > 0
    assert 0 < across(0) < across(1)
    assert calibration_picture([], error=None).points == []
    assert months_picture([]).says == "Nothing was decided yet."


# ---- doors -----------------------------------------------------------------------------------


def test_a_closed_door_shows_nothing_and_the_others_do(client: Client, tenant: Tenant) -> None:
    problem = make_problem(cases=[make_case(text=TEXT, at=LATELY)], at=LATELY + MINUTE)
    agent = signed_in_staff(tenant, make_user(Role.AGENT))
    program = caller_as(tenant, Role.AGENT)

    def shown() -> tuple[bool, bool, bool]:
        typed = {"subject": "Debit", "body": TEXT}
        by_phone = agent.post("/c/new/similar/", {**typed, "channel": "phone"}).content.decode()
        by_chat = agent.post("/c/new/similar/", {**typed, "channel": "chat"}).content.decode()
        matched = program.post("match/", {"text": TEXT}).json()["problems"]
        return problem.name in by_phone, problem.name in by_chat, bool(matched)

    before = shown()
    client.post(PAGE, {"wanted_precision": "97", "door-phone": "off", "door-api": "off"})

    assert before == (True, True, True)
    assert shown() == (False, True, False)


def test_a_program_that_names_no_doors_leaves_them_as_they_are(tenant: Tenant) -> None:
    program = caller_as(tenant, Role.ADMIN)
    phone = {"channel": "phone", "mode": "off"}
    program.post("matching", {"links_alone": False, "wanted_precision": 97, "doors": [phone]})

    kept = program.post("matching", {"links_alone": False, "wanted_precision": 98}).json()
    usual = program.post(
        "matching", {"links_alone": False, "wanted_precision": 98, "doors": []}
    ).json()

    assert phone in kept["doors"]
    assert phone not in usual["doors"]
