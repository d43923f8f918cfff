"""The customer page: everything of one customer, and nothing of another."""

from typing import Any

from problems.fixing import publish_workaround
from tests.hearing import hear_everything
from tests.make import AT, HOUR, make_case, make_contact, make_problem, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SYSTEM = Actor.system("test")


def test_cases_problems_and_what_was_told_stand_on_one_page(tenant: Tenant) -> None:
    ingrid, kari = make_contact(name="Ingrid Solheim"), make_contact(name="Kari Lunde")
    first = make_case(contact=ingrid, subject="Debit twice")
    second = make_case(contact=ingrid, subject="Card is late")
    make_case(contact=kari, subject="Something of somebody else")
    problem = make_problem(cases=[first], title="Direct debit taken twice")
    publish_workaround(problem_id=problem.pk, workaround="Call us.", actor=SYSTEM, at=AT + 2 * HOUR)
    hear_everything()

    page = signed_in_staff(tenant, make_user()).get(f"/c/{second.number}/customer/")

    words = page.content.decode()
    assert page.status_code == 200
    for expected in ("Ingrid Solheim", "Debit twice", "Card is late", problem.name, "Told:"):
        assert expected in words
    assert "somebody else" not in words


def test_a_customer_of_another_tenant_is_not_found(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant.pk):
        for _ in range(3):
            foreign = make_case()

    assert (
        signed_in_staff(tenant, make_user()).get(f"/c/{foreign.number}/customer/").status_code
        == 404
    )


def test_the_customer_costs_the_same_for_two_cases_and_for_twenty(tenant: Tenant) -> None:
    contact = make_contact()
    case = make_case(contact=contact)
    make_case(contact=contact)
    client = signed_in_staff(tenant, make_user())

    def queries_now() -> list[str]:
        with counted() as queries:
            assert client.get(f"/c/{case.number}/customer/").status_code == 200
        return queries

    client.get(f"/c/{case.number}/customer/")
    few = queries_now()
    for _ in range(18):
        make_case(contact=contact)
    make_problem(cases=[make_case(contact=contact)])
    many = queries_now()

    # Session with user and rights; case, customer, cases, links, words, calls, what was sent,
    # problems, what was told of them, what was changed; wishes and addresses: how to reach them;
    # what is installed and what was bought.
    assert len(many) <= len(few) + 1, told(many)
    assert len(many) <= 3 + 14, told(many)


def test_what_was_changed_of_a_customer_stands_on_the_page_with_who_did_it(tenant: Tenant) -> None:
    agent, kari = make_user(name="Olav Hansen"), make_contact(name="Kari Lunde")
    client = signed_in_staff(tenant, agent)

    client.post(f"/customers/{kari.pk}/", {"action": "know", "region": "North", "tier": "Gold"})

    page = client.get(f"/customers/{kari.pk}/").content.decode()
    card = page.partition('id="changes-title"')[2].partition("</section>")[0]
    assert "Olav Hansen" in card
    assert "changed what is known of the customer" in card


def test_a_case_is_found_by_the_words_of_its_messages(tenant: Tenant, other_tenant: Tenant) -> None:
    found = make_case(subject="Hello", text="The Kontoutskrift shows a wrong balance.")
    make_case(subject="Hello again", text="Something else entirely.")
    with tenant_scope(other_tenant.pk):
        make_case(subject="Foreign", text="Their kontoutskrift is fine.")
    client: Any = signed_in_staff(tenant, make_user())

    page = client.get("/search/?q=kontoutskrift balance")
    odd = client.get('/search/?q="(%26|!*')

    words = page.content.decode()
    assert f"/c/{found.number}/" in words
    assert "Hello again" not in words
    assert "Foreign" not in words
    assert odd.status_code == 200
