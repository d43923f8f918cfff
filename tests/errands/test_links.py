"""A link decides once, for one person, about one thing as it stood; looking at it does nothing."""

import re

import pytest
from django.test import Client
from django.utils.timezone import now

from problems.fixing import put_fix_in_place, record_root_cause
from problems.handing import accept_problem
from problems.models import Problem
from servicedesk.mail.acting import carry_out, errand_about, standing_of
from servicedesk.mail.addresses import errand_of_word
from servicedesk.mail.commands import Deed
from servicedesk.mail.errands import LASTS, Way
from servicedesk.mail.standing import ErrandOver, NotNow
from servicedesk.notifications.composing import letter_for
from servicedesk.notifications.models import Notification
from tests.errands.deciding import SYSTEM, Waiting, make_waiting
from tests.hearing import hear_everything, told
from tests.make import DAY, make_user
from tests.surfaces.signing_in import client_at
from workflow.history.models import Entry
from workflow.people.models import Membership
from workflow.people.permissions import Role
from workflow.staffing import deactivate_user
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope


@pytest.fixture
def waiting(tenant: Tenant) -> Waiting:
    """A problem that waits for Payments."""
    return make_waiting()


@pytest.fixture
def browser(tenant: Tenant) -> Client:
    """A browser in which nobody is signed in."""
    return client_at(tenant)


def path_of(word: str) -> str:
    return f"/decide/{word}/"


def test_the_mail_about_a_new_problem_brings_link_and_first_lines(
    waiting: Waiting, browser: Client
) -> None:
    hear_everything()
    notification = Notification.objects.select_related("user", "problem", "tenant").get(
        kind="assigned", user=waiting.member
    )

    letter = letter_for(notification, recipient=waiting.member.email, at=now())
    (path,) = re.findall(r"(/decide/\S+)", letter.text)

    assert "  accept\n  refuse: …\n  refuse to DEPARTMENT: …\n" in letter.text
    assert letter.reply_to == waiting.address()
    assert browser.get(path).status_code == 200


def test_looking_changes_nothing_and_the_form_accepts_once(
    waiting: Waiting, browser: Client
) -> None:
    path = path_of(waiting.word())
    looked = [browser.get(path), browser.head(path), browser.get(path)]
    before = waiting.stands

    accepted = browser.post(path, {"deed": "accept"}, follow=True)
    again = browser.post(path, {"deed": "accept"})

    assert [answer.status_code for answer in looked] == [200, 200, 200]
    assert looked[0]["Referrer-Policy"] == "no-referrer"
    assert "no-store" in looked[0]["Cache-Control"]
    assert before == ("assess", "Payments")
    assert "Accepted. The problem is yours." in accepted.content.decode()
    assert waiting.stands == ("root_cause", "Payments")
    assert (
        again.status_code,
        "It is now: Looking for the cause, Payments" in again.content.decode(),
    ) == (
        409,
        True,
    )
    entry = Entry.objects.filter(subject_kind="problem", action="problem.accepted").get()
    assert (entry.actor_id, entry.source) == (waiting.member.pk, "mail")


def test_what_is_next_goes_to_the_persons_own_mailbox(waiting: Waiting, browser: Client) -> None:
    browser.post(path_of(waiting.word()), {"deed": "accept"})
    (notification,) = told("acted")

    letter = letter_for(notification, recipient=waiting.member.email, at=now())

    assert "You accepted it: it is yours." in letter.text
    assert "  done: …\n  hand over to DEPARTMENT: …" in letter.text
    assert letter.reply_to == waiting.address()


def test_a_refusal_needs_a_reason_and_keeps_what_was_written(
    waiting: Waiting, browser: Client
) -> None:
    path = path_of(waiting.word())

    without = browser.post(path, {"deed": "refuse", "text": " ", "department": waiting.cards.pk})
    refused = browser.post(
        path, {"deed": "refuse", "text": "They print cards.", "department": waiting.cards.pk}
    )

    assert without.status_code == 422 or "A reason is needed" in without.content.decode()
    assert refused.status_code == 302
    assert waiting.stands == ("assess", "Cards")
    assert waiting.problem.legs.latest("position").reason == "They print cards."


def test_a_link_hands_over_and_says_that_a_step_is_done(waiting: Waiting, browser: Client) -> None:
    browser.post(path_of(waiting.word()), {"deed": "accept"})

    browser.post(path_of(waiting.word()), {"deed": "done", "text": "A job ran twice."})
    browser.post(path_of(waiting.word()), {"deed": "done", "text": "Switched off."})
    browser.post(
        path_of(waiting.word()),
        {"deed": "hand_over", "text": "Yours to watch.", "department": waiting.cards.pk},
    )

    assert waiting.stands == ("assess", "Cards")
    assert (waiting.problem.root_cause, waiting.problem.fix) == (
        "A job ran twice.",
        "Switched off.",
    )


def test_that_a_fix_holds_is_decided_on_a_page_and_not_by_a_line_of_mail(waiting: Waiting) -> None:
    problem_id = waiting.problem.pk
    accept_problem(problem_id=problem_id, actor=SYSTEM, at=now())
    record_root_cause(
        problem_id=problem_id, root_cause="x", public_cause="", actor=SYSTEM, at=now()
    )
    put_fix_in_place(problem_id=problem_id, fix="y", actor=SYSTEM, at=now())
    errand = errand_about(Problem.objects.get(pk=problem_id), user_id=waiting.member.pk, at=now())

    with pytest.raises(NotNow):
        carry_out(errand, deed=Deed.DONE, way=Way.MAIL, text="Done.", at=now())
    carry_out(errand, deed=Deed.DONE, way=Way.LINK, text="Solved.", at=now())

    waiting.problem.refresh_from_db()
    assert waiting.problem.state == "resolved"


def test_a_lead_sends_on_what_came_back(waiting: Waiting, browser: Client) -> None:
    lead = make_user(Role.LEAD)
    browser.post(path_of(waiting.word()), {"deed": "refuse", "text": "Not ours."})
    back = waiting.stands

    browser.post(path_of(waiting.word(lead)), {"deed": "hand_over", "department": waiting.cards.pk})

    assert back == ("new", "Customer service")
    assert waiting.stands == ("assess", "Cards")


@pytest.mark.parametrize("gone", ["left", "other_department", "too_late"])
def test_a_link_is_over_for_whoever_left_and_after_a_week(waiting: Waiting, gone: str) -> None:
    errand = errand_of_word(waiting.word())
    assert errand is not None
    at = now()
    assert standing_of(errand, way=Way.LINK, at=at).deeds == (Deed.ACCEPT, Deed.REFUSE)

    if gone == "left":
        deactivate_user(user_id=waiting.member.pk, actor=SYSTEM, at=at)
    elif gone == "other_department":
        Membership.objects.filter(user=waiting.member).update(department=waiting.cards)
    else:
        at += LASTS + DAY

    with pytest.raises(ErrandOver):
        standing_of(errand, way=Way.LINK, at=at)
    with pytest.raises(ErrandOver):
        carry_out(errand, deed=Deed.ACCEPT, way=Way.LINK, text="", at=at)
    assert waiting.stands == ("assess", "Payments")


def test_what_is_over_says_nothing_of_what_it_was_about(waiting: Waiting, browser: Client) -> None:
    word = waiting.word()
    deactivate_user(user_id=waiting.member.pk, actor=SYSTEM, at=now())

    answers = [
        browser.get(path_of(word)),
        browser.post(path_of(word), {"deed": "accept"}),
        browser.get(path_of(waiting.word(waiting.stranger))),
        browser.get(path_of(word[:-1] + ("a" if word[-1] != "a" else "b"))),
        browser.get(path_of("x")),
    ]

    for answer in answers:
        assert answer.status_code == 410
        assert waiting.problem.title not in answer.content.decode()
        assert waiting.problem.name not in answer.content.decode()
    assert waiting.stands == ("assess", "Payments")


def test_a_word_of_another_tenant_is_over_here(waiting: Waiting, other_tenant: Tenant) -> None:
    word = waiting.word()
    at_theirs = client_at(other_tenant)

    with tenant_scope(other_tenant.pk):
        theirs = make_waiting()
        answer = at_theirs.post(path_of(word), {"deed": "accept"})
        stands = theirs.stands

    assert answer.status_code == 410
    assert stands == waiting.stands == ("assess", "Payments")


def test_nobody_decides_more_than_was_asked(waiting: Waiting, browser: Client) -> None:
    path = path_of(waiting.word())

    answers = [
        browser.post(path, {"deed": deed, "text": "x", "department": waiting.cards.pk})
        for deed in ("done", "hand_over", "approve", "", "resolve")
    ]

    assert {answer.status_code for answer in answers} <= {409, 422}
    assert waiting.stands == ("assess", "Payments")
