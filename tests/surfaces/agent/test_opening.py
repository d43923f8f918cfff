"""Open a case that was told by telephone, and a problem from cases, in few clicks."""

import pytest

from cases.models import Case
from problems.models import CaseLink, Leg, Problem
from tests.make import (
    make_case,
    make_department,
    make_problem,
    make_product,
    make_rule,
    make_user,
)
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

TOLD = {
    "contact_email": "ingrid@example.org",
    "contact_name": "Ingrid Solheim",
    "subject": "Direct debit taken twice",
    "body": "She says that 649 was collected twice.",
    "channel": "phone",
    "priority": "high",
}


def test_a_call_becomes_a_case_of_the_agent(tenant: Tenant) -> None:
    agent = make_user()

    answer = signed_in_staff(tenant, agent).post("/c/new/", TOLD)

    case = Case.objects.get()
    assert answer.headers["Location"] == f"/c/{case.number}/"
    assert (case.channel, case.priority, case.owner_id) == ("phone", 2, agent.pk)
    assert case.contact.name == "Ingrid Solheim"


def test_a_call_about_a_known_problem_is_linked_at_once(tenant: Tenant) -> None:
    problem = make_problem()

    signed_in_staff(tenant, make_user()).post("/c/new/", {**TOLD, "problem": problem.name})

    case = Case.objects.latest("id")
    assert case.state == "on_problem"
    assert CaseLink.objects.get(case=case).problem_id == problem.pk


def test_like_problems_show_while_typing(tenant: Tenant) -> None:
    problem = make_problem(cases=[make_case(subject="Charged twice for the direct debit")])
    client = signed_in_staff(tenant, make_user())

    like = client.post("/c/new/similar/", {"subject": "Direct debit was taken twice again"})
    unlike = client.post("/c/new/similar/", {"subject": "Opening hours of the branch in Bergen"})

    assert problem.name in like.content.decode()
    assert problem.name not in unlike.content.decode()
    assert client.post("/c/new/similar/").status_code == 200


def test_what_was_chosen_stays_chosen_while_typing_goes_on(tenant: Tenant) -> None:
    problem = make_problem(cases=[make_case(subject="Charged twice for the direct debit")])
    client = signed_in_staff(tenant, make_user())
    typed = {"subject": "Direct debit was taken twice again"}

    without = client.post("/c/new/similar/", typed).context["likely"]
    chosen = client.post("/c/new/similar/", {**typed, "problem": problem.name}).context["likely"]

    assert [one["is_chosen"] for one in without] == [False]
    assert [one["is_chosen"] for one in chosen] == [True]


def test_what_is_missing_is_said_and_nothing_is_lost(tenant: Tenant) -> None:
    answer = signed_in_staff(tenant, make_user()).post(
        "/c/new/", {**TOLD, "contact_email": "not an address", "subject": ""}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This is not an address." in page
    assert "Say it in one line." in page
    assert "She says that 649 was collected twice.</textarea>" in page
    assert not Case.objects.exists()


def test_a_problem_that_is_gone_keeps_the_text_of_the_call(tenant: Tenant) -> None:
    answer = signed_in_staff(tenant, make_user()).post("/c/new/", {**TOLD, "problem": "P-77"})

    assert answer.status_code == 404
    assert "collected twice.</textarea>" in answer.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize("address", ["/c/new/", "/problems/new/"])
def test_a_reader_opens_nothing(tenant: Tenant, address: str) -> None:
    assert signed_in_staff(tenant, make_user(Role.READER)).get(address).status_code == 403


def test_what_is_typed_stands_in_no_address(tenant: Tenant) -> None:
    agent = signed_in_staff(tenant, make_user())

    assert agent.get("/c/new/similar/", {"subject": "Debit"}).status_code == 405
    assert 'hx-post="/c/new/similar/"' in agent.get("/c/new/").content.decode()


def test_a_problem_is_opened_from_chosen_cases_as_proposed(tenant: Tenant) -> None:
    payments = make_department("Payments")
    make_rule(payments, condition={"fact": "product", "is": "Card"})
    first, second = make_case(), make_case(subject="Twice again")
    card = make_product()
    Case.objects.update(product=card, category="billing")
    client = signed_in_staff(tenant, make_user())

    # The first click was the choice of cases, the second "Open problem from chosen".
    form = client.get("/problems/new/", {"case": [second.number, first.number]})
    assert form.context["suggested_department"]["label"] == "Payments"
    proposed = form.context["form"]["data"]
    # Asked again while somebody types: nothing of it stands in an address, and nothing is opened.
    typed = {**proposed, "action": "route", "case": first.number, "product": ""}
    asked = client.post("/problems/new/", typed)
    assert (asked.status_code, Problem.objects.count()) == (200, 0)
    assert 'hx-post="/problems/new/"' in asked.content.decode()
    answer = client.post(
        "/problems/new/",
        {"action": "open", "case": [first.number, second.number], **proposed},
    )

    problem = Problem.objects.get()
    assert answer.headers["Location"] == f"/p/{problem.number}/"
    assert (problem.title, problem.category, problem.product) == ("Charged twice", "billing", card)
    assert CaseLink.objects.filter(problem=problem, kind="confirmed").count() == 2


def test_a_lead_sends_a_new_problem_where_it_belongs(tenant: Tenant) -> None:
    payments = make_department("Payments")
    case, card = make_case(), make_product()

    signed_in_staff(tenant, make_user(Role.LEAD)).post(
        "/problems/new/",
        {
            "action": "open",
            "case": case.number,
            "title": "Taken twice",
            "statement": "The amount is collected again.",
            "category": "billing",
            "product": card.pk,
            "department": payments.pk,
            "is_confirmed": "1",
        },
    )

    problem = Problem.objects.get()
    assert problem.state == "assess"
    assert Leg.objects.get(problem=problem, left_at=None).department_id == payments.pk


def test_an_agent_who_may_not_route_is_told_so_and_nothing_is_opened(tenant: Tenant) -> None:
    payments = make_department("Payments")
    case, card = make_case(), make_product()

    answer = signed_in_staff(tenant, make_user()).post(
        "/problems/new/",
        {
            "action": "open",
            "case": case.number,
            "title": "Taken twice",
            "statement": "The amount is collected again.",
            "category": "billing",
            "product": card.pk,
            "department": payments.pk,
        },
    )

    assert answer.status_code == 403
    assert not Problem.objects.exists()


def test_chosen_cases_are_linked_to_an_open_problem_all_or_none(tenant: Tenant) -> None:
    problem, other = make_problem(), make_problem(title="Another one")
    free, taken = make_case(), make_case()
    client = signed_in_staff(tenant, make_user())
    client.post(f"/c/{taken.number}/link/", {"problem": other.name, "decision": "link"})

    refused = client.post(
        "/problems/new/",
        {"action": "link", "case": [free.number, taken.number], "problem": problem.name},
    )
    assert refused.status_code == 409
    assert not CaseLink.objects.filter(case=free).exists()

    client.post("/problems/new/", {"action": "link", "case": free.number, "problem": problem.name})
    assert CaseLink.objects.get(case=free).problem_id == problem.pk


@pytest.mark.parametrize("missing", ["title", "statement", "category", "product"])
def test_a_problem_needs_what_a_department_needs(tenant: Tenant, missing: str) -> None:
    case, card = make_case(), make_product()
    fields = {
        "action": "open",
        "case": case.number,
        "title": "Taken twice",
        "statement": "The amount is collected again.",
        "category": "billing",
        "product": card.pk,
    }

    answer = signed_in_staff(tenant, make_user()).post("/problems/new/", {**fields, missing: ""})

    assert answer.status_code == 422
    assert answer.context["form"].errors[missing]
    assert not Problem.objects.exists()


def test_cases_of_another_tenant_are_not_chosen(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant.pk):
        theirs = [make_case() for _ in range(3)][-1]

    form = signed_in_staff(tenant, make_user()).get("/problems/new/", {"case": theirs.number})

    assert form.context["cases"] == []
