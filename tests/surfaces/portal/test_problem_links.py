"""Links in mails to those without a case open one problem's page, for a time, and nothing else."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from cases.mailed_links import without_secrets
from cases.passes import KEPT_FOR, LASTS, PassIsOver
from customers.models import Contact, PortalLink
from problems.affected import tell_once
from problems.broadcasting import tell_why_not_fixed
from problems.customer_following import follow_as_customer
from problems.lifecycle import end_problem_without_fix
from problems.merging import merge_problems
from problems.models import (
    Affected,
    Broadcast,
    ContactFollow,
    FixRating,
    Problem,
    ProblemPass,
    Told,
)
from problems.problem_passes import (
    end_passes,
    end_passes_of_contacts,
    follow_pass,
    forget_old_passes,
    leave_everywhere,
    make_pass,
)
from problems.states import Outcome
from servicedesk.notifications.broadcast_letters import letters_of_broadcasts
from servicedesk.notifications.broadcasts import carry_on
from servicedesk.pages.session import contact_actor
from servicedesk.portal.linked_problem import COOKIE
from tests.broadcasts.test_broadcasts import claimed, problem_of, publish
from tests.hearing import hear_everything
from tests.make import AT, HOUR, make_actor, make_contact, make_tenant
from tests.surfaces.portal.test_known import fix, known_problem
from tests.surfaces.signing_in import client_at
from workflow.outbox.models import Effect
from workflow.people.actors import NotPermitted
from workflow.people.authentication import digest_of
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SECRET = r"/help/about/([\w-]{32})/"


def affected(problem: Problem, *, language: str = "en") -> Contact:
    """Return a customer without a case who was told of a problem."""
    contact = make_contact()
    Contact.objects.filter(pk=contact.pk).update(language=language)
    row = Affected.objects.create(problem=problem, contact=contact, found="me_too", found_at=AT)
    tell_once([row], message="workaround:1", channel="mail", at=AT)
    return contact


def link_to(problem: Problem, contact: Contact, **given: Any) -> str:
    """Return the address of a new link to a problem for a contact."""
    word = make_pass(problem_id=problem.pk, contact_id=contact.pk, **{"at": now(), **given})
    return f"/help/about/{word}/"


def visitor(tenant: Tenant, problem: Problem, contact: Contact) -> Client:
    """Return a browser that has followed a link to a problem and nothing else."""
    client = client_at(tenant)
    client.get(link_to(problem, contact))
    return client


def test_no_mail_of_a_broadcast_lets_anybody_into_more_than_it_is_about(
    tenant: Tenant, django_assert_max_num_queries: Any
) -> None:
    problem = problem_of(1)
    for _ in range(3):
        Affected.objects.create(
            problem=problem, contact=make_contact(), found="me_too", found_at=AT
        )
    follower = make_contact()
    follow_as_customer(
        problem_id=problem.pk, contact_id=follower.pk, actor=contact_actor(follower), at=AT + HOUR
    )
    publish(problem)
    effects = Effect.objects.filter(key__startswith="workaround:").order_by("id")

    with django_assert_max_num_queries(20):
        letters = letters_of_broadcasts([claimed(one) for one in effects], at=now())
    texts = [one.text for one in letters.values()]

    assert len(texts) == 5
    assert not PortalLink.objects.exists()
    assert sum("/help/enter/" in text for text in texts) == 0
    assert sum("/help/open/" in text for text in texts) == 1
    secrets = {found[1] for text in texts if (found := re.search(SECRET, text))}
    assert len(secrets) == 4
    digests = set(ProblemPass.objects.values_list("digest", flat=True))
    assert digests == {digest_of(one) for one in secrets}
    assert not any(one in without_secrets("\n".join(texts)) for one in secrets)


def test_a_link_shows_one_problem_and_opens_nothing_else(tenant: Tenant) -> None:
    problem = known_problem()
    contact = affected(problem)
    other, stranger = known_problem(title="Another"), client_at(tenant)
    address = f"/help/linked-problem/{problem.number}/"

    client = client_at(tenant)
    head = client.head(link := link_to(problem, contact))
    followed = client.get(link)
    shown = client.get(address)

    assert (head.status_code, followed.status_code) == (200, 302)
    assert followed["Location"] == address
    assert followed.cookies[COOKIE]["path"] == address
    assert followed.cookies[COOKIE]["httponly"]
    assert followed["Referrer-Policy"] == "no-referrer"
    assert shown.status_code == 200
    assert "Direct debit taken twice" in shown.content.decode()
    assert contact.name in shown.content.decode()
    assert Told.objects.get(affected__contact=contact).seen_at is not None
    assert client.get("/help/issues/").status_code == 302
    assert client.get(f"/help/known/{problem.number}/").status_code in (302, 403)
    assert stranger.get(address).status_code == 302
    client.cookies[COOKIE]["path"] = "/"
    assert client.get(f"/help/linked-problem/{other.number}/").status_code == 410


def test_by_a_link_a_customer_says_what_the_page_asks(tenant: Tenant) -> None:
    problem = known_problem()
    mailed = make_contact()
    client = visitor(tenant, problem, mailed)
    address = f"/help/linked-problem/{problem.number}/"

    followed = client.post(address, {"action": "follow"})
    follows = ContactFollow.objects.filter(contact=mailed).exists()
    client.post(address, {"action": "me_too"})
    fix(problem)
    client.post(address, {"action": "it_works"})
    client.post(address, {"action": "rate", "feeling": "4", "comment": "You kept me posted."})
    page = client.get(address).content.decode()
    bad = client.post(address, {"action": "rate", "feeling": "9"})

    row = Affected.objects.get(contact=mailed)
    assert (followed.status_code, followed["Location"], follows) == (302, address, True)
    assert row.me_too_at is not None
    assert row.confirmed_at is not None
    assert FixRating.objects.get().comment == "You kept me posted."
    assert "You said: good." in page
    assert bad.status_code >= 400
    assert client.get(address, {"action": "it_works"}).status_code == 200


def test_a_link_ends_by_time_by_people_and_with_its_contact(tenant: Tenant) -> None:
    problem = known_problem()
    contact = affected(problem)
    agent, lead = make_actor(Role.AGENT), make_actor(Role.LEAD)
    own = contact_actor(contact)

    def is_open(word: str) -> bool:
        try:
            follow_pass(word=word, at=now())
        except PassIsOver:
            return False
        return True

    def fresh(**given: Any) -> str:
        return make_pass(problem_id=problem.pk, contact_id=contact.pk, **{"at": now(), **given})

    old, ends = fresh(at=now() - LASTS), fresh()
    was_open = is_open(ends)
    with pytest.raises(NotPermitted):
        end_passes(problem.pk, actor=agent, at=now())
    end_passes(problem.pk, actor=lead, at=now())
    by_lead, again = is_open(ends), fresh()
    end_passes(problem.pk, actor=own, at=now())
    by_customer, left = is_open(again), fresh()
    leave_everywhere(contact, actor=own, at=now())
    by_leaving, joined = is_open(left), fresh()
    end_passes_of_contacts([contact.pk], now())
    by_joining, silent = is_open(joined), fresh()
    Contact.objects.filter(pk=contact.pk).update(may_be_mailed=False)

    assert was_open
    assert not any((is_open(old), by_lead, by_customer, by_leaving, by_joining, is_open(silent)))
    assert forget_old_passes(at=now() + LASTS + KEPT_FOR) == ProblemPass.objects.count() + 6
    with tenant_scope(make_tenant().pk):
        assert not is_open(silent)


def test_whoever_was_told_that_it_stays_reads_why(tenant: Tenant) -> None:
    problem = known_problem()
    contact = affected(problem)
    lead = make_actor(Role.LEAD)
    end_problem_without_fix(
        problem_id=problem.pk, outcome=Outcome.RISK_ACCEPTED, reason="Inner words.",
        actor=lead, at=now(),
    )  # fmt: skip
    tell_why_not_fixed(problem_id=problem.pk, reason="It would take a year.", actor=lead, at=now())
    hear_everything()
    carry_on(Broadcast.objects.get(kind="wont_fix").pk, clock=now)

    page = visitor(tenant, problem, contact).get(f"/help/linked-problem/{problem.number}/")

    assert page.status_code == 200
    assert "It would take a year." in page.content.decode()
    assert "Inner words." not in page.content.decode()


def test_a_link_opens_what_its_problem_was_merged_into(tenant: Tenant) -> None:
    first, second, last = known_problem(), known_problem(), known_problem()
    contact, lead = affected(first), make_actor(Role.LEAD)
    early, link = visitor(tenant, first, contact), link_to(first, contact)
    for source, target in ((first, second), (second, last)):
        merge_problems(
            problem_id=source.pk, into_id=target.pk, reason="The same job.", actor=lead, at=now()
        )
    address = f"/help/linked-problem/{last.number}/"

    client = client_at(tenant)
    followed = client.get(link)
    stayed = early.get(f"/help/linked-problem/{first.number}/")
    pages = [one.get(address).status_code for one in (client, early)]
    between = client.get(f"/help/linked-problem/{second.number}/").status_code
    ended = end_passes(last.pk, actor=contact_actor(contact), at=now())

    assert (followed["Location"], stayed["Location"]) == (address, address)
    assert pages == [200, 200]
    assert between == 302
    assert ended == 2
    assert client.get(address).status_code == 410
