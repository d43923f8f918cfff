"""Copied people on the page of a case, and what a mail folds away."""

from typing import Any

from cases.conversation import add_customer_message
from cases.models import Participant
from cases.participants import Copied, ask_in
from cases.states import Channel
from tests.make import AT, HOUR, make_case, make_contact, make_user
from tests.surfaces.counting import counted
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role

SYSTEM = Actor.system("test")


def copied(case: Any, *addresses: str) -> list[Participant]:
    people = [Copied(address=address, name=f"Name of {address}") for address in addresses]
    ask_in(case, copied=people, message=case.messages.get(), actor=SYSTEM, at=AT)
    return list(Participant.objects.filter(case=case).order_by("id"))


def test_a_case_shows_who_was_copied_and_sees_nothing(tenant: Any) -> None:
    case = make_case()
    copied(case, "eva@example.net")

    page = signed_in_staff(tenant, make_user()).get(f"/c/{case.number}/").content.decode()

    assert "Name of eva@example.net" in page
    assert "Was copied, sees nothing" in page
    assert ">Let in<" in page


def test_an_agent_lets_somebody_in_and_takes_them_out(tenant: Any) -> None:
    case = make_case()
    (eva,) = copied(case, "eva@example.net")
    client = signed_in_staff(tenant, make_user())

    for action, state in (("let_in", "let_in"), ("leave_out", "removed")):
        answer = client.post(f"/c/{case.number}/act/", {"action": action, "participant": eva.pk})

        eva.refresh_from_db()
        assert (answer.status_code, eva.state) == (302, state)


def test_a_department_member_sees_the_people_and_decides_nothing(tenant: Any) -> None:
    case = make_case()
    (eva,) = copied(case, "eva@example.net")
    client = signed_in_staff(tenant, make_user(Role.MEMBER))

    page = client.get(f"/c/{case.number}/").content.decode()
    answer = client.post(f"/c/{case.number}/act/", {"action": "let_in", "participant": eva.pk})

    assert "Name of eva@example.net" in page
    assert ">Let in<" not in page
    assert answer.status_code == 403


def test_a_case_with_twenty_copied_people_costs_the_same(tenant: Any) -> None:
    few, many = make_case(), make_case()
    copied(few, "a@example.net", "b@example.net")
    copied(many, *(f"p{number}@example.net" for number in range(20)))
    client = signed_in_staff(tenant, make_user())
    client.get(f"/c/{few.number}/")

    with counted() as asked_for_few:
        client.get(f"/c/{few.number}/")
    with counted() as asked_for_many:
        client.get(f"/c/{many.number}/")

    assert len(asked_for_few) == len(asked_for_many)


def test_signature_and_quoted_text_are_folded_each_for_itself(tenant: Any) -> None:
    case = make_case()
    add_customer_message(
        case_id=case.pk,
        contact=case.contact,
        text="It still fails.",
        quoted="-- \nIngrid Solheim\nOslo\n\nOn Mon, 2 Mar 2026 at 09:00, Desk wrote:\n> Try again.",
        channel=Channel.MAIL,
        actor=SYSTEM,
        at=AT + HOUR,
    )

    page = signed_in_staff(tenant, make_user()).get(f"/c/{case.number}/").content.decode()

    signature = page.index("Show the signature")
    quoted = page.index("Show quoted text")
    assert signature < page.index("Oslo") < quoted < page.index("&gt; Try again.")
    assert page.count('<details class="folded">') == 2


def test_the_history_names_the_participant_who_acted(tenant: Any) -> None:
    case = make_case(contact=make_contact("ingrid@example.org", name="Ingrid Solheim"))
    (eva,) = copied(case, "eva@example.net")
    client = signed_in_staff(tenant, make_user())
    client.post(f"/c/{case.number}/act/", {"action": "let_in", "participant": eva.pk})
    eva.refresh_from_db()
    assert eva.contact is not None
    add_customer_message(
        case_id=case.pk,
        contact=eva.contact,
        text="Me too.",
        channel=Channel.MAIL,
        actor=Actor(kind="contact", id=eva.contact_id, label="Eva"),  # type: ignore[arg-type]
        at=AT + HOUR,
    )

    page = client.get(f"/c/{case.number}/").content.decode()

    assert "Name of eva@example.net wrote" in page
