"""The telephone on one screen: who it is, what it is about, what comes of it."""

from typing import Any

import pytest

from cases.models import Case, PhoneCall, QuestionKind
from cases.request_types import Asked, Door, save_request_type
from customers.models import Contact
from tests.make import (
    AT,
    make_actor,
    make_case,
    make_contact,
    make_problem,
    make_product,
    make_user,
)
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

TOLD = {
    "contact_number": "+47 900 11 234",
    "contact_name": "Ingrid Solheim",
    "subject": "Direct debit taken twice",
    "body": "She says that 649 was collected twice.",
    "outcome": "opened",
    "action": "save",
}


def make_payment_type() -> Any:
    """Return the type of a payment by telephone, which ends at once."""
    return save_request_type(
        request_type_id=None,
        name="Payment by telephone",
        says="",
        category="payments",
        asks=[],
        doors=[Door.PHONE],
        answer="Your payment is done.",
        may_finish_at_once=True,
        questions=[
            Asked("Amount", QuestionKind.AMOUNT, is_required=True),
            Asked("Reference", QuestionKind.LINE, is_required=True),
        ],
        actor=make_actor(Role.ADMIN),
        at=AT,
    )


def test_a_call_of_somebody_new_becomes_a_case_of_a_prospect(tenant: Tenant) -> None:
    agent = make_user()

    answer = signed_in_staff(tenant, agent).post("/calls/new/", TOLD)

    case, call = Case.objects.get(), PhoneCall.objects.get()
    assert answer["Location"] == f"/c/{case.number}/"
    assert (case.channel, case.owner_id, case.contact.is_prospect) == ("phone", agent.pk, True)
    assert (call.case_id, call.agent_id, call.number) == (case.pk, agent.pk, "+4790011234")


def test_the_caller_is_found_with_open_cases_and_known_problems(tenant: Tenant) -> None:
    ingrid = make_contact("ingrid@example.org", name="Ingrid Solheim")
    case = make_case(contact=ingrid, subject="Charged twice")
    problem = make_problem(cases=[case])
    client = signed_in_staff(tenant, make_user())

    found = client.post("/calls/new/", {"contact_name": "solh", "action": "find"})
    chosen = client.post("/calls/new/", {**TOLD, "pick": ingrid.pk})

    assert [one["name"] for one in found.context["people"]] == ["Ingrid Solheim"]
    page = chosen.content.decode()
    for expected in (f"#{case.number}", problem.name, f'value="case-{case.number}"'):
        assert expected in page
    assert "collected twice.</textarea>" in page
    assert not PhoneCall.objects.exists()


def test_a_call_continues_an_open_case_of_the_caller(tenant: Tenant) -> None:
    ingrid = make_contact()
    case = make_case(contact=ingrid)

    signed_in_staff(tenant, make_user()).post(
        "/calls/new/", {**TOLD, "contact": ingrid.pk, "outcome": f"case-{case.number}"}
    )

    assert PhoneCall.objects.get().outcome == "continued"
    assert list(case.messages.order_by("id").values_list("channel", flat=True)) == [
        "mail",
        "phone",
    ]


def test_a_known_problem_is_linked_while_the_caller_waits(tenant: Tenant) -> None:
    problem = make_problem()

    signed_in_staff(tenant, make_user()).post("/calls/new/", {**TOLD, "problem": problem.name})

    assert Case.objects.latest("id").state == "on_problem"


def test_a_request_is_finished_in_one_screen_and_one_step(tenant: Tenant) -> None:
    kind = make_payment_type()
    amount, reference = kind.questions.order_by("position")
    client = signed_in_staff(tenant, make_user())

    screen = client.post("/calls/new/", {**TOLD, "type": kind.slug, "action": "fields"})
    client.post(
        "/calls/new/",
        {
            **TOLD,
            "type": kind.slug,
            f"question-{amount.pk}": "649,00",
            f"question-{reference.pk}": "Invoice 77",
            "finish": "yes",
        },
    )

    assert "Finished now" in screen.content.decode()
    case = Case.objects.get()
    assert (case.state, case.request_type_id) == ("resolved", kind.pk)
    assert {one.text for one in case.request_answers.all()} == {"649.00", "Invoice 77"}


def test_the_form_shows_what_its_type_needs_and_folds_the_rest(tenant: Tenant) -> None:
    make_product()
    kind = make_payment_type()
    client = signed_in_staff(tenant, make_user())

    page = client.post("/calls/new/", {"type": kind.slug, "action": "fields"}).content.decode()

    shown, _summary, folded = page.partition('<summary class="btn sm quiet">More')
    assert "Amount" in shown
    assert 'name="product"' not in shown
    for name in ("product", "category", "wanted_outcome"):
        assert f'name="{name}"' in folded


def test_what_is_known_of_a_chosen_caller_is_not_asked_again(tenant: Tenant) -> None:
    ingrid = make_contact()
    client = signed_in_staff(tenant, make_user())

    for address in ("/calls/new/", "/c/new/"):
        page = client.get(f"{address}?contact={ingrid.pk}").content.decode()
        for name in ("contact_name", "contact_email", "contact_number"):
            assert f'name="{name}"' not in page
        assert ingrid.name in page


def test_card_numbers_are_hidden_and_the_agent_is_told(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user())

    answer = client.post("/calls/new/", {**TOLD, "body": "Card 4111 1111 1111 1111"}, follow=True)

    assert "4111" not in Case.objects.get().messages.get().text
    assert "looked like a card number was hidden" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contact_number": ""}, "contact_email"),
        ({"contact_number": "12"}, "contact_number"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"subject": ""}, "subject"),
        ({"outcome": "nonsense"}, "outcome"),
        ({"outcome": "case-x"}, "outcome"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    tenant: Tenant, changes: dict[str, str], field: str
) -> None:
    answer = signed_in_staff(tenant, make_user()).post("/calls/new/", {**TOLD, **changes})

    assert answer.status_code == 422
    assert field in answer.context["form"]["errors"]
    assert "collected twice.</textarea>" in answer.content.decode()
    assert not PhoneCall.objects.exists()
    assert not Contact.objects.exists()


def test_a_wrong_number_needs_nothing_else(tenant: Tenant) -> None:
    answer = signed_in_staff(tenant, make_user()).post(
        "/calls/new/", {"outcome": "wrong_number", "action": "save"}
    )

    assert answer["Location"] == "/calls/"
    assert PhoneCall.objects.get().contact_id is None


def test_a_caller_of_another_tenant_is_nobody(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant.pk):
        foreign = make_contact("ingrid@example.org", name="Ingrid Foreign")
    client = signed_in_staff(tenant, make_user())

    found = client.post("/calls/new/", {"contact_name": "Foreign", "action": "find"})
    picked = client.get(f"/calls/new/?contact={foreign.pk}")

    assert found.context["people"] == []
    assert picked.context["caller"] is None


def test_calls_are_listed_and_one_becomes_a_case_later(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user())
    client.post("/calls/new/", {**TOLD, "outcome": "answered"})
    call = PhoneCall.objects.get()

    listed = client.get("/calls/").content.decode()
    opened = client.post(f"/calls/{call.pk}/case/")

    assert "Direct debit taken twice" in listed
    assert "Make it a case" in listed
    assert opened["Location"] == f"/c/{Case.objects.get().number}/"
    assert "Make it a case" not in client.get("/calls/?who=all&outcome=opened").content.decode()


def test_a_reader_sees_calls_and_writes_none_down(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user(Role.READER))

    assert client.get("/calls/").status_code == 200
    assert client.get("/calls/new/").status_code == 403


def test_the_list_of_calls_costs_the_same_for_two_and_for_twenty(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user())

    def log(times: int) -> None:
        for _ in range(times):
            client.post("/calls/new/", TOLD)

    log(2)
    client.get("/calls/")
    with counted() as few:
        client.get("/calls/")
    log(18)
    with counted() as many:
        assert len(client.get("/calls/").context["calls"]) == 20

    assert len(few) == len(many), told(many)


def test_the_case_shows_its_answers_and_says_that_no_mail_reaches_the_caller(
    tenant: Tenant,
) -> None:
    kind = make_payment_type()
    amount, reference = kind.questions.order_by("position")
    client = signed_in_staff(tenant, make_user())

    client.post(
        "/calls/new/",
        {
            **TOLD,
            "type": kind.slug,
            f"question-{amount.pk}": "649",
            f"question-{reference.pk}": "Invoice 77",
        },
    )

    page = client.get(f"/c/{Case.objects.get().number}/").content.decode()
    assert "Invoice 77" in page
    assert "No mail address of Ingrid Solheim: nothing is sent." in page


def test_an_answer_to_a_call_goes_by_mail_where_there_is_an_address(tenant: Tenant) -> None:
    ingrid = make_contact("ingrid@example.org")
    client = signed_in_staff(tenant, make_user())

    client.post("/calls/new/", {**TOLD, "contact": ingrid.pk})

    page = client.get(f"/c/{Case.objects.get().number}/").content.decode()
    assert f"To {ingrid.name}, by mail" in page
