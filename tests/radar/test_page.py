"""The radar as pages: what waits, one of them, decisions, settings."""

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from problems.models import CaseLink, Pattern, PatternCase, Problem, Radar, RadarTrial
from problems.models.pattern import PatternState
from tests.make import AT, MINUTE, make_case, make_product, make_user
from tests.radar.suspected import make_pattern
from tests.surfaces.api.calling import caller_as
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.permissions import Role


@pytest.fixture
def lead(tenant: Any) -> Client:
    """A service lead's browser."""
    return signed_in_staff(tenant, make_user(Role.LEAD))


def text_of(answer: Any, *, status: int = 200) -> str:
    """Return the page, which has this status."""
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return str(answer.content.decode())


def test_the_radar_shows_what_waits_and_why(lead: Client, tenant: Any) -> None:
    at = now()
    pattern = make_pattern(cases=[make_case(at=at) for _ in range(4)], at=at)
    make_pattern(title="Long ago")

    listed = text_of(lead.get("/radar/?span=2w"))
    opened = text_of(lead.get(f"/radar/{pattern.number}/"))

    assert "Taken twice" in listed
    assert "Long ago" not in listed
    assert "1 older one waits" in listed
    assert "direct debit" in listed
    assert "4 customers wrote about it" in opened
    assert "<mark>taken</mark>" in opened.lower()
    assert Pattern.objects.get(pk=pattern.pk).seen_at is not None


def test_a_lead_opens_the_problem_and_takes_it_back(lead: Client, tenant: Any) -> None:
    pattern = make_pattern()
    act = f"/radar/{pattern.number}/act/"

    answer = lead.post(
        act,
        {
            "action": "open",
            "title": "Direct debit taken twice",
            "statement": "Twice.",
            "category": "billing",
            "product": make_product().pk,
            "severity": "2",
        },
    )

    assert answer.status_code == 302, text_of(answer)
    problem = Problem.objects.get()
    assert CaseLink.objects.filter(problem=problem, kind="confirmed").count() == 4
    assert Pattern.objects.get().problem == problem

    assert lead.post(act, {"action": "take_back"}).status_code == 302
    assert Pattern.objects.get().state == PatternState.PROPOSED
    assert not CaseLink.objects.filter(kind="confirmed").exists()
    assert Problem.objects.get().outcome == "cancelled"


def test_what_is_refused_keeps_its_words(lead: Client, tenant: Any) -> None:
    pattern = make_pattern()
    act = f"/radar/{pattern.number}/act/"

    no_title = text_of(lead.post(act, {"action": "open", "statement": "My words"}), status=422)
    no_problem = text_of(lead.post(act, {"action": "link", "problem": "P-99"}), status=422)
    no_reason = text_of(lead.post(act, {"action": "dismiss", "note": "Kept"}), status=422)

    assert "My words" in no_title
    assert "P-99" in no_problem
    assert "Kept" in no_reason
    assert Pattern.objects.get().is_proposed


def test_cases_are_taken_out_split_off_and_merged_back(lead: Client, tenant: Any) -> None:
    pattern = make_pattern(customers=5)
    act = f"/radar/{pattern.number}/act/"
    numbers = list(PatternCase.objects.order_by("id").values_list("case__number", flat=True))

    lead.post(act, {"action": "exclude", "case": numbers[0]})
    lead.post(act, {"action": "split", "title": "Cards", "case": numbers[1:3]})
    other = Pattern.objects.exclude(pk=pattern.pk).get()

    pattern.refresh_from_db()
    assert (pattern.cases, other.cases, other.title) == (2, 2, "Cards")
    page = text_of(lead.get(f"/radar/{pattern.number}/"))
    assert "Put back" in page

    lead.post(f"/radar/{other.number}/act/", {"action": "merge", "into": pattern.number})
    lead.post(act, {"action": "include", "case": numbers[0]})

    pattern.refresh_from_db()
    assert (pattern.cases, pattern.customers) == (5, 5)
    assert Pattern.objects.get(pk=other.pk).state == PatternState.MERGED


def test_an_agent_sees_the_radar_and_decides_nothing(tenant: Any) -> None:
    pattern = make_pattern()
    agent = signed_in_staff(tenant, make_user(Role.AGENT))

    page = text_of(agent.get(f"/radar/{pattern.number}/"))
    refused = agent.post(f"/radar/{pattern.number}/act/", {"action": "dismiss"})

    assert "Dismiss until" not in page
    assert refused.status_code == 403
    assert Pattern.objects.get().seen_at is None


def test_an_admin_sets_the_radar_and_tries_it_on_the_past(tenant: Any) -> None:
    admin = signed_in_staff(tenant, make_user(Role.ADMIN))

    saved = admin.post(
        "/settings/radar/",
        {
            "action": "save",
            "is_on": "1",
            "sensitivity": "eager",
            "least_customers": "3",
            "work_minutes": "20",
        },
    )
    tried = admin.post("/settings/radar/", {"action": "try", "least_customers": "3"})
    refused = admin.post("/settings/radar/", {"action": "save", "least_customers": "1"})

    assert (saved.status_code, tried.status_code, refused.status_code) == (302, 302, 422)
    radar = Radar.objects.get()
    assert (radar.sensitivity, radar.least_customers, radar.tells_leads) == ("eager", 3, False)
    assert radar.work_per_case == 20 * MINUTE
    assert "on its way" in text_of(admin.get("/settings/radar/"))
    RadarTrial.objects.update(
        done_at=AT,
        cases=412,
        results=[
            {
                "sensitivity": "eager",
                "alerts": 4,
                "true": 3,
                "problems": 3,
                "found": 3,
                "after_cases": 5,
            }
        ],
    )
    assert "4 alerts, 3 of them true, the middle one after 5 cases" in text_of(
        admin.get("/settings/radar/")
    )


@pytest.mark.parametrize(
    ("judged", "said", "has_lines"),
    [
        (0, "those before them, and 500 of these are needed", False),
        (40, "Only 40 of them could be judged: for the others there were fewer than 500", True),
        (412, "412 cases of the last 30 days", True),
    ],
)
def test_a_trial_says_for_how_many_cases_enough_had_come_to_compare_with(
    tenant: Any, judged: int, said: str, has_lines: bool
) -> None:
    admin = signed_in_staff(tenant, make_user(Role.ADMIN))
    admin.post("/settings/radar/", {"action": "try", "least_customers": "3"})
    line = {"alerts": 0, "true": 0, "problems": 3, "found": 0, "after_cases": None}
    RadarTrial.objects.update(
        done_at=AT, cases=412, results=[{**line, "sensitivity": "eager", "judged": judged}]
    )

    page = text_of(admin.get("/settings/radar/"))
    told = caller_as(tenant, Role.ADMIN).get("radar/trials").json()

    assert said in page
    assert ("With this setting: 0 alerts" in page) is has_lines
    assert told["results"][0]["results"][0]["judged"] == judged
