"""The agent's queues: what is in which, who may look, how they are paged and what they cost."""

from typing import Any

import pytest

from cases.lifecycle import assign_case, pend_case, resolve_case
from cases.models import Case
from tests.make import (
    AT,
    HOUR,
    MINUTE,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_user,
)
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import client_at, signed_in_contact, signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def numbers_on(response: Any) -> list[int]:
    """Return the numbers of the cases on a page, in order."""
    return [row["number"] for row in response.context["cases"]]


def test_the_start_leads_an_agent_to_the_own_queue(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user())

    assert client.get("/").headers["Location"] == "/q/mine/"
    assert client.get("/q/").headers["Location"] == "/q/mine/"


def test_the_start_leads_a_lead_to_the_overview(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user(Role.LEAD))

    assert client.get("/").headers["Location"] == "/overview/"
    assert client.get("/overview/").status_code == 200


def test_the_start_leads_a_department_to_its_work(tenant: Tenant) -> None:
    member = make_user(Role.MEMBER, department=make_department())

    answer = signed_in_staff(tenant, member).get("/")

    assert answer.headers["Location"] == "/work/"


def test_a_queue_shows_its_cases_and_no_others(tenant: Tenant) -> None:
    agent = make_user()
    mine, waiting, solved, new = (make_case(at=AT + place * MINUTE) for place in range(4))
    for case in (mine, waiting, solved):
        assign_case(case_id=case.pk, owner=agent, queue=None, actor=SYSTEM, at=AT + HOUR)
    pend_case(case_id=waiting.pk, actor=SYSTEM, at=AT + HOUR)
    resolve_case(case_id=solved.pk, actor=SYSTEM, at=AT + HOUR)
    linked = make_case(at=AT + 5 * MINUTE)
    make_problem(cases=[linked])
    client = signed_in_staff(tenant, agent)

    shown = {
        view: numbers_on(client.get(f"/q/{view}/"))
        for view in ("mine", "unassigned", "waiting", "on-problem", "open")
    }

    assert shown == {
        "mine": [waiting.number, mine.number],
        "unassigned": [linked.number, new.number],
        "waiting": [waiting.number],
        "on-problem": [linked.number],
        "open": [linked.number, new.number, waiting.number, mine.number],
    }


def test_a_row_says_who_what_how_long_and_which_problem(tenant: Tenant) -> None:
    case = make_case(contact=make_contact("ingrid@example.org", name="Ingrid Solheim"))
    problem = make_problem(cases=[case])

    page = signed_in_staff(tenant, make_user()).get("/q/open/").content.decode()

    assert "Ingrid Solheim" in page
    assert "Charged twice" in page
    assert "You have taken 649 twice again." in page
    assert problem.name in page
    assert "First reply" in page


def test_a_row_without_a_promise_says_how_its_case_stands(tenant: Tenant) -> None:
    case = make_case()
    case.clocks.update(state="cancelled")

    answer = signed_in_staff(tenant, make_user()).get("/q/open/")

    assert answer.status_code == 200
    assert '<span class="muted tiny">New</span>' in answer.content.decode()


def test_a_queue_goes_on_where_its_page_ended(tenant: Tenant) -> None:
    contact = make_contact()
    # Some share their last message's time: the id decides among them.
    cases = [make_case(contact=contact, at=AT + place // 3 * MINUTE) for place in range(53)]
    client = signed_in_staff(tenant, make_user())

    first = client.get("/q/open/")
    second = client.get(first.context["next_url"])

    expected = [case.number for case in reversed(cases)]
    assert numbers_on(first) == expected[:50]
    assert numbers_on(second) == expected[50:]
    assert second.context["next_url"] == ""


@pytest.mark.parametrize("cursor", ["x", "bm9uZQ", "WzFd", "WyJ4IiwxXQ", "9" * 500])
def test_a_broken_place_in_a_list_is_a_sentence(tenant: Tenant, cursor: str) -> None:
    answer = signed_in_staff(tenant, make_user()).get(f"/q/open/?after={cursor}")

    assert answer.status_code == 400
    assert "Start again at the beginning of the list." in answer.content.decode()


def test_words_asked_of_the_queue_lead_to_the_search(tenant: Tenant) -> None:
    answer = signed_in_staff(tenant, make_user()).get("/q/", {"q": "charged twice"})

    assert answer.headers["Location"] == "/search/?q=charged+twice"


def test_an_unknown_queue_is_not_found(tenant: Tenant) -> None:
    answer = signed_in_staff(tenant, make_user()).get("/q/nonsense/")

    assert answer.status_code == 404


def test_nobody_sees_a_queue_without_signing_in(tenant: Tenant) -> None:
    answer = client_at(tenant).get("/q/open/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/?next=")


def test_a_customer_sees_no_queue(tenant: Tenant) -> None:
    answer = signed_in_contact(tenant, make_contact()).get("/q/open/")

    assert answer.status_code == 302


def test_a_session_of_another_tenant_counts_for_nothing(
    tenant: Tenant, other_tenant: Tenant
) -> None:
    client = signed_in_staff(tenant, make_user())

    answer = client.get("/q/open/", HTTP_HOST=f"{other_tenant.slug}.localhost")

    assert answer.status_code == 302


def test_the_queue_asks_the_same_for_two_cases_and_for_twenty(tenant: Tenant) -> None:
    agent = make_user()
    client = signed_in_staff(tenant, agent)
    client.get("/q/open/")

    def queries_with(count: int) -> list[str]:
        for place in range(count - Case.objects.count()):
            make_problem(cases=[make_case(at=AT + place * MINUTE)])
        with counted() as queries:
            assert len(client.get("/q/open/").context["cases"]) == count
        return queries

    few, many = queries_with(2), queries_with(20)

    assert len(few) == len(many), told(many)
    # Session, user with memberships; then a page of cases with contacts, organisations and previews,
    # the counts of all queues, the views (none), open clocks with their calendars, links with their problems.
    assert len(many) == 2 + 5, told(many)
