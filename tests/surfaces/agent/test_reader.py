"""Readers of other teams see the customer, and nothing that colleagues write to one another."""

import pytest

from cases.conversation import File, keep_files, note_case
from problems.fixing import note_problem
from problems.questions import ask_customer
from tests.make import AT, HOUR, make_actor, make_case, make_problem, make_user
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")
SECRET = "He shouts at everybody."


def test_a_reader_sees_the_customer_and_no_note(tenant: Tenant) -> None:
    case = make_case(text="You have taken 649 twice again.")
    note_case(case_id=case.pk, text=SECRET, actor=SYSTEM, at=AT + HOUR)
    reader = signed_in_staff(tenant, make_user(Role.READER))
    agent = signed_in_staff(tenant, make_user())

    for address in (f"/c/{case.number}/", f"/c/{case.number}/customer/", "/q/open/"):
        page = reader.get(address).content.decode()
        assert "Ingrid Solheim" in page, address
        assert SECRET not in page, address
    assert "You have taken 649 twice again." in reader.get(f"/c/{case.number}/").content.decode()
    assert SECRET in agent.get(f"/c/{case.number}/").content.decode()


def test_a_reader_sees_no_note_and_no_question_of_a_problem(tenant: Tenant) -> None:
    case = make_case()
    problem = make_problem(cases=[case])
    note_problem(problem_id=problem.pk, text=SECRET, actor=SYSTEM, at=AT + 2 * HOUR)
    ask_customer(
        problem_id=problem.pk, case=case, text="Is he rude?", actor=SYSTEM, at=AT + 2 * HOUR
    )
    reader = signed_in_staff(tenant, make_user(Role.READER))

    for address in (f"/p/{problem.number}/", f"/c/{case.number}/"):
        page = reader.get(address).content.decode()
        assert SECRET not in page, address
        assert "Is he rude?" not in page, address
    member = signed_in_staff(tenant, make_user(Role.LEAD)).get(f"/p/{problem.number}/")
    assert SECRET in member.content.decode()
    assert "Is he rude?" in member.content.decode()


def test_a_reader_opens_no_file_of_a_note(tenant: Tenant) -> None:
    case = make_case()
    note = note_case(case_id=case.pk, text=SECRET, actor=SYSTEM, at=AT + HOUR)
    (kept,) = keep_files(
        note, [File(name="a.txt", content_type="text/plain", content=b"secret")], at=AT + HOUR
    )
    address = f"/c/{case.number}/files/{kept.pk}/"

    assert signed_in_staff(tenant, make_user(Role.READER)).get(address).status_code == 403
    assert signed_in_staff(tenant, make_user()).get(address).status_code == 200


def test_a_reader_writes_nothing(tenant: Tenant) -> None:
    case = make_case()
    client = signed_in_staff(tenant, make_user(Role.READER))

    with pytest.raises(NotPermitted):
        note_case(case_id=case.pk, text="x", actor=make_actor(Role.READER), at=AT + HOUR)
    answer = client.post(f"/c/{case.number}/reply/", {"body": "x", "visibility": "note"})
    assert answer.status_code == 403
    assert case.messages.count() == 1
