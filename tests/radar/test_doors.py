"""The radar beside its pages: by program, by mail to leads, found by the tick."""

from typing import Any

import pytest
from django.utils.timezone import now

from problems.models import Pattern, Radar, RadarTrial
from problems.radar import look_soon
from servicedesk.notifications.composing import letter_for
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.upkeep.due import find_due
from servicedesk.upkeep.looking import due_radars
from tests.hearing import hear_everything
from tests.make import AT, HOUR, MINUTE, make_case, make_user
from tests.radar.suspected import make_pattern
from tests.surfaces.api.calling import Caller, caller_as
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.outbox.models import Effect
from workflow.people.permissions import Permission, Role
from workflow.tenancy.scope import tenant_scope


@pytest.fixture
def program(tenant: Any) -> Caller:
    """A program with a lead's token."""
    return caller_as(tenant, Role.LEAD)


def test_a_program_reads_decides_and_takes_back(program: Caller, tenant: Any) -> None:
    pattern = make_pattern()

    listed = program.get("patterns", state="proposed").json()
    cases = program.get(f"patterns/{pattern.number}/cases").json()
    blind = caller_as(tenant, Role.LEAD, scopes=frozenset({Permission.VIEW_PROBLEM}))
    dismissed = program.post(
        f"patterns/{pattern.number}/steps", {"step": "dismiss", "reason": "known"}
    )
    again = program.post(f"patterns/{pattern.number}/steps", {"step": "take_back"})

    (shown,) = listed["results"]
    assert (shown["title"], shown["customers"], shown["usual"]) == ("Taken twice", 4, 0.5)
    assert shown["phrases"] == ["taken twice", "direct debit"]
    assert shown["shares"] == [{"fact": "region", "value": "NO", "times": 3.0}]
    assert len(cases["results"]) == 4
    assert blind.get(f"patterns/{pattern.number}").status_code == 200
    assert blind.get(f"patterns/{pattern.number}/cases").status_code == 403
    assert dismissed.json()["state"] == "dismissed"
    assert again.json()["state"] == "proposed"


def test_a_program_is_told_what_a_step_lacks(program: Caller, tenant: Any) -> None:
    pattern = make_pattern()
    steps = f"patterns/{pattern.number}/steps"

    answers = [
        program.post(steps, sent)
        for sent in (
            {"step": "link"},
            {"step": "dismiss"},
            {"step": "merge"},
            {"step": "snooze"},
            {"step": "exclude"},
            {"step": "split", "cases": [1]},
            {"step": "accept"},
        )
    ]

    assert {answer.status_code for answer in answers} <= {409, 422}
    assert Pattern.objects.get().is_proposed


def test_a_program_sets_the_radar_and_asks_for_a_trial(tenant: Any) -> None:
    admin = caller_as(tenant, Role.ADMIN)

    set_to = admin.post("radar", {"sensitivity": "careful", "least_customers": 6})
    trial = admin.post("radar/trials", {"least_customers": 6})
    same = admin.post("radar/trials", {"least_customers": 6})

    assert set_to.json()["sensitivity"] == "careful"
    assert set_to.json()["state"] == "learning"
    assert trial.status_code == 201
    assert same.json()["id"] == trial.json()["id"], "one on its way is enough"
    assert RadarTrial.objects.count() == Effect.objects.filter(kind="radar_trial").count() == 1


def test_leads_get_one_mail_for_all_patterns_and_none_if_it_is_not_wanted(tenant: Any) -> None:
    lead = make_user(Role.LEAD)
    make_pattern()
    make_pattern(title="Login fails")
    hear_everything()

    mail = Notification.objects.get(kind=NotificationKind.PATTERNS)
    assert mail.user == lead
    text = letter_for(mail, recipient=lead.email, at=AT + HOUR).text
    assert "S-1 Taken twice" in text
    assert "S-2 Login fails" in text
    assert "4 cases of 4 customers" in text

    mail.delete()
    Radar.objects.update_or_create(defaults={"tells_leads": False})
    make_pattern(title="Card")
    hear_everything()
    assert not Notification.objects.filter(kind=NotificationKind.PATTERNS).exists()


def test_a_case_wakes_the_radar_and_the_tick_finds_it(committed_tenant: Any) -> None:
    make_case()
    look_soon(at=AT)

    assert committed_tenant.pk not in due_radars(at=AT + MINUTE, at_most=10_000)
    assert committed_tenant.pk in due_radars(at=AT + 3 * MINUTE, at_most=10_000)
    assert find_due(at=AT + 3 * MINUTE).radars

    with tenant_scope(committed_tenant.pk):
        Radar.objects.update(is_on=False)
    assert committed_tenant.pk not in due_radars(at=AT + 3 * MINUTE, at_most=10_000)


def test_the_radar_asks_the_same_queries_for_two_patterns_and_for_twenty(tenant: Any) -> None:
    browser, at = signed_in_staff(tenant, make_user(Role.LEAD)), now()

    def shown(patterns: int) -> list[str]:
        for _ in range(patterns):
            make_pattern(cases=[make_case(at=at), make_case(at=at)], at=at)
        with counted() as queries:
            page = browser.get("/radar/").content.decode()
        assert page.count("Taken twice") >= Pattern.objects.count()
        return queries

    shown(1)
    few, many = shown(1), shown(18)

    assert len(few) == len(many), told(many)
    assert sum("problems_" in query for query in many) <= 6, told(many)
