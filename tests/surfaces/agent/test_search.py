"""One box: what leads where, who sees what, and what it costs."""

from typing import Any

from cases.conversation import add_customer_message, note_case
from cases.states import Channel
from customers.identity import add_address
from customers.models import AddressKind, Organisation
from knowledge.publishing import draft_known_error
from tests.make import (
    AT,
    HOUR,
    MINUTE,
    make_actor,
    make_case,
    make_contact,
    make_problem,
    make_tenant,
    make_user,
)
from tests.surfaces.api.calling import caller_as
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import client_at, signed_in_contact, signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SYSTEM = Actor.system("test")


def found(response: Any) -> dict[str, list[str]]:
    """Return what a page found: the titles of each kind."""
    return {
        group["code"]: [row["title"] for row in group["rows"]]
        for group in response.context["groups"]
    }


def test_a_number_with_its_sign_leads_straight_there(tenant: Tenant) -> None:
    case = make_case()
    problem = make_problem(cases=[case])
    client = signed_in_staff(tenant, make_user())

    assert client.get("/search/", {"q": f"#{case.number}"}).headers["Location"] == (
        f"/c/{case.number}/"
    )
    assert client.get("/search/", {"q": problem.name.lower()}).headers["Location"] == (
        f"/p/{problem.number}/"
    )
    assert client.get("/search/", {"q": "#999999"}).status_code == 200


def test_a_case_is_found_by_subject_message_number_and_customer(tenant: Tenant) -> None:
    contact = make_contact("amir@example.org", name="Amir Haddad")
    wanted = make_case(
        contact=contact, subject="Router drops at night", text="It blinks xylophone."
    )
    add_customer_message(
        case_id=wanted.pk,
        contact=contact,
        text="Now it hums marimba too.",
        channel=Channel.MAIL,
        actor=SYSTEM,
        at=AT + HOUR,
    )
    make_case(contact=make_contact("ingrid@example.org"), subject="Something else", text="Else.")
    client = signed_in_staff(tenant, make_user())

    for words in (
        str(wanted.number),
        "rout dro",
        "xylophone",
        "marimba",
        "AMIR@example",
        "amir had",
    ):
        assert found(client.get("/search/", {"q": words}))["cases"] == ["Router drops at night"], (
            words
        )
    assert found(client.get("/search/", {"q": "nobody wrote this"})) == {}


def test_what_stands_in_notes_only_is_found_by_those_who_may_read_notes(tenant: Tenant) -> None:
    secret, open_too = make_case(subject="Card"), make_case(subject="Debit")
    for case in (secret, open_too):
        note_case(case_id=case.pk, text="He is a zebrafinch.", actor=make_actor(), at=AT + MINUTE)
    add_customer_message(
        case_id=open_too.pk,
        contact=open_too.contact,
        text="My zebrafinch is ill.",
        channel=Channel.PORTAL,
        actor=SYSTEM,
        at=AT + MINUTE,
    )
    agent = signed_in_staff(tenant, make_user())
    reader = signed_in_staff(tenant, make_user(Role.READER))
    program = caller_as(tenant, Role.READER)

    assert found(agent.get("/search/", {"q": "zebrafinch"})) == {"cases": ["Debit", "Card"]}
    assert found(reader.get("/search/", {"q": "zebrafinch"})) == {"cases": ["Debit"]}
    listed = program.get("cases/", words="zebrafinch").json()["results"]
    assert [case["number"] for case in listed] == [open_too.number]


def test_customers_are_found_by_name_address_telephone_and_organisation(tenant: Tenant) -> None:
    contact = make_contact("amir@example.org", name="Amir Haddad")
    contact.organisation = Organisation.objects.create(name="Nordlys Bakeri", created_at=AT)
    contact.save()
    add_address(
        contact_id=contact.pk, kind=AddressKind.PHONE, value="+47 912 34 567", actor=SYSTEM, at=AT
    )
    client = signed_in_staff(tenant, make_user())

    for words in ("hadd", "amir@exa", "912 34 567", "4791234567", "nordly"):
        assert found(client.get("/search/", {"q": words}))["customers"] == ["Amir Haddad"], words


def test_problems_and_articles_are_found_by_their_words(tenant: Tenant) -> None:
    problem = make_problem(title="Direct debit taken twice")
    draft_known_error(problem_id=problem.pk, actor=SYSTEM, at=AT + 2 * HOUR)
    client = signed_in_staff(tenant, make_user())

    shown = found(client.get("/search/", {"q": "debit direct"}))

    assert shown["problems"] == ["Direct debit taken twice"]
    assert len(shown["articles"]) == 1


def test_one_kind_goes_on_where_its_page_ended(tenant: Tenant) -> None:
    contact = make_contact()
    for place in range(8):
        make_case(contact=contact, subject=f"Invoice {place}", at=AT + place * MINUTE)
    client = signed_in_staff(tenant, make_user())

    first = client.get("/search/", {"q": "invoice"})
    more = client.get(first.context["groups"][0]["next_url"])

    assert found(first)["cases"] == [f"Invoice {place}" for place in (7, 6, 5, 4, 3, 2)]
    assert found(more) == {"cases": ["Invoice 1", "Invoice 0"]}


def test_too_little_is_not_looked_for(tenant: Tenant) -> None:
    make_case(subject="a")

    answer = signed_in_staff(tenant, make_user()).get("/search/", {"q": "a"})

    assert found(answer) == {}
    assert "Two letters are enough." in answer.content.decode()


def test_signs_without_letters_find_nothing_and_break_nothing(tenant: Tenant) -> None:
    make_case()
    client = signed_in_staff(tenant, make_user())

    for words in ("%%%", "\\\\'", "__", "':*|!&"):
        assert client.get("/search/", {"q": words}).status_code == 200, words


def test_what_htmx_asks_for_is_the_results_alone(tenant: Tenant) -> None:
    make_case()
    client = signed_in_staff(tenant, make_user())

    answer = client.get("/search/", {"q": "charged"}, HTTP_HX_REQUEST="true").content.decode()

    assert "Charged twice" in answer
    assert "<html" not in answer


def test_nothing_of_another_tenant_is_found(tenant: Tenant) -> None:
    stranger = make_tenant()
    with tenant_scope(stranger.pk):
        make_case(contact=make_contact("sel@example.org", name="Selma Ås"), subject="Zither broken")
    client = signed_in_staff(tenant, make_user())

    assert found(client.get("/search/", {"q": "zither"})) == {}
    assert found(client.get("/search/", {"q": "selma"})) == {}
    assert found(signed_in_staff(stranger, in_scope(stranger)).get("/search/", {"q": "zither"}))


def in_scope(tenant: Tenant) -> Any:
    """Return a colleague of another tenant."""
    with tenant_scope(tenant.pk):
        return make_user()


def test_customers_and_strangers_search_nothing(tenant: Tenant) -> None:
    assert client_at(tenant).get("/search/").status_code == 302
    assert signed_in_contact(tenant, make_contact()).get("/search/").status_code == 302
    assert signed_in_staff(tenant, make_user(Role.READER)).get("/search/").status_code == 200


def test_a_search_asks_the_same_for_two_cases_and_for_twenty(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user())
    client.get("/search/")

    def queries_with(count: int) -> list[str]:
        for _place in range(count):
            make_problem(cases=[make_case()])
        with counted() as queries:
            client.get("/search/", {"q": "ingrid"})
        return queries

    few, many = queries_with(2), queries_with(18)

    assert len(few) == len(many), told(many)
    # Session, user with memberships; then what the index says, cases, problems, customers,
    # articles.
    assert len(many) == 2 + 5, told(many)
