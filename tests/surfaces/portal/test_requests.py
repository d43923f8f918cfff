"""A customer chooses a request type in the portal and is asked its questions, nothing known."""

import pytest

from cases.models import Case, QuestionKind, RequestType
from cases.request_types import Asked, Door, save_request_type
from tests.make import AT, make_actor, make_contact, make_product
from tests.surfaces.signing_in import signed_in_contact
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

TOLD = {"subject": "I have moved", "body": "Letters still go to the old house.", "looked": "1"}


@pytest.fixture
def moved(tenant: Tenant) -> RequestType:
    """A request that asks for a line and a day."""
    return save_request_type(
        request_type_id=None,
        name="Change of address",
        says="Where letters go from now on.",
        category="account",
        asks=[],
        doors=[Door.PORTAL],
        answer="",
        may_finish_at_once=False,
        questions=[
            Asked("New address", QuestionKind.LINE, is_required=True),
            Asked("From", QuestionKind.DAY, is_required=False),
        ],
        actor=make_actor(Role.ADMIN),
        at=AT,
    )


def test_the_questions_of_the_chosen_type_are_asked(tenant: Tenant, moved: RequestType) -> None:
    make_product()
    customer = signed_in_contact(tenant, make_contact())

    before = customer.get("/help/new/").content.decode()
    after = customer.post("/help/new/", {**TOLD, "type": moved.slug, "action": "fields"})

    page = after.content.decode()
    assert "New address" not in before
    assert "New address" in page
    assert 'name="product"' not in page
    assert "the old house.</textarea>" in page
    assert not Case.objects.exists()


def test_a_request_keeps_its_answers(tenant: Tenant, moved: RequestType) -> None:
    customer = signed_in_contact(tenant, make_contact())
    address, day = moved.questions.order_by("position")
    typed = {**TOLD, "type": moved.slug, f"question-{day.pk}": "2026-04-01"}

    missing = customer.post("/help/new/", typed)
    sent = customer.post("/help/new/", {**typed, f"question-{address.pk}": "Strandgata 7, Bergen"})

    assert missing.status_code == 422
    assert sent.status_code == 302
    case = Case.objects.get()
    assert (case.request_type_id, case.category) == (moved.pk, "account")
    assert {one.text for one in case.request_answers.all()} == {
        "Strandgata 7, Bergen",
        "2026-04-01",
    }


def test_a_signed_in_customer_is_not_asked_who_it_is(tenant: Tenant, moved: RequestType) -> None:
    ingrid = make_contact("ingrid@example.org")

    page = signed_in_contact(tenant, ingrid).get("/help/new/").content.decode()

    for known in ("email", "name", "phone", "contact_email", "organisation"):
        assert f'name="{known}"' not in page
