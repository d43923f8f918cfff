"""The guard stands before an answer leaves: by page, by interface, with a question, at the end."""

from typing import Any

from django.utils.timezone import now

from cases.models import Case, Message
from customers.models import Contact, Preference
from problems.questions import ask_customer
from servicedesk.pages.history_words import said
from tests.make import HOUR, make_actor, make_case, make_contact, make_problem, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.signing_in import signed_in_staff
from workflow.history.actions import Action
from workflow.history.models import Entry
from workflow.people.permissions import Role

ANSWER = "Please sign the form today, then the card leaves tomorrow."


def case_of_somebody_who_wants_a_call() -> Case:
    """Return a case whose customer asked to be called."""
    case = make_case(at=now() - HOUR)
    Preference.objects.create(contact=case.contact, wants_call=True)
    return case


def answers(case: Case) -> list[str]:
    """Return what we wrote in a case."""
    rows = Message.objects.filter(case=case, direction="out").order_by("id")
    return list(rows.values_list("text", flat=True))


def despite(case: Case) -> list[str]:
    """Return the warnings that were overruled, as the history keeps them."""
    entries = Entry.objects.filter(
        action=Action.CASE_ANSWERED, subject_kind="case", subject_id=case.pk
    ).order_by("id")
    return [entry.changes.get("despite", "") for entry in entries]


def test_a_warning_keeps_the_text_names_the_rule_and_offers_to_send_anyway(tenant: Any) -> None:
    case = case_of_somebody_who_wants_a_call()
    client = signed_in_staff(tenant, make_user(Role.AGENT))

    warned = client.post(f"/c/{case.number}/reply/", {"body": ANSWER, "visibility": "reply"})
    page = warned.content.decode()

    assert warned.status_code == 409
    assert "asked to be called instead of written to" in page
    assert ANSWER in page
    assert 'name="send_anyway"' in page
    assert answers(case) == []

    sent = client.post(
        f"/c/{case.number}/reply/",
        {"body": ANSWER, "visibility": "reply", "send_anyway": "yes"},
    )

    assert sent.status_code == 302
    assert answers(case) == [ANSWER]
    assert despite(case) == ["asked_for_call"]


def test_the_history_says_in_words_what_was_overruled() -> None:
    did = said(Action.CASE_ANSWERED, {"message": 7, "despite": "asked_for_call away gone"}).did

    assert did == "answered although the guard warned: “Asked for a call”, “Away”, “gone”"


def test_a_note_is_for_colleagues_and_not_guarded(tenant: Any) -> None:
    case = case_of_somebody_who_wants_a_call()
    client = signed_in_staff(tenant, make_user(Role.AGENT))

    kept = client.post(f"/c/{case.number}/reply/", {"body": ANSWER, "visibility": "note"})

    assert kept.status_code == 302


def test_what_is_stopped_offers_no_way_round(tenant: Any) -> None:
    case = make_case(at=now() - HOUR)
    Contact.objects.filter(pk=case.contact_id).update(may_be_mailed=False)
    client = signed_in_staff(tenant, make_user(Role.AGENT))

    stopped = client.post(
        f"/c/{case.number}/reply/",
        {"body": ANSWER, "visibility": "reply", "send_anyway": "yes"},
    )

    assert stopped.status_code == 409
    assert "asked us not to write" in stopped.content.decode()
    assert 'name="send_anyway"' not in stopped.content.decode()
    assert answers(case) == []


def test_the_last_answer_is_guarded_too(tenant: Any) -> None:
    case = case_of_somebody_who_wants_a_call()
    client = signed_in_staff(tenant, make_user(Role.AGENT))
    wish = {"action": "resolve", "solution": ANSWER}

    warned = client.post(f"/c/{case.number}/act/", wish)
    sent = client.post(f"/c/{case.number}/act/", {**wish, "send_anyway": "yes"})

    assert (warned.status_code, sent.status_code) == (409, 302)
    assert 'name="send_anyway"' in warned.content.decode()
    assert despite(case) == ["asked_for_call"]


def test_a_program_is_told_the_rules_and_may_send_anyway_what_is_only_warned_of(
    tenant: Any,
) -> None:
    case = case_of_somebody_who_wants_a_call()
    caller = caller_as(tenant, Role.AGENT)

    warned = caller.post(f"cases/{case.number}/messages/", {"text": ANSWER})
    resolved = caller.post(f"cases/{case.number}/resolve/", {"solution": ANSWER})
    sent = caller.post(f"cases/{case.number}/messages/", {"text": ANSWER, "send_anyway": True})

    assert (warned.status_code, warned.json()["code"]) == (409, "guard_warns")
    assert warned.json()["rules"] == ["asked_for_call"]
    assert (resolved.status_code, resolved.json()["code"]) == (409, "guard_warns")
    assert sent.status_code == 201
    assert answers(case) == [ANSWER]

    Contact.objects.filter(pk=case.contact_id).update(may_be_mailed=False)
    stopped = caller.post(
        f"cases/{case.number}/messages/", {"text": "And one more.", "send_anyway": True}
    )

    assert (stopped.status_code, stopped.json()["code"]) == (409, "guard_stops")
    assert stopped.json()["rules"] == ["opted_out"]


def test_a_question_of_a_department_is_guarded_on_its_way_to_the_customer(tenant: Any) -> None:
    case = case_of_somebody_who_wants_a_call()
    problem = make_problem(cases=[case], at=now() - HOUR)
    question = ask_customer(
        problem_id=problem.pk,
        case=case,
        text="When was it?",
        actor=make_actor(Role.LEAD),
        at=now(),
    )
    path = f"cases/{case.number}/questions/{question.pk}/send/"
    caller = caller_as(tenant, Role.AGENT)

    warned = caller.post(path, {"text": "When did it happen?"})
    sent = caller.post(path, {"text": "When did it happen?", "send_anyway": True})

    assert (warned.status_code, warned.json()["code"]) == (409, "guard_warns")
    assert sent.status_code == 200
    assert despite(case) == ["asked_for_call"]


def test_who_wants_no_call_is_answered_without_a_word(tenant: Any) -> None:
    case = make_case(contact=make_contact(), at=now() - HOUR)
    client = signed_in_staff(tenant, make_user(Role.AGENT))

    sent = client.post(f"/c/{case.number}/reply/", {"body": ANSWER, "visibility": "reply"})

    assert sent.status_code == 302
    assert despite(case) == [""]
