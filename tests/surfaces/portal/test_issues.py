"""A customer's own issues: seen by nobody else, written in, confirmed, reopened, begun."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from cases.lifecycle import resolve_case
from cases.models import Case, Message
from knowledge.authoring import publish_article
from knowledge.models import Article, Feedback, Offer
from knowledge.publishing import draft_known_error
from problems.closing import resolve_cases_of
from problems.customer_following import follow_as_customer
from problems.fixing import (
    publish_workaround,
    put_fix_in_place,
    record_root_cause,
    resolve_problem,
)
from problems.handing import accept_problem, route_problem
from problems.models import Affected, Problem
from servicedesk.pages.session import contact_actor
from tests.make import (
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_tenant,
    make_user,
)
from tests.surfaces.signing_in import client_at, signed_in_contact, signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SYSTEM = Actor.system("test")


def known_problem(title: str = "Direct debit taken twice") -> tuple[Problem, Article]:
    """Return a problem with a published article about its workaround."""
    case = make_case(contact=make_contact(), at=now())
    problem = make_problem(cases=[case], title=title, at=now())
    publish_workaround(
        problem_id=problem.pk, workaround="Ask your **bank**.", actor=SYSTEM, at=now()
    )
    article = draft_known_error(problem_id=problem.pk, actor=SYSTEM, at=now())
    publish_article(article_id=article.pk, actor=SYSTEM, at=now())
    return problem, article


def fixed_problem(case: Case) -> Problem:
    """Return a problem that was fixed for a case."""
    problem = make_problem(cases=[case], at=now())
    department = make_department()
    member = make_actor(Role.MEMBER, department=department)
    route_problem(problem_id=problem.pk, department=department, actor=SYSTEM, at=now())
    accept_problem(problem_id=problem.pk, actor=member, at=now())
    record_root_cause(
        problem_id=problem.pk, root_cause="A job.", public_cause="", actor=member, at=now()
    )
    put_fix_in_place(problem_id=problem.pk, fix="Job fixed.", actor=member, at=now())
    resolve_problem(problem_id=problem.pk, solution="It is over.", actor=member, at=now())
    resolve_cases_of(problem.pk, actor=SYSTEM, at=now())
    return problem


# ---- who sees what ---------------------------------------------------------------------------


def test_a_customer_sees_the_own_issues_and_no_others(tenant: Tenant) -> None:
    own = make_case(contact=make_contact(), subject="My card is gone")
    foreign = make_case(contact=make_contact(), subject="Somebody else's business")
    client = signed_in_contact(tenant, own.contact)

    page = client.get("/help/").content.decode()

    assert "My card is gone" in page
    assert "Somebody else" not in page
    assert client.get(f"/help/issues/{own.number}/").status_code == 200
    assert client.get(f"/help/issues/{foreign.number}/").status_code == 404
    assert client.get("/help/issues/999999999999999/").status_code == 404


def test_a_case_of_one_tenant_is_not_there_for_a_customer_of_another(tenant: Tenant) -> None:
    case = make_case()
    other = make_tenant()
    with tenant_scope(other.pk):
        stranger = make_contact("ingrid@example.org")
    client = signed_in_contact(other, stranger)

    answer = client.get(f"/help/issues/{case.number}/")

    assert answer.status_code == 404
    assert "Charged twice" not in answer.content.decode()


@pytest.mark.parametrize(
    "address", ["/help/", "/help/new/", "/help/issues/1/", "/help/issues/1/files/abc/"]
)
def test_strangers_and_staff_are_sent_to_sign_in(tenant: Tenant, address: str) -> None:
    agent = signed_in_staff(tenant, make_user(Role.AGENT))

    for client in (client_at(tenant), agent):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/help/sign-in/")


def test_the_list_costs_the_same_for_two_and_for_twenty(tenant: Tenant) -> None:
    contact = make_contact()
    client = signed_in_contact(tenant, contact)
    client.get("/help/")
    costs = []
    for count in (2, 18):
        for number in range(count):
            case = make_case(contact=contact, at=now())
            if number % 2:
                make_problem(cases=[case], at=now())
        with CaptureQueriesContext(connection) as captured:
            client.get("/help/")
        costs.append(len(captured))

    assert costs[0] == costs[1]


# ---- writing ---------------------------------------------------------------------------------


def test_a_message_joins_the_issue_with_its_files(
    tenant: Tenant, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = make_case(at=now())
    client = signed_in_contact(tenant, case.contact)
    bill = SimpleUploadedFile("bill.html", b"<script>alert(1)</script>", "text/html")

    answer = client.post(
        f"/help/issues/{case.number}/",
        {"action": "write", "body": "Here is the bill.", "files": [bill]},
    )

    assert answer.status_code == 302
    message = case.messages.latest("id")
    assert (message.text, message.channel) == ("Here is the bill.", "portal")
    key = message.attachments.get().key.rpartition("/")[2]
    fetched = client.get(f"/help/issues/{case.number}/files/{key}/")
    assert fetched.content == b"<script>alert(1)</script>"
    assert fetched["Content-Type"] == "application/octet-stream"
    assert fetched["Content-Disposition"].startswith("attachment")
    stranger = signed_in_contact(tenant, make_contact())
    assert stranger.get(f"/help/issues/{case.number}/files/{key}/").status_code == 404


def test_an_empty_message_is_refused_in_the_form(tenant: Tenant) -> None:
    case = make_case()
    client = signed_in_contact(tenant, case.contact)

    answer = client.post(f"/help/issues/{case.number}/", {"action": "write", "body": " "})

    assert answer.status_code == 422
    assert "There is nothing to send yet." in answer.content.decode()
    assert case.messages.count() == 1


@pytest.mark.parametrize("action", ["write", "still_happens"])
def test_a_message_that_is_too_long_is_refused_and_never_cut(tenant: Tenant, action: str) -> None:
    case = make_case()
    client = signed_in_contact(tenant, case.contact)

    answer = client.post(
        f"/help/issues/{case.number}/", {"action": action, "body": "Help! " * 40_000}
    )

    assert answer.status_code == 422
    assert "characters; there is room for 200000. Write it shorter." in " ".join(
        re.sub(r"<[^>]+>", "", answer.content.decode()).split()
    )
    assert case.messages.count() == 1


def test_nobody_writes_into_the_issue_of_another(tenant: Tenant) -> None:
    case = make_case()
    stranger = signed_in_contact(tenant, make_contact())

    answer = stranger.post(f"/help/issues/{case.number}/", {"action": "write", "body": "Hello"})

    assert answer.status_code == 404
    assert case.messages.count() == 1


def test_it_still_happens_reopens_the_issue(tenant: Tenant) -> None:
    case = make_case(at=now())
    problem = fixed_problem(case)
    client = signed_in_contact(tenant, case.contact)
    client.post(f"/help/issues/{case.number}/", {"action": "it_works"})

    client.post(f"/help/issues/{case.number}/", {"action": "still_happens"})

    case.refresh_from_db()
    assert case.state == "open"
    assert Affected.objects.get(problem=problem, contact=case.contact).confirmed_at is None


def test_it_works_now_is_kept_with_the_problem(tenant: Tenant) -> None:
    case = make_case(at=now())
    problem = fixed_problem(case)
    client = signed_in_contact(tenant, case.contact)

    client.post(f"/help/issues/{case.number}/", {"action": "it_works"})

    assert Affected.objects.get(problem=problem, contact=case.contact).confirmed_at is not None
    assert "It works now" not in client.get(f"/help/issues/{case.number}/").content.decode()


def test_it_works_now_ends_an_issue_that_has_no_problem(tenant: Tenant) -> None:
    case = make_case(at=now())
    resolve_case(case_id=case.pk, actor=SYSTEM, at=now())
    client = signed_in_contact(tenant, case.contact)

    client.post(f"/help/issues/{case.number}/", {"action": "it_works"})

    case.refresh_from_db()
    assert case.state == "closed"


def test_an_open_issue_cannot_be_confirmed(tenant: Tenant) -> None:
    case = make_case(at=now())
    make_problem(cases=[case], at=now())
    client = signed_in_contact(tenant, case.contact)

    answer = client.post(f"/help/issues/{case.number}/", {"action": "it_works"})

    assert answer.status_code == 409
    assert "We are still working on this." in answer.content.decode()


# ---- a new one -------------------------------------------------------------------------------

FORM = {"subject": "Something else entirely", "body": "The lift in your branch smells of fish."}


def test_a_new_issue_becomes_a_case_of_the_portal(tenant: Tenant) -> None:
    contact = make_contact()
    client = signed_in_contact(tenant, contact)

    answer = client.post("/help/new/", {**FORM, "wanted_outcome": "Fresh air"})

    case = Case.objects.get(contact=contact)
    assert answer["Location"] == f"/help/issues/{case.number}/"
    assert (case.channel, case.wanted_outcome) == ("portal", "Fresh air")
    assert Message.objects.get(case=case).text == FORM["body"]


@pytest.mark.parametrize("field", sorted(FORM))
def test_a_character_that_no_text_can_hold_is_refused(tenant: Tenant, field: str) -> None:
    client = signed_in_contact(tenant, make_contact())

    answer = client.post("/help/new/", {**FORM, field: "a\0b"})

    assert answer.status_code == 400
    assert "a character in it that no text can hold" in answer.content.decode()
    assert Case.objects.count() == 0


def test_an_address_with_such_a_character_is_refused_too(tenant: Tenant) -> None:
    case = make_case()
    client = signed_in_contact(tenant, case.contact)

    assert client.get(f"/help/issues/{case.number}/files/%00/").status_code == 400
    assert client.get("/help/?before=%00").status_code == 400


def test_what_is_missing_stands_in_the_form_beside_what_was_written(tenant: Tenant) -> None:
    client = signed_in_contact(tenant, make_contact())

    answer = client.post("/help/new/", {"subject": "Fish", "body": ""})

    assert answer.status_code == 422
    assert "Say what happened." in answer.content.decode()
    assert 'value="Fish"' in answer.content.decode()
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "length", "room"),
    [("subject", 251, 250), ("body", 200_001, 200_000), ("wanted_outcome", 4_001, 4_000)],
)
def test_a_new_issue_that_is_too_long_is_refused_at_its_field(
    tenant: Tenant, field: str, length: int, room: int
) -> None:
    client = signed_in_contact(tenant, make_contact())
    told = {"subject": "Fish", "body": "It is cold.", "wanted_outcome": "", "looked": "1"}

    answer = client.post("/help/new/", {**told, field: length * "x"})

    assert answer.status_code == 422
    assert f"has {length} characters; there is room for {room}." in answer.content.decode()
    assert Case.objects.count() == 0


def test_a_known_problem_is_offered_before_the_issue_is_sent(tenant: Tenant) -> None:
    problem, article = known_problem()
    contact = make_contact()
    client = signed_in_contact(tenant, contact)
    text = {
        "subject": "Direct debit taken twice",
        "body": "The amount is collected a second time some days later. You have taken 649 twice.",
    }

    asked = client.post("/help/new/", text)

    assert asked.status_code == 200
    assert "Is it one of these?" in asked.content.decode()
    assert text["body"] in asked.content.decode()
    assert Case.objects.filter(contact=contact).count() == 0
    joined = client.post(f"/help/a/{article.number}/me-too/")
    assert joined["Location"] == f"/help/a/{article.number}/"
    assert Affected.objects.get(problem=problem, contact=contact).found == "me_too"
    sent = client.post("/help/new/", {**text, "looked": "1"})
    assert sent.status_code == 302
    assert Case.objects.filter(contact=contact).count() == 1


def test_an_unpublished_problem_is_offered_to_nobody(tenant: Tenant) -> None:
    make_problem(cases=[make_case(contact=make_contact())])
    client = signed_in_contact(tenant, make_contact())

    answer = client.post(
        "/help/new/", {"subject": "Direct debit taken twice", "body": "Collected a second time."}
    )

    assert answer.status_code == 302
    assert "Direct debit taken twice" not in client.get("/help/known/").content.decode()


def test_looking_while_somebody_writes_leaves_the_send_button_alone(tenant: Tenant) -> None:
    """A form that is asking takes no click: the first press of Send would be swallowed."""
    page = signed_in_contact(tenant, make_contact()).get("/help/new/").content.decode()

    assert 'hx-indicator="#likely"' in page


def test_known_problems_are_offered_while_writing(tenant: Tenant) -> None:
    known_problem()
    client = signed_in_contact(tenant, make_contact())

    answer = client.post(
        "/help/new/likely/",
        {"subject": "Direct debit taken twice", "body": "Collected a second time."},
        HTTP_HX_REQUEST="true",
    )

    assert "I have this too" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_what_was_shown_while_writing_is_kept_opened_and_joined(tenant: Tenant) -> None:
    problem, article = known_problem()
    client = signed_in_contact(tenant, make_contact())
    wish = {"subject": "Direct debit taken twice", "body": "Collected a second time."}

    part = client.post("/help/new/likely/", wish, HTTP_HX_REQUEST="true").content.decode()
    address = f"/help/a/{article.number}/?shown=1"
    client.get(address)
    opened = Offer.objects.get(problem=problem)
    client.post(f"/help/a/{article.number}/me-too/")

    assert address in part
    assert (opened.door, opened.opened_at is not None, opened.used_at) == ("portal", True, None)
    opened.refresh_from_db()
    assert opened.used_at is not None
    assert opened.case is None


def test_what_was_shown_belongs_to_the_issue_that_is_sent_all_the_same(tenant: Tenant) -> None:
    problem, _article = known_problem()
    contact = make_contact()
    client = signed_in_contact(tenant, contact)
    wish = {"subject": "Direct debit taken twice", "body": "Collected a second time."}
    client.post("/help/new/likely/", wish, HTTP_HX_REQUEST="true")

    client.post("/help/new/", {**wish, "looked": "1"})

    assert Offer.objects.get(problem=problem).case == Case.objects.get(contact=contact)


def test_what_is_not_published_is_not_shown_while_writing(tenant: Tenant) -> None:
    make_problem(title="Direct debit taken twice")
    client = signed_in_contact(tenant, make_contact())

    part = client.post(
        "/help/new/likely/",
        {"subject": "Direct debit taken twice", "body": "Collected a second time."},
        HTTP_HX_REQUEST="true",
    ).content.decode()

    assert "Direct debit" not in part
    assert not Offer.objects.exists()


# ---- reading ---------------------------------------------------------------------------------


def test_everybody_may_read_what_is_published_and_nothing_else(tenant: Tenant) -> None:
    problem, article = known_problem()
    Problem.objects.filter(pk=problem.pk).update(title="Inner title", root_cause="Inner cause")
    visitor = client_at(tenant)

    listed = visitor.get("/help/known/").content.decode()
    page = visitor.get(f"/help/a/{article.number}/").content.decode()

    assert "Direct debit taken twice" in listed
    assert "<strong>bank</strong>" in page
    assert "Inner" not in listed + page
    Article.objects.update(state="draft")
    assert visitor.get(f"/help/a/{article.number}/").status_code == 404
    assert "Direct debit taken twice" not in visitor.get("/help/known/").content.decode()


def test_a_customer_says_whether_an_article_helped(tenant: Tenant) -> None:
    _problem, article = known_problem()
    contact = make_contact()
    client = signed_in_contact(tenant, contact)

    client.post(f"/help/a/{article.number}/", {"action": "not_helped"})
    client.post(f"/help/a/{article.number}/", {"action": "helped"})

    assert Feedback.objects.get(contact=contact).helped is True
    visitor = client_at(tenant).post(f"/help/a/{article.number}/", {"action": "helped"})
    assert visitor["Location"] == "/help/sign-in/"
    assert Feedback.objects.count() == 1


def test_me_too_needs_a_known_problem_that_is_open(tenant: Tenant) -> None:
    _problem, article = known_problem()
    Article.objects.update(state="draft")
    client = signed_in_contact(tenant, make_contact())

    assert client.post(f"/help/a/{article.number}/me-too/").status_code == 404
    assert client.get(f"/help/a/{article.number}/me-too/").status_code == 405


def test_whoever_only_follows_may_still_say_me_too(tenant: Tenant) -> None:
    problem, article = known_problem()
    follows = make_contact()
    follow_as_customer(
        problem_id=problem.pk, contact_id=follows.pk, actor=contact_actor(follows), at=now()
    )
    client = signed_in_contact(tenant, follows)
    address = f"/help/a/{article.number}/me-too/"

    before = client.get(f"/help/a/{article.number}/").content.decode()
    client.post(address)
    after = client.get(f"/help/a/{article.number}/").content.decode()

    assert address in before
    assert address not in after
