"""One case: who sees it, what is on its page, what can be done there, and that no text is lost."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.conversation import File, add_customer_message, answer_case, keep_files
from cases.events import CaseResolved
from cases.lifecycle import assign_case
from cases.models import Attachment, Case, CaseClock, Message
from cases.states import Channel
from problems.models import CaseLink
from tests.make import AT, HOUR, MINUTE, make_case, make_contact, make_problem, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import client_at, signed_in_staff
from workflow.outbox.models import OutboxEvent
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SYSTEM = Actor.system("test")


def page_of(case: Case) -> str:
    """Return the address of a case."""
    return f"/c/{case.number}/"


def suggest(case: Case, problem: Any) -> CaseLink:
    """Let the matching suggest a problem for a case."""
    return CaseLink.objects.create(
        case=case,
        problem=problem,
        kind="suggested",
        score=870,
        evidence={"words": [["taken twice", 2.0], ["649", 1.0]]},
        created_at=AT,
    )


# ---- who sees it -----------------------------------------------------------------------------


def test_an_agent_sees_a_case(tenant: Tenant) -> None:
    case = make_case(contact=make_contact("ingrid@example.org", name="Ingrid Solheim"))

    page = signed_in_staff(tenant, make_user()).get(page_of(case)).content.decode()

    for words in ("Charged twice", "You have taken 649", "Ingrid Solheim", "ingrid@example.org"):
        assert words in page


def test_a_case_of_another_tenant_is_not_found(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant.pk):
        theirs = [make_case() for _ in range(3)][-1]
    client = signed_in_staff(tenant, make_user())

    assert client.get(page_of(theirs)).status_code == 404
    for act in ("reply", "act", "link", "suggestion"):
        fields = {"body": "x", "visibility": "reply", "action": "reopen", "problem": "P-1"}
        answer = client.post(f"{page_of(theirs)}{act}/", {**fields, "decision": "link"})
        assert answer.status_code == 404, act


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("reply", {"body": "Hello", "visibility": "reply"}),
        ("act", {"action": "resolve", "solution": ""}),
        ("link", {"problem": "P-1", "decision": "link"}),
        ("suggestion", {"problem": "P-1", "decision": "link"}),
    ],
)
def test_a_reader_may_not_work_a_case(tenant: Tenant, act: str, fields: dict[str, str]) -> None:
    case = make_case()
    make_problem(cases=[make_case()])
    client = signed_in_staff(tenant, make_user(Role.READER))

    assert client.get(page_of(case)).status_code == 200
    assert client.post(f"{page_of(case)}{act}/", fields).status_code == 403
    assert Message.objects.filter(case=case).count() == 1


def test_nobody_works_a_case_without_signing_in(tenant: Tenant) -> None:
    case = make_case()

    answer = client_at(tenant).post(f"{page_of(case)}reply/", {"body": "x", "visibility": "note"})

    assert answer.status_code == 302
    assert Message.objects.count() == 1


# ---- to say something ------------------------------------------------------------------------


def test_a_reply_joins_the_conversation(tenant: Tenant) -> None:
    agent, case = make_user(name="Olav Hansen"), make_case()
    client = signed_in_staff(tenant, agent)

    answer = client.post(
        f"{page_of(case)}reply/",
        {"body": "We look\ninto it.", "visibility": "reply", "version": case.version},
    )

    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.state, case.owner_id) == ("open", agent.pk)
    page = client.get(page_of(case)).content.decode()
    assert "We look<br>\ninto it." in page
    assert "Reply sent." in page


def test_a_note_is_for_colleagues_and_needs_no_version(tenant: Tenant) -> None:
    case = make_case()
    client = signed_in_staff(tenant, make_user())

    client.post(f"{page_of(case)}reply/", {"body": "Same household.", "visibility": "note"})

    assert Message.objects.get(direction="note").text == "Same household."
    assert "internal note" in client.get(page_of(case)).content.decode()


def test_what_is_written_in_markdown_cannot_become_markup_of_its_own(tenant: Tenant) -> None:
    case = make_case(text="<script>alert(1)</script> from a customer")
    client = signed_in_staff(tenant, make_user())

    client.post(
        f"{page_of(case)}reply/",
        {"body": "<img src=x onerror=alert(2)> **bold**", "visibility": "note"},
    )

    page = client.get(page_of(case)).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "<strong>bold</strong>" in page


def test_an_empty_reply_says_so(tenant: Tenant) -> None:
    case = make_case()

    answer = signed_in_staff(tenant, make_user()).post(
        f"{page_of(case)}reply/", {"body": "  ", "visibility": "reply"}
    )

    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()


def test_who_comes_second_reads_why_and_keeps_the_text(tenant: Tenant) -> None:
    case = make_case()
    seen = case.version
    answer_case(case_id=case.pk, text="I was first.", actor=SYSTEM, at=AT + MINUTE)
    client = signed_in_staff(tenant, make_user())

    answer = client.post(
        f"{page_of(case)}reply/",
        {"body": "My long answer.", "visibility": "reply", "version": seen},
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody changed this case while you had it open." in page
    assert "My long answer.</textarea>" in page
    assert "I was first." in page
    case.refresh_from_db()
    assert f'name="version" value="{case.version}"' in page
    assert Message.objects.filter(text="My long answer.").count() == 0


def test_files_of_a_reply_are_kept(tenant: Tenant, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = make_case()
    client = signed_in_staff(tenant, make_user())

    client.post(
        f"{page_of(case)}reply/",
        {
            "body": "See the form.",
            "visibility": "reply",
            "files": [
                SimpleUploadedFile("form.pdf", b"%PDF-1"),
                SimpleUploadedFile("Übersicht.txt", b"abc"),
            ],
        },
    )

    assert sorted(Attachment.objects.values_list("name", "size")) == [
        ("form.pdf", 6),
        ("Übersicht.txt", 3),
    ]


def test_too_many_files_are_refused_and_the_text_is_kept(tenant: Tenant) -> None:
    case = make_case()
    files = [SimpleUploadedFile(f"{place}.txt", b"x") for place in range(11)]

    answer = signed_in_staff(tenant, make_user()).post(
        f"{page_of(case)}reply/", {"body": "All of them.", "visibility": "reply", "files": files}
    )

    assert answer.status_code == 422
    assert "All of them.</textarea>" in answer.content.decode()
    assert not Attachment.objects.exists()


# ---- to do something -------------------------------------------------------------------------


def test_a_case_is_taken_given_prioritised_and_pended(tenant: Tenant) -> None:
    agent, colleague, case = make_user(), make_user(name="Maya Lindqvist"), make_case()
    client = signed_in_staff(tenant, agent)

    def act(**fields: Any) -> None:
        case.refresh_from_db()
        answer = client.post(f"{page_of(case)}act/", {"version": case.version, **fields})
        assert answer.status_code == 302, answer.content.decode()[:2000]
        case.refresh_from_db()

    act(action="assign_to_me")
    assert (case.owner_id, case.state) == (agent.pk, "open")
    act(action="assign", to=f"user-{colleague.pk}")
    assert case.owner == colleague
    act(action="assign", to=f"queue-{case.queue_id}")
    assert not case.owner_id
    act(action="priority", priority="urgent")
    assert case.priority == 1
    act(action="pend", reason="Which invoice?")
    assert case.state == "pending"
    assert case.messages.get(direction="note").text == "Which invoice?"


def test_a_resolved_case_tells_the_solution_and_can_be_reopened(tenant: Tenant) -> None:
    case = make_case()
    client = signed_in_staff(tenant, make_user())

    client.post(f"{page_of(case)}act/", {"action": "resolve", "solution": "Paid back."})
    case.refresh_from_db()
    assert case.state == "resolved"
    assert case.messages.latest("id").text == "Paid back."
    # The answer tells it: no second mail says that it is solved.
    assert OutboxEvent.objects.get(kind=CaseResolved.kind).payload["is_silent"] is True

    client.post(f"{page_of(case)}act/", {"action": "reopen"})
    case.refresh_from_db()
    assert case.state == "open"


def test_a_case_may_be_resolved_without_a_word(tenant: Tenant) -> None:
    case = make_case()

    signed_in_staff(tenant, make_user()).post(
        f"{page_of(case)}act/", {"action": "resolve", "solution": ""}
    )

    case.refresh_from_db()
    assert case.state == "resolved"
    assert case.messages.count() == 1


def test_a_refused_act_keeps_what_was_typed(tenant: Tenant) -> None:
    case = make_case()
    seen = case.version
    assign_case(case_id=case.pk, owner=make_user(), queue=None, actor=SYSTEM, at=AT + MINUTE)

    answer = signed_in_staff(tenant, make_user()).post(
        f"{page_of(case)}act/",
        {"action": "resolve", "solution": "A careful solution.", "version": seen},
    )

    assert answer.status_code == 409
    assert "A careful solution.</textarea>" in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "open"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"action": "explode"}, 400),
        ({}, 400),
        ({"action": "priority", "priority": "9"}, 422),
        ({"action": "assign", "to": "user-999999"}, 409),
        ({"action": "assign", "to": "'; DROP TABLE"}, 422),
        ({"action": "resolve", "version": "-1"}, 422),
        ({"action": "resolve", "version": "9" * 40}, 422),
        ({"action": "reopen"}, 409),
    ],
)
def test_a_senseless_act_is_a_sentence(tenant: Tenant, fields: dict[str, str], status: int) -> None:
    case = make_case()

    answer = signed_in_staff(tenant, make_user()).post(f"{page_of(case)}act/", fields)

    assert answer.status_code == status
    case.refresh_from_db()
    assert (case.state, case.version) == ("new", 1)


# ---- its problem -----------------------------------------------------------------------------


def test_a_suggestion_is_shown_with_its_words_and_linked(tenant: Tenant) -> None:
    problem, case = make_problem(), make_case()
    suggest(case, problem)
    client = signed_in_staff(tenant, make_user())

    page = client.get(page_of(case)).content.decode()
    assert "87 % likely" in page
    assert "<mark>taken twice</mark>" in page

    client.post(f"{page_of(case)}suggestion/", {"problem": problem.name, "decision": "link"})
    case.refresh_from_db()
    assert case.state == "on_problem"
    page = client.get(page_of(case)).content.decode()
    assert "Unlink" in page
    assert "Waits for the fix of" in page


def test_a_rejected_suggestion_is_gone(tenant: Tenant) -> None:
    problem, case = make_problem(), make_case()
    suggest(case, problem)
    client = signed_in_staff(tenant, make_user())

    client.post(f"{page_of(case)}suggestion/", {"problem": problem.name, "decision": "reject"})

    assert CaseLink.objects.get(case=case).kind == "rejected"
    assert "% likely" not in client.get(page_of(case)).content.decode()


def test_a_case_is_linked_by_number_and_unlinked(tenant: Tenant) -> None:
    problem, case = make_problem(), make_case()
    client = signed_in_staff(tenant, make_user())

    client.post(f"{page_of(case)}link/", {"problem": f"p{problem.number}", "decision": "link"})
    assert CaseLink.objects.get(case=case).kind == "confirmed"

    client.post(f"{page_of(case)}link/", {"problem": problem.name, "decision": "unlink"})
    assert CaseLink.objects.get(case=case).kind == "rejected"


@pytest.mark.parametrize(
    ("written", "status", "says"),
    [
        ("P-99999", 404, "There is no problem P-99999 here."),
        ("what", 422, "is no number of a problem"),
        ("", 422, "This is empty. Write something first."),
    ],
)
def test_a_wrong_number_is_said_beside_the_field(
    tenant: Tenant, written: str, status: int, says: str
) -> None:
    case = make_case()

    answer = signed_in_staff(tenant, make_user()).post(
        f"{page_of(case)}link/", {"problem": written, "decision": "link"}
    )

    assert answer.status_code == status
    assert says in answer.content.decode()
    assert f'value="{written}"' in answer.content.decode()


# ---- what customers sent ---------------------------------------------------------------------


def test_a_mail_is_shown_in_a_frame_that_may_do_nothing(tenant: Tenant) -> None:
    case = make_case()
    message = add_customer_message(
        case_id=case.pk,
        contact=case.contact,
        text="Hello you",
        html="<p>Hello <b>you</b></p>",
        channel=Channel.MAIL,
        actor=SYSTEM,
        at=AT + MINUTE,
    )
    client = signed_in_staff(tenant, make_user())
    address = f"{page_of(case)}messages/{message.pk}/body/"

    answer = client.get(address)

    assert "<p>Hello <b>you</b></p>" in answer.content.decode()
    assert (
        answer.headers["Content-Security-Policy"]
        == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert f'src="{address}"' in client.get(page_of(case)).content.decode()


def test_a_file_is_saved_never_shown(tenant: Tenant, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = make_case()
    file = keep_files(
        case.messages.get(),
        [File(name="rechnung\r\n.html", content_type="text/html", content=b"<script>")],
        at=AT,
    )[0]
    client = signed_in_staff(tenant, make_user())

    answer = client.get(f"{page_of(case)}files/{file.pk}/")

    assert answer.content == b"<script>"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_messages_and_files_of_other_cases_are_not_found(
    tenant: Tenant, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    case, other = make_case(), make_case()
    message = other.messages.get()
    file = keep_files(message, [File(name="a", content_type="", content=b"x")], at=AT)[0]
    client = signed_in_staff(tenant, make_user())

    assert client.get(f"{page_of(case)}messages/{message.pk}/body/").status_code == 404
    assert client.get(f"{page_of(case)}files/{file.pk}/").status_code == 404
    assert client.get(f"{page_of(case)}files/{10**25}/").status_code == 404


def test_a_file_whose_bytes_are_gone_is_a_sentence(
    tenant: Tenant, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = make_case()
    file = keep_files(case.messages.get(), [File(name="a", content_type="", content=b"x")], at=AT)[
        0
    ]
    (tmp_path / file.key).unlink()

    answer = signed_in_staff(tenant, make_user()).get(f"{page_of(case)}files/{file.pk}/")

    assert answer.status_code == 404
    assert "not in the store" in answer.content.decode()


# ---- what it costs ---------------------------------------------------------------------------


def test_the_case_asks_the_same_for_a_short_and_a_long_conversation(tenant: Tenant) -> None:
    agent, contact = make_user(), make_contact()
    case = make_case(contact=contact)
    make_problem(cases=[case])
    make_case(contact=contact)
    client = signed_in_staff(tenant, agent)
    answer_case(
        case_id=case.pk,
        text="We look into it.",
        actor=Actor(**{**SYSTEM.__dict__, "kind": "user", "id": agent.pk}),
        at=AT + HOUR,
    )
    client.get(page_of(case))

    def queries_now() -> list[str]:
        # Whose host it is stays known for some seconds only: asked before anything is counted.
        client.get(page_of(case))
        with counted() as queries:
            assert client.get(page_of(case)).status_code == 200
        return queries

    few = queries_now()
    for place in range(18):
        make_problem(cases=[make_case(contact=contact, at=AT + place * MINUTE)])
        answer_case(case_id=case.pk, text="Still.", actor=SYSTEM, at=AT + HOUR + place * MINUTE)
    assert CaseClock.objects.count() > 30
    many = queries_now()

    assert len(few) == len(many), told(many)
    # Session, user with memberships; then the case, what is known of its customer, the list beside,
    # the counts of all queues, clocks, first links, the case's own links, messages, history,
    # what was sent, the problem's legs, to whom the case can go with the person's views.
    assert len(many) == 2 + 12, told(many)
