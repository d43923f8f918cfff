"""The customer's start page and list: whose turn, by when, what is known; found by words."""

import pytest
from django.test import Client
from django.utils.timezone import now

from cases.conversation import answer_case, note_case
from cases.lifecycle import resolve_case
from cases.models import Case
from customers.models import Contact, Organisation
from customers.preferences import NoOrganisation, let_see_organisation
from knowledge.authoring import publish_article
from knowledge.publishing import draft_known_error
from problems.fixing import publish_workaround
from tests.make import (
    make_actor,
    make_case,
    make_contact,
    make_problem,
    make_product,
    make_user,
)
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import client_at, signed_in_contact, signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")
LIST = "/help/issues/"


def words_at(client: Client, address: str) -> str:
    """Return a page as text."""
    return str(client.get(address).content.decode())


def colleagues() -> tuple[Contact, Contact]:
    """Return two customers of one organisation; the first sees the issues of all."""
    company = Organisation.objects.create(name="Lunde AS", domain="lunde.example", created_at=now())
    boss, worker = make_contact("kari@lunde.example"), make_contact("ola@lunde.example")
    let_see_organisation(boss.pk, sees=True, actor=make_actor(Role.AGENT), at=now())
    boss.refresh_from_db()
    assert boss.organisation == worker.organisation == company
    return boss, worker


def known_problem(title: str, *, case: Case) -> None:
    """Publish a known problem about a case."""
    problem = make_problem(cases=[case], title=title, at=now())
    publish_workaround(problem_id=problem.pk, workaround="Wait.", actor=SYSTEM, at=now())
    article = draft_known_error(problem_id=problem.pk, actor=SYSTEM, at=now())
    publish_article(article_id=article.pk, actor=SYSTEM, at=now())


# ---- the start page --------------------------------------------------------------------------


def test_the_start_page_says_what_is_open_and_whose_turn_it_is(tenant: Tenant) -> None:
    contact = make_contact()
    ours = make_case(contact=contact, subject="Ours to answer", at=now())
    theirs = make_case(contact=contact, subject="Theirs to answer", at=now())
    done = make_case(contact=contact, subject="Long over", at=now())
    answer_case(
        case_id=theirs.pk, text="Which card?", and_then="pend", actor=make_actor(), at=now()
    )
    resolve_case(case_id=done.pk, actor=make_actor(), at=now())

    page = words_at(signed_in_contact(tenant, contact), "/help/")

    assert page.index("Theirs to answer") < page.index("Ours to answer")
    assert ("Your turn" in page, "Our turn" in page) == (True, True)
    assert "You will hear from us by" in page
    assert "Long over" not in page
    assert ours.number != theirs.number


def test_the_start_page_tells_what_is_known_about_the_customers_products(tenant: Tenant) -> None:
    contact, stranger = make_contact(), make_contact()
    mine = make_case(contact=contact, at=now())
    Case.objects.filter(pk=mine.pk).update(product=make_product())
    known_problem("Cards are declined abroad", case=make_case(contact=stranger, at=now()))

    assert "Known about your products" in words_at(signed_in_contact(tenant, contact), "/help/")
    other = words_at(signed_in_contact(tenant, make_contact()), "/help/")
    assert "Known about your products" not in other
    assert "Known problems now" in other


def test_a_new_customer_finds_an_empty_start_page_with_a_way_on(tenant: Tenant) -> None:
    page = words_at(signed_in_contact(tenant, make_contact()), "/help/")

    assert "You have no open issues." in page
    assert "Tell us" in page


# ---- the list --------------------------------------------------------------------------------


def test_open_and_solved_issues_are_told_apart(tenant: Tenant) -> None:
    contact = make_contact()
    make_case(contact=contact, subject="Still going on", at=now())
    done = make_case(contact=contact, subject="Over and done", at=now())
    resolve_case(case_id=done.pk, actor=make_actor(), at=now())
    client = signed_in_contact(tenant, contact)

    found = {show: words_at(client, f"{LIST}?show={show}") for show in ("open", "solved", "all")}

    assert [show for show, page in found.items() if "Still going on" in page] == ["open", "all"]
    assert [show for show, page in found.items() if "Over and done" in page] == ["solved", "all"]


def test_an_issue_is_found_by_what_was_said_and_never_by_a_note(tenant: Tenant) -> None:
    contact = make_contact()
    case = make_case(contact=contact, subject="My card", text="The terminal said E-771.", at=now())
    note_case(case_id=case.pk, text="He shouts: zebra.", actor=make_actor(), at=now())
    client = signed_in_contact(tenant, contact)

    for words in ("e-771", "MY CARD", str(case.number), f"#{case.number}"):
        assert f"/help/issues/{case.number}/" in words_at(
            client, f"{LIST}?q={words}".replace("#", "%23")
        )
    for words in ("zebra", "somebody else", "100000000000000000000", "%25", "%00"):
        assert f"/help/issues/{case.number}/" not in words_at(client, f"{LIST}?q={words}")


def test_the_words_of_others_are_not_found(tenant: Tenant) -> None:
    make_case(contact=make_contact(), subject="A secret of somebody", at=now())

    page = words_at(signed_in_contact(tenant, make_contact()), f"{LIST}?show=all&q=secret")

    assert "A secret of somebody" not in page
    assert "Nothing found" in page


def test_pages_of_the_list_follow_one_another_without_gap(tenant: Tenant) -> None:
    contact = make_contact()
    numbers = {make_case(contact=contact, at=now()).number for _ in range(23)}
    client = signed_in_contact(tenant, contact)

    first = client.get(LIST)
    second = client.get(first.context["next_url"])

    seen = [row["number"] for answer in (first, second) for row in answer.context["issues"]]
    assert seen == sorted(numbers, reverse=True)
    assert second.context["next_url"] == ""


@pytest.mark.parametrize("query", ["show=nothing", "before=x", "before=-1", "whose=organisation"])
def test_an_address_that_was_altered_shows_the_own_list(tenant: Tenant, query: str) -> None:
    contact = make_contact()
    case = make_case(contact=contact, at=now())

    answer = signed_in_contact(tenant, contact).get(f"{LIST}?{query}")

    assert [row["number"] for row in answer.context["issues"]] == [case.number]


@pytest.mark.parametrize("address", ["/help/", "/help/issues/?show=all"])
def test_a_list_costs_the_same_for_two_and_for_twenty(tenant: Tenant, address: str) -> None:
    contact = make_contact()
    client = signed_in_contact(tenant, contact)
    client.get(address)
    costs = []
    for count in (2, 18):
        for number in range(count):
            case = make_case(contact=contact, at=now())
            if number % 2:
                make_problem(cases=[case], at=now())
        with counted() as queries:
            client.get(address)
        costs.append(queries)

    assert len(costs[0]) == len(costs[1]), told(costs[1])


# ---- the organisation ------------------------------------------------------------------------


def test_who_may_sees_the_issues_of_colleagues_and_who_asked(tenant: Tenant) -> None:
    boss, worker = colleagues()
    case = make_case(contact=worker, subject="The printer of Ola", at=now())
    client = signed_in_contact(tenant, boss)

    assert "The printer of Ola" not in words_at(client, LIST)
    listed = words_at(client, f"{LIST}?whose=organisation")
    assert "The printer of Ola" in listed
    assert "asked by" in listed
    assert client.get(f"{LIST}{case.number}/").status_code == 200
    assert signed_in_contact(tenant, worker).get(f"{LIST}{case.number}/").status_code == 200


def test_a_colleague_without_the_right_sees_nothing_of_others(tenant: Tenant) -> None:
    boss, worker = colleagues()
    case = make_case(contact=boss, subject="Business of the boss", at=now())
    client = signed_in_contact(tenant, worker)

    assert client.get(f"{LIST}{case.number}/").status_code == 404
    assert "Business of the boss" not in words_at(client, f"{LIST}?whose=organisation")


def test_an_issue_of_a_colleague_can_be_read_and_not_changed(tenant: Tenant) -> None:
    boss, worker = colleagues()
    case = make_case(contact=worker, at=now())
    resolve_case(case_id=case.pk, actor=make_actor(), at=now())
    client = signed_in_contact(tenant, boss)
    said = case.messages.count()

    page = words_at(client, f"{LIST}{case.number}/")
    answers = [
        client.post(f"{LIST}{case.number}/", {"action": action, "body": "I am the boss."})
        for action in ("write", "it_works", "still_happens")
    ]

    assert 'name="body"' not in page
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    case.refresh_from_db()
    assert (case.state, case.messages.count()) == ("resolved", said)


def test_who_leaves_the_organisation_takes_no_old_issue_along(tenant: Tenant) -> None:
    boss, worker = colleagues()
    case = make_case(contact=worker, at=now())
    rival = Organisation.objects.create(name="Rival", domain="rival.example", created_at=now())
    spy = make_contact("spy@rival.example")
    let_see_organisation(spy.pk, sees=True, actor=make_actor(), at=now())
    Contact.objects.filter(pk=worker.pk).update(organisation=rival)

    assert signed_in_contact(tenant, spy).get(f"{LIST}{case.number}/").status_code == 404
    assert signed_in_contact(tenant, boss).get(f"{LIST}{case.number}/").status_code == 200


def test_an_agent_lets_a_customer_see_the_organisation_and_takes_it_back(tenant: Tenant) -> None:
    boss, worker = colleagues()
    agent = signed_in_staff(tenant, make_user(Role.AGENT))
    reader = signed_in_staff(tenant, make_user(Role.READER))
    address = f"/customers/{worker.pk}/"

    refused = reader.post(address, {"action": "see_organisation"})
    agent.post(address, {"action": "see_organisation"})

    assert refused.status_code == 403
    worker.refresh_from_db()
    assert worker.sees_organisation
    assert "sees all issues of the organisation" in words_at(agent, address)
    agent.post(address, {"action": "see_own"})
    worker.refresh_from_db()
    assert (worker.sees_organisation, boss.sees_organisation) == (False, True)


def test_without_an_organisation_there_are_no_colleagues(tenant: Tenant) -> None:
    with pytest.raises(NoOrganisation):
        let_see_organisation(
            make_contact("a@gmail.com").pk, sees=True, actor=make_actor(), at=now()
        )


# ---- articles --------------------------------------------------------------------------------


def test_articles_are_listed_and_found_by_their_words(tenant: Tenant) -> None:
    known_problem("Cards are declined abroad", case=make_case(at=now()))
    draft_known_error(
        problem_id=make_problem(title="Not yet published", at=now()).pk, actor=SYSTEM, at=now()
    )
    client = client_at(tenant)

    assert "Cards are declined abroad" in words_at(client, "/help/articles/")
    assert "Not yet published" not in words_at(client, "/help/articles/")
    assert "Cards are declined abroad" in words_at(client, "/help/articles/?q=declined+cards")
    assert "Nothing found" in words_at(client, "/help/articles/?q=declined+zebra")


# ---- asking little ---------------------------------------------------------------------------


def test_a_signed_in_customer_is_asked_nothing_that_is_known(tenant: Tenant) -> None:
    make_product("Card")
    client = signed_in_contact(tenant, make_contact("ingrid@example.org"))

    page = words_at(client, "/help/new/")

    assert {name for name in FIELDS_ASKED if f'name="{name}"' in page} == set()
    assert "selected>Card" in page.replace("\n", "").replace(" >", ">")


FIELDS_ASKED = ("name", "email", "mail", "phone", "organisation", "company", "customer", "number")


def test_a_customer_of_one_product_need_not_choose_it_among_several(tenant: Tenant) -> None:
    make_product("Loan")
    contact = make_contact()
    case = make_case(contact=contact, at=now())
    Case.objects.filter(pk=case.pk).update(product=make_product("Card"))

    answer = signed_in_contact(tenant, contact).get("/help/new/")

    assert answer.context["form"]["data"]["product"] == "card"
