"""Cases by the interface: list, open, answer; once for each Idempotency-Key."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.conversation import note_case
from cases.lifecycle import close_case, resolve_case
from cases.models import Case, Message
from customers.models import Contact
from servicedesk.api.models import Answered
from tests.make import AT, DAY, HOUR, make_actor, make_case, make_problem, make_product
from tests.surfaces.api.calling import Caller, caller_as, customer_of
from workflow.people.permissions import Role

NEW = {
    "contact_email": "ingrid@example.org",
    "contact_name": "Ingrid Solheim",
    "subject": "Charged twice",
    "body": "You have taken 649 twice again.",
}


def test_a_case_is_opened_for_a_customer(tenant: Any) -> None:
    make_product("Card")

    answer = caller_as(tenant, Role.AGENT).post(
        "cases/", {**NEW, "product": "card", "priority": 2, "external_id": "crm-1"}
    )

    assert answer.status_code == 201
    body = answer.json()
    case = Case.objects.get(number=body["number"])
    assert (body["contact_email"], body["product"]) == ("ingrid@example.org", "Card")
    assert (case.channel, case.priority, case.external_id) == ("api", 2, "crm-1")
    assert case.clocks.count() == 2


def test_a_customer_opens_the_own_case_only(tenant: Any) -> None:
    customer, contact = customer_of(tenant)

    answer = customer.post("cases/", {**NEW, "priority": 1, "external_id": "mine"})

    assert answer.status_code == 201
    case = Case.objects.get()
    assert (case.contact_id, case.priority, case.external_id) == (contact.pk, 3, None)
    assert not Contact.objects.filter(addresses__value="ingrid@example.org").exists()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"contact_email": "nobody"}, "not_valid"),
        ({"contact_email": ""}, "unprocessable"),
        ({"priority": 5}, "not_valid"),
        ({"priority": True}, "not_valid"),
        ({"subject": "x" * 501}, "not_valid"),
        ({"subject": {"a": 1}}, "not_valid"),
        ({"body": "\x00"}, "not_valid"),
        ({"body": "\ud800"}, "not_valid"),
        ({"product": "Teapot"}, "unprocessable"),
        ({"subject": "", "body": ""}, "empty_text"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    tenant: Any, changed: dict[str, Any], code: str
) -> None:
    caller = caller_as(tenant)

    answer = caller.post("cases/", {**NEW, **changed})

    assert answer.json()["code"] == code
    assert answer.status_code in (409, 422)
    assert not Case.objects.exists()
    assert not Contact.objects.exists()


def test_an_external_id_is_given_once(tenant: Any) -> None:
    caller = caller_as(tenant)
    caller.post("cases/", {**NEW, "external_id": "crm-1"})

    answer = caller.post("cases/", {**NEW, "external_id": "crm-1"})

    assert (answer.status_code, answer.json()["code"]) == (409, "external_id_taken")
    assert Case.objects.count() == 1


def test_a_member_of_a_department_opens_no_case(tenant: Any) -> None:
    answer = caller_as(tenant, Role.MEMBER).post("cases/", NEW)

    assert answer.status_code == 403
    assert not Contact.objects.exists()


def test_the_same_request_with_its_key_is_done_once(tenant: Any) -> None:
    caller = caller_as(tenant)

    first = caller.post("cases/", NEW, key="abc")
    second = caller.post("cases/", dict(reversed(NEW.items())), key="abc")

    assert first.json() == second.json()
    assert (first.status_code, second.status_code) == (201, 201)
    assert second["Idempotent-Replayed"] == "true"
    assert Case.objects.count() == 1


def test_a_key_with_another_request_is_refused(tenant: Any) -> None:
    caller = caller_as(tenant)
    caller.post("cases/", NEW, key="abc")

    answer = caller.post("cases/", {**NEW, "subject": "Other"}, key="abc")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_used_otherwise")
    assert Case.objects.count() == 1


def test_a_key_belongs_to_its_token(tenant: Any) -> None:
    caller_as(tenant).post("cases/", NEW, key="abc")

    caller_as(tenant).post("cases/", NEW, key="abc")

    assert Case.objects.count() == 2


def test_a_refused_request_may_be_sent_again_with_its_key(tenant: Any) -> None:
    caller = caller_as(tenant)
    assert caller.post("cases/", {**NEW, "product": "Card"}, key="abc").status_code == 422
    make_product("Card")

    answer = caller.post("cases/", {**NEW, "product": "Card"}, key="abc")

    assert answer.status_code == 201


def test_a_key_is_forgotten_after_a_day(tenant: Any) -> None:
    caller = caller_as(tenant)
    caller.post("cases/", NEW, key="abc")
    Answered.objects.update(at=AT - DAY)

    caller.post("cases/", NEW, key="abc")

    assert Case.objects.count() == 2
    assert caller.post("cases/", NEW, key="x" * 201).status_code == 400


def test_the_list_comes_in_pages(tenant: Any) -> None:
    caller = caller_as(tenant)
    numbers = [make_case().number for _ in range(5)]

    seen: list[int] = []
    address = "cases/?limit=2"
    pages = 0
    while address:
        page = caller.get(address).json()
        seen += [case["number"] for case in page["results"]]
        address = page["next"]
        pages += 1

    assert seen == numbers[::-1]
    assert pages == 3


def test_a_page_that_does_not_exist_is_a_refusal(tenant: Any) -> None:
    caller = caller_as(tenant)

    for place in ("nonsense", "!!!", "WyJhIl0", "x" * 150):
        answer = caller.get("cases/", after=place)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_the_list_is_filtered(tenant: Any) -> None:
    caller = caller_as(tenant)
    caller.post("cases/", {**NEW, "external_id": "crm-1"})
    resolved = make_case()
    resolve_case(case_id=resolved.pk, actor=make_actor(Role.AGENT), at=AT + HOUR)

    def numbers(**query: str) -> list[int]:
        return [case["number"] for case in caller.get("cases/", **query).json()["results"]]

    assert numbers(state="resolved") == [resolved.number]
    assert numbers(external_id="crm-1") == numbers(contact_email="Ingrid@example.org") == [1]
    assert numbers(state="spam") == []


def test_a_case_names_the_problem_behind_it(tenant: Any) -> None:
    case = make_case()
    problem = make_problem(cases=[case])

    shown = caller_as(tenant).get(f"cases/{case.number}/").json()

    assert (shown["problem"], shown["state"]) == (problem.number, "on_problem")


def test_two_cases_cost_as_many_queries_as_twenty(tenant: Any) -> None:
    caller = caller_as(tenant)
    caller.get("cases/")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert caller.get("cases/").status_code == 200
        return len(queries)

    for _ in range(2):
        make_problem(cases=[make_case()])
    few = cost()
    for _ in range(18):
        make_problem(cases=[make_case()])

    assert cost() == few


def test_an_answer_goes_to_the_customer_and_a_note_does_not(tenant: Any) -> None:
    caller = caller_as(tenant, Role.AGENT)
    customer, contact = customer_of(tenant)
    case = make_case(contact=contact)

    answered = caller.post(f"cases/{case.number}/messages/", {"text": "We look into it."})
    noted = caller.post(f"cases/{case.number}/messages/", {"text": "Odd.", "kind": "note"})

    assert (answered.status_code, answered.json()["direction"]) == (201, "out")
    assert noted.json()["direction"] == "note"
    texts = [m["text"] for m in customer.get(f"cases/{case.number}/messages/").json()["results"]]
    assert texts == ["You have taken 649 twice again.", "We look into it."]
    assert len(caller.get(f"cases/{case.number}/messages/").json()["results"]) == 3


def test_an_answer_may_resolve(tenant: Any) -> None:
    case = make_case()

    caller_as(tenant).post(
        f"cases/{case.number}/messages/", {"text": "Done.", "and_then": "resolve"}
    )

    case.refresh_from_db()
    assert case.state == "resolved"


def test_a_customer_writes_as_the_customer(tenant: Any) -> None:
    customer, contact = customer_of(tenant)
    case = make_case(contact=contact)

    answer = customer.post(f"cases/{case.number}/messages/", {"text": "And?", "kind": "note"})

    assert (answer.status_code, answer.json()["direction"]) == (201, "in")
    assert Message.objects.filter(direction="note").count() == 0


def test_a_message_to_a_closed_case_says_the_number_of_the_new_one(tenant: Any) -> None:
    customer, contact = customer_of(tenant)
    case = make_case(contact=contact)
    agent = make_actor(Role.AGENT)
    resolve_case(case_id=case.pk, actor=agent, at=AT + HOUR)
    close_case(case_id=case.pk, actor=agent, at=AT + 8 * DAY)

    answer = customer.post(f"cases/{case.number}/messages/", {"text": "It is back."})

    assert answer.json()["case"] == case.number + 1


def test_an_empty_message_is_refused(tenant: Any) -> None:
    case = make_case()
    caller = caller_as(tenant)

    for text in ("", "   "):
        assert caller.post(f"cases/{case.number}/messages/", {"text": text}).status_code == 422


def test_messages_come_in_pages_without_the_notes_between(tenant: Any) -> None:
    customer, contact = customer_of(tenant)
    case = make_case(contact=contact)
    for number in range(3):
        note_case(case_id=case.pk, text=f"n{number}", actor=make_actor(), at=AT)
        customer.post(f"cases/{case.number}/messages/", {"text": f"m{number}"})

    def pages(caller: Caller) -> list[str]:
        seen, address = [], f"cases/{case.number}/messages/?limit=2"
        while address:
            page = caller.get(address).json()
            seen += [message["text"] for message in page["results"]]
            address = page["next"]
        return seen

    assert pages(customer)[1:] == ["m0", "m1", "m2"]
    assert len(pages(caller_as(tenant))) == 7
