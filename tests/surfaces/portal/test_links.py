"""Links in mails open one case for a time, without sign-in, and never more than this one case."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from cases.conversation import answer_case
from cases.lifecycle import close_case, mark_spam, resolve_case
from cases.models import Case, CasePass, Message, Participant
from cases.participants import Copied, ask_in, let_in, remove_participant
from cases.passes import (
    KEPT_FOR,
    LASTS,
    PassIsOver,
    end_passes,
    follow_pass,
    forget_old_passes,
    leave_everywhere,
    make_pass,
)
from problems.affected import affected_by, tell_once
from problems.models import Affected, Told
from servicedesk.limits import allow
from servicedesk.notifications.composing import letter_for
from servicedesk.notifications.models import Notification
from servicedesk.pages.session import contact_actor
from servicedesk.portal.linked import COOKIE, IN, LOOKS_AT_MOST
from servicedesk.portal.new_issue import LOOKS_AT_MOST as LIKELY_AT_MOST
from tests.hearing import hear_everything
from tests.make import make_actor, make_case, make_contact, make_problem, make_tenant
from tests.surfaces.signing_in import client_at, signed_in_contact
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted
from workflow.people.authentication import digest_of
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SYSTEM = Actor.system("test")


def link_to(case: Case, **given: Any) -> str:
    """Return the address of a new link to a case for its contact."""
    word = make_pass(case_id=case.pk, contact_id=case.contact_id, **{"at": now(), **given})
    return f"/help/open/{word}/"


def visitor_of(tenant: Tenant, case: Case) -> Client:
    """Return a browser that has followed a link to a case and nothing else."""
    client = client_at(tenant)
    client.get(link_to(case))
    return client


def test_a_mail_about_a_case_carries_a_link_that_opens_it(tenant: Tenant) -> None:
    case = make_case(at=now())
    answer_case(case_id=case.pk, text="We look into it.", actor=make_actor(), at=now())
    hear_everything()
    letter = letter_for(Notification.objects.get(kind="answer"), recipient="x@y.example", at=now())
    [address] = re.findall(r"http://\S+?(/help/open/\S+)", letter.text)
    client = client_at(tenant)

    answer = client.get(address)
    page = client.get(answer["Location"]).content.decode()

    assert answer["Location"] == f"/help/linked/{case.number}/"
    assert (answer["Referrer-Policy"], answer["Cache-Control"]) == (
        "no-referrer",
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    assert answer.cookies[COOKIE]["httponly"]
    assert answer.cookies[COOKIE]["path"] == f"/help/linked/{case.number}/"
    assert "We look into it." in page
    assert "opens this issue alone" in page
    assert "portal" not in answer.cookies


def test_a_link_opens_nothing_but_its_case(tenant: Tenant) -> None:
    contact = make_contact()
    case, another = make_case(contact=contact), make_case(contact=contact)
    strangers = make_case(contact=make_contact())
    client = visitor_of(tenant, case)
    word = client.cookies[COOKIE].value

    for number in (another.number, strangers.number, 999_999):
        # The cookie is bound to one path; whoever carries it elsewhere gets nothing there either.
        client.cookies[COOKIE] = word
        client.cookies[COOKIE]["path"] = "/"
        assert client.get(f"/help/linked/{number}/").status_code == 410
        assert client.post(f"/help/linked/{number}/", {"action": "write"}).status_code == 410
        assert client.get(f"/help/linked/{number}/files/x/").status_code == 410
    for address in (
        "/help/",
        "/help/issues/",
        f"/help/issues/{case.number}/",
        "/help/preferences/",
    ):
        assert client.get(address)["Location"].startswith("/help/sign-in/")
    assert client.get(f"/help/linked/{case.number}/").status_code == 200


def test_by_a_link_the_customer_writes_and_cannot_do_what_is_not_about_the_case(
    tenant: Tenant,
) -> None:
    case = make_case()
    client = visitor_of(tenant, case)
    address = f"/help/linked/{case.number}/"

    answer = client.post(address, {"action": "write", "body": "It happened again."})

    assert answer["Location"] == address
    assert Message.objects.filter(case=case, text="It happened again.").exists()
    for action in ("tell_me", "let_in", "leave_out", "dance"):
        assert client.post(address, {"action": action}).status_code == 400


def test_by_a_link_the_customer_says_that_it_still_happens(tenant: Tenant) -> None:
    case = make_case()
    resolve_case(case_id=case.pk, actor=make_actor(), at=now())

    visitor_of(tenant, case).post(f"/help/linked/{case.number}/", {"action": "still_happens"})

    case.refresh_from_db()
    assert case.is_open


def test_a_message_to_a_closed_case_begins_one_that_the_link_does_not_open(
    tenant: Tenant,
) -> None:
    case = make_case()
    resolve_case(case_id=case.pk, actor=make_actor(), at=now())
    close_case(case_id=case.pk, actor=SYSTEM, at=now())
    client = visitor_of(tenant, case)
    address = f"/help/linked/{case.number}/"

    answer = client.post(address, {"action": "write", "body": "Once more."})

    begun = Case.objects.exclude(pk=case.pk).get()
    assert answer["Location"] == address
    assert client.get(f"/help/linked/{begun.number}/").status_code == 410


def test_who_is_signed_in_already_goes_to_the_issue(tenant: Tenant) -> None:
    case = make_case()
    client = signed_in_contact(tenant, case.contact)

    answer = client.get(link_to(case))

    assert answer["Location"] == f"/help/issues/{case.number}/"
    assert COOKIE not in answer.cookies


def test_only_the_hash_of_a_secret_is_kept_and_each_is_another(tenant: Tenant) -> None:
    case = make_case()
    words = {link_to(case).split("/")[3] for _ in range(20)}

    kept = set(CasePass.objects.values_list("digest", flat=True))

    assert kept == {digest_of(word) for word in words}
    assert len(kept) == 20
    assert min(map(len, words)) >= 32


def test_a_program_that_asks_for_the_head_only_follows_nothing(tenant: Tenant) -> None:
    case = make_case()

    answer = client_at(tenant).head(link_to(case))

    assert (answer.status_code, answer.cookies) == (200, {})
    assert CasePass.objects.get().used_at is None


@pytest.mark.parametrize(
    "end",
    ["too_old", "by_customer", "by_agent", "everywhere", "spam"],
)
def test_a_link_that_is_over_opens_nothing_and_says_how_to_get_another(
    tenant: Tenant, end: str
) -> None:
    case = make_case()
    address = link_to(case, at=now() - LASTS if end == "too_old" else now())
    client = client_at(tenant)
    assert client.get(address).status_code == (410 if end == "too_old" else 302)
    customer = contact_actor(case.contact)
    if end == "by_customer":
        client.post(f"/help/linked/{case.number}/", {"action": "end_links"})
    elif end == "by_agent":
        end_passes(case.pk, actor=make_actor(), at=now())
    elif end == "everywhere":
        leave_everywhere(case.contact, actor=customer, at=now())
    elif end == "spam":
        mark_spam(case_id=case.pk, actor=make_actor(), at=now())

    linked = [] if end == "too_old" else [f"/help/linked/{case.number}/"]
    for over in (address, *linked):
        answer = client.get(over)
        assert answer.status_code == 410
        assert "This link is no longer valid." in answer.content.decode()
        assert "Send me the link" in answer.content.decode()


def test_an_agent_ends_everybodys_links_and_a_customer_the_own_ones(tenant: Tenant) -> None:
    case = make_case()
    link_to(case)
    other = make_contact()
    [copied] = asked_in(case, "amir@example.org")
    let_in(case_id=case.pk, participant_id=copied, actor=make_actor(), at=now())
    theirs = make_pass(case_id=case.pk, contact_id=contact_of(copied), at=now())

    ended = end_passes(case.pk, actor=contact_actor(case.contact), at=now())

    assert ended == 1
    assert follow_pass(word=theirs, at=now()).case_id == case.pk
    with pytest.raises(NotPermitted):
        end_passes(case.pk, actor=make_actor(Role.READER), at=now())
    assert end_passes(case.pk, actor=contact_actor(other), at=now()) == 0
    assert end_passes(case.pk, actor=make_actor(), at=now()) == 1
    entries = Entry.objects.filter(action="case.links_ended").order_by("pk")
    assert [entry.changes for entry in entries] == [{"ended": 1}, {"ended": 1}]


def asked_in(case: Case, *addresses: str) -> list[int]:
    """Return the ids of people copied in a message of a case."""
    message = case.messages.earliest("pk")
    copied = [Copied(address=address, name="Amir") for address in addresses]
    ask_in(case, copied=copied, message=message, actor=SYSTEM, at=now())
    return list(case.participants.values_list("pk", flat=True))


def contact_of(participant_id: int) -> int:
    """Return the contact behind a participant who was let in."""
    contact_id = Participant.objects.get(pk=participant_id).contact_id
    assert contact_id is not None
    return contact_id


def test_who_is_taken_out_of_a_case_finds_the_link_over(tenant: Tenant) -> None:
    case = make_case()
    [copied] = asked_in(case, "amir@example.org")
    agent = make_actor()
    let_in(case_id=case.pk, participant_id=copied, actor=agent, at=now())
    word = make_pass(case_id=case.pk, contact_id=contact_of(copied), at=now())
    assert follow_pass(word=word, at=now()).case_id == case.pk

    remove_participant(case_id=case.pk, participant_id=copied, actor=agent, at=now())

    with pytest.raises(PassIsOver):
        follow_pass(word=word, at=now())


def test_a_link_of_one_tenant_opens_nothing_at_another(tenant: Tenant) -> None:
    address = link_to(make_case())
    other = make_tenant()

    with tenant_scope(other.pk):
        assert client_at(other).get(address).status_code == 410
    assert client_at(tenant).get(address).status_code == 302


def test_a_link_that_was_followed_says_that_what_was_told_is_seen(tenant: Tenant) -> None:
    case = make_case()
    problem = make_problem(cases=[case])
    tell_once(affected_by(problem.pk), message="workaround:1", channel="mail", at=now())
    client = visitor_of(tenant, case)
    address = f"/help/linked/{case.number}/"

    client.get(address, headers={"Sec-Purpose": "prefetch"})
    assert Told.objects.get().seen_at is None
    client.get(address)

    assert Told.objects.get().seen_at is not None
    assert Affected.objects.get().seen_at is not None


def test_old_links_are_forgotten_and_live_ones_are_not(tenant: Tenant) -> None:
    case = make_case()
    link_to(case, at=now() - LASTS - KEPT_FOR - timedelta(days=1))
    link_to(case)

    assert forget_old_passes(at=now()) == 1
    assert CasePass.objects.count() == 1


# ---- limits ----------------------------------------------------------------------------------


def use_up(key: str, *, at_most: int) -> None:
    """Use a limit up, for this minute and the next one."""
    for at in (now(), now() + IN):
        for _ in range(at_most):
            allow(key, at_most=at_most, per=IN, at=at)


def test_who_tries_links_by_the_dozen_is_refused(tenant: Tenant) -> None:
    address = link_to(make_case())
    assert client_at(tenant).get(address).status_code == 302

    use_up(f"portal:link:{digest_of('127.0.0.1')}", at_most=LOOKS_AT_MOST)

    assert client_at(tenant).get(address).status_code == 429
    assert client_at(tenant).get("/help/linked/1/").status_code == 429


def test_asking_what_is_known_while_writing_has_a_limit_and_sending_has_none(
    tenant: Tenant,
) -> None:
    contact = make_contact()
    client = signed_in_contact(tenant, contact)
    wish = {"subject": "Direct debit taken twice", "body": "Collected a second time."}
    assert client.post("/help/new/likely/", wish, HTTP_HX_REQUEST="true").status_code == 200

    use_up(f"portal:likely:{contact.pk}", at_most=LIKELY_AT_MOST)

    refused = client.post("/help/new/likely/", wish, HTTP_HX_REQUEST="true")
    assert refused.status_code == 429
    assert "Write on and send it" in refused.content.decode()
    assert client.post("/help/new/", {**wish, "looked": "1"}).status_code == 302
    other = signed_in_contact(tenant, make_contact())
    assert other.post("/help/new/likely/", wish, HTTP_HX_REQUEST="true").status_code == 200
