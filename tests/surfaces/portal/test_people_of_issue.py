"""The customer decides who sees the issue; who was let in sees it, writes, and may leave."""

from typing import Any

from cases.conversation import answer_case, note_case
from cases.lifecycle import resolve_case
from cases.models import Message, Participant
from cases.participants import Copied, ask_in, let_in
from customers.models import Contact
from tests.make import AT, HOUR, make_actor, make_case, make_contact
from tests.surfaces.api.calling import caller_as
from tests.surfaces.signing_in import signed_in_contact
from workflow.people.actors import Actor
from workflow.people.permissions import Role


def shared_case(*, is_in: bool = True) -> tuple[Any, Participant]:
    """Return a case of Ingrid that copied Eva, who was let in or not."""
    case = make_case(contact=make_contact("ingrid@example.org", name="Ingrid Solheim"))
    ask_in(
        case,
        copied=[Copied(address="eva@example.net", name="Eva Lind")],
        message=case.messages.get(),
        actor=Actor.system("test"),
        at=AT,
    )
    eva = Participant.objects.get()
    if is_in:
        eva = let_in(case_id=case.pk, participant_id=eva.pk, actor=make_actor(), at=AT)
    return case, eva


def contact_of(person: Participant) -> Contact:
    assert person.contact is not None
    return person.contact


def test_the_customer_is_asked_about_a_copied_colleague_and_lets_her_in(tenant: Any) -> None:
    case, eva = shared_case(is_in=False)
    client = signed_in_contact(tenant, case.contact)

    page = client.get(f"/help/issues/{case.number}/").content.decode()
    client.post(f"/help/issues/{case.number}/", {"action": "let_in", "participant": eva.pk})

    assert "You copied Eva Lind, who sees nothing yet. Let in?" in page
    eva.refresh_from_db()
    assert eva.state == "let_in"


def test_somebody_only_copied_finds_no_issue(tenant: Any) -> None:
    case, _eva = shared_case(is_in=False)
    client = signed_in_contact(tenant, make_contact("eva@example.net"))

    assert client.get(f"/help/issues/{case.number}/").status_code == 404
    assert "Charged twice" not in client.get("/help/").content.decode()
    assert client.post(f"/help/issues/{case.number}/", {"action": "write"}).status_code == 404


def test_who_was_let_in_reads_what_was_said_and_no_note(tenant: Any) -> None:
    case, eva = shared_case()
    answer_case(case_id=case.pk, text="It is on its way.", actor=make_actor(), at=AT + HOUR)
    note_case(case_id=case.pk, text="A difficult customer.", actor=make_actor(), at=AT + HOUR)
    client = signed_in_contact(tenant, contact_of(eva))

    page = client.get(f"/help/issues/{case.number}/").content.decode()

    for words in ("You have taken 649", "Ingrid Solheim asked this", "It is on its way."):
        assert words in page
    assert "difficult" not in page
    assert "ingrid@example.org" not in page
    assert "Charged twice" in client.get("/help/").content.decode()


def test_who_was_let_in_writes_under_the_own_name(tenant: Any) -> None:
    case, eva = shared_case()
    client = signed_in_contact(tenant, contact_of(eva))

    client.post(f"/help/issues/{case.number}/", {"action": "write", "body": "I saw it too."})

    assert Message.objects.get(text="I saw it too.").contact_id == eva.contact_id
    page = signed_in_contact(tenant, case.contact).get(f"/help/issues/{case.number}/")
    assert "Eva Lind" in page.content.decode()


def test_only_the_own_customer_says_whether_it_works(tenant: Any) -> None:
    case, eva = shared_case()
    resolve_case(case_id=case.pk, actor=make_actor(), at=AT + HOUR)
    client = signed_in_contact(tenant, contact_of(eva))

    page = client.get(f"/help/issues/{case.number}/").content.decode()
    refused = client.post(f"/help/issues/{case.number}/", {"action": "it_works"})
    signed_in_contact(tenant, case.contact).post(
        f"/help/issues/{case.number}/", {"action": "it_works"}
    )

    assert "It works now" not in page
    assert refused.status_code == 403
    case.refresh_from_db()
    assert case.state == "closed"


def test_who_leaves_is_out_at_once(tenant: Any) -> None:
    case, eva = shared_case()
    client = signed_in_contact(tenant, contact_of(eva))

    left = client.post(
        f"/help/issues/{case.number}/", {"action": "leave_out", "participant": eva.pk}
    )

    assert left.headers["Location"] == "/help/"
    assert client.get(f"/help/issues/{case.number}/").status_code == 404


def test_who_was_let_in_decides_about_nobody_else(tenant: Any) -> None:
    case, eva = shared_case()
    ask_in(
        case,
        copied=[Copied(address="bob@example.net", name="Bob Ray")],
        message=case.messages.get(),
        actor=Actor.system("test"),
        at=AT,
    )
    bob = Participant.objects.get(address="bob@example.net")
    client = signed_in_contact(tenant, contact_of(eva))

    page = client.get(f"/help/issues/{case.number}/").content.decode()
    refused = client.post(
        f"/help/issues/{case.number}/", {"action": "let_in", "participant": bob.pk}
    )

    assert "Bob Ray" not in page
    assert refused.status_code == 403
    bob.refresh_from_db()
    assert bob.state == "asked"


def test_nonsense_instead_of_a_person_is_not_found(tenant: Any) -> None:
    case, _eva = shared_case()
    client = signed_in_contact(tenant, case.contact)

    for nonsense in ("", "x", "-1", "9" * 40, "\N{SUPERSCRIPT TWO}"):
        answer = client.post(
            f"/help/issues/{case.number}/", {"action": "let_in", "participant": nonsense}
        )
        assert answer.status_code == 404, nonsense


def test_programs_of_those_let_in_learn_and_say_no_more_than_they_do(tenant: Any) -> None:
    case, eva = shared_case()
    bob = Copied(address="bob@example.net", name="Bob Ray")
    message, actor = case.messages.earliest("id"), Actor.system("test")
    ask_in(case, copied=[bob], message=message, actor=actor, at=AT)
    resolve_case(case_id=case.pk, actor=make_actor(), at=AT + HOUR)
    own, guest = (
        caller_as(tenant, Role.CONTACT, contact=contact)
        for contact in (case.contact, contact_of(eva))
    )
    path = f"cases/{case.number}"

    people = [caller.get(f"{path}/participants").json()["results"] for caller in (own, guest)]
    said = [guest.post(f"{path}/{word}", {}) for word in ("it-works", "it-still-happens")]

    assert [[(one["name"], one["address"]) for one in seen] for seen in people] == [
        [("Eva Lind", "eva@example.net"), ("Bob Ray", "bob@example.net")],
        [("Eva Lind", "")],
    ]
    assert [(one.status_code, one.json()["code"]) for one in said] == [(403, "not_yours")] * 2
    assert own.post(f"{path}/it-works", {}).status_code == 200
