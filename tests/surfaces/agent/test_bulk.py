"""The same done with several cases: those that refuse stay as they are, and it is said."""

import pytest
from django.contrib.messages import get_messages

from cases.bulk import assign_cases, prioritise_cases
from cases.lifecycle import resolve_case
from cases.models import Case
from problems.models import CaseLink
from tests.make import AT, HOUR, make_actor, make_case, make_department, make_user
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def test_chosen_cases_become_mine(tenant: Tenant) -> None:
    agent = make_user()
    chosen, other = [make_case(), make_case()], make_case()
    client = signed_in_staff(tenant, agent)

    answer = client.post(
        "/q/bulk/",
        {"case": [one.number for one in chosen], "action": "take", "back": "/q/open/"},
    )

    assert answer.headers["Location"] == "/q/open/"
    owners = dict(Case.objects.values_list("pk", "owner_id"))
    assert owners == {chosen[0].pk: agent.pk, chosen[1].pk: agent.pk, other.pk: None}


def test_what_cannot_be_changed_is_said_and_the_rest_is_done(tenant: Tenant) -> None:
    done, open_one = make_case(), make_case()
    resolve_case(case_id=done.pk, actor=SYSTEM, at=AT + HOUR)
    client = signed_in_staff(tenant, make_user())

    answer = client.post(
        "/q/bulk/",
        {"case": [done.number, open_one.number], "action": "priority", "priority": "urgent"},
    )

    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said == ["1 case changed.", f"#{done.number}: This case is already resolved."]
    assert Case.objects.get(pk=open_one.pk).priority == 1
    assert Case.objects.get(pk=done.pk).priority == 3


def test_cases_go_to_a_department_s_queue_by_the_page_that_asks_where(tenant: Tenant) -> None:
    payments = make_department("Payments")
    case = make_case()
    client = signed_in_staff(tenant, make_user())

    asked = client.post("/q/bulk/", {"case": case.number, "action": "choose", "back": "/q/open/"})
    client.post("/q/bulk/", {"case": case.number, "action": "assign", "to": f"queue-{payments.pk}"})

    assert f'value="queue-{payments.pk}"' in asked.content.decode()
    assert Case.objects.get().queue == payments


def test_nothing_chosen_is_said_where_the_person_came_from(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user())

    answer = client.post("/q/bulk/", {"action": "take", "back": "/q/unassigned/"})

    assert answer.headers["Location"] == "/q/unassigned/"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:0"])
def test_nobody_is_led_elsewhere(tenant: Tenant, back: str) -> None:
    client = signed_in_staff(tenant, make_user())

    answer = client.post("/q/bulk/", {"action": "take", "back": back})

    assert answer.headers["Location"] == "/q/mine/"


def test_nobody_is_chosen_and_nothing_happens(tenant: Tenant) -> None:
    case = make_case()
    client = signed_in_staff(tenant, make_user())

    answer = client.post("/q/bulk/", {"case": case.number, "action": "assign", "to": "user-0"})

    assert answer.status_code == 400
    assert Case.objects.get().owner is None


def test_chosen_cases_become_a_problem_in_two_presses(tenant: Tenant) -> None:
    cases = [make_case(), make_case()]
    client = signed_in_staff(tenant, make_user())

    form = client.post("/q/bulk/", {"case": [one.number for one in cases], "action": "problem"})

    assert form.context["form"]["data"]["title"] == "Charged twice"
    assert len(form.context["cases"]) == 2
    assert CaseLink.objects.count() == 0


def test_a_reader_changes_no_case(tenant: Tenant) -> None:
    case = make_case()
    reader = make_actor(Role.READER)

    with pytest.raises(NotPermitted):
        assign_cases(cases=[case], owner=make_user(), queue=None, actor=reader, at=AT + HOUR)
    with pytest.raises(NotPermitted):
        prioritise_cases(cases=[case], priority=1, actor=reader, at=AT + HOUR)
    assert signed_in_staff(tenant, make_user(Role.READER)).post("/q/bulk/").status_code == 403
