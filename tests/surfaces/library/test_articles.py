"""Articles: drafted, revised, published and retired by those who may; others read."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from knowledge.authoring import draft_article, publish_article
from knowledge.feedback import say_whether_it_helped
from knowledge.models import Article
from servicedesk.pages.session import contact_actor
from tests.make import make_case, make_contact, make_problem, make_tenant, make_user
from tests.surfaces.signing_in import client_at, signed_in_contact, signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SYSTEM = Actor.system("test")


def make_article(title: str = "When does a refund arrive?", **fields: Any) -> Article:
    """Return a draft."""
    return draft_article(title=title, body="Within **two** days.", actor=SYSTEM, at=now(), **fields)


@pytest.fixture
def lead(tenant: Tenant) -> Client:
    """The browser of somebody who may publish."""
    return signed_in_staff(tenant, make_user(Role.LEAD))


@pytest.fixture
def agent(tenant: Tenant) -> Client:
    """The browser of somebody who may write and not publish."""
    return signed_in_staff(tenant, make_user(Role.AGENT, name="Olav Hansen"))


def test_the_list_shows_articles_with_state_problem_and_author(agent: Client) -> None:
    make_article(problem=make_problem())
    agent.post("/kb/", {"title": "How to change a PIN", "body": "In the app."})

    page = agent.get("/kb/").content.decode()

    assert "When does a refund arrive?" in page
    assert "P-1" in page
    assert "How to change a PIN" in page
    assert "Olav Hansen" in page
    assert "When does" not in agent.get("/kb/?state=published").content.decode()


def test_the_list_costs_the_same_for_few_and_for_many(agent: Client) -> None:
    costs = []
    for count in (2, 18):
        for number in range(count):
            make_article(f"{count} {number}")
        agent.get("/kb/")
        with CaptureQueriesContext(connection) as captured:
            agent.get("/kb/")
        costs.append(len(captured))

    assert costs[0] == costs[1]


def test_an_article_without_words_is_refused_in_the_form(agent: Client) -> None:
    answer = agent.post("/kb/", {"title": "How to change a PIN", "body": " "})

    assert answer.status_code == 422
    assert "An article needs a title and a text." in answer.content.decode()
    assert not Article.objects.exists()


def test_an_article_is_revised_and_keeps_its_versions(agent: Client) -> None:
    article = make_article()

    agent.post(
        f"/kb/{article.number}/",
        {"action": "save", "title": "Refunds", "body": "Within *three* days.", "version": "1"},
    )

    page = agent.get(f"/kb/{article.number}/").content.decode()
    assert "<em>three</em>" in page
    assert article.versions.count() == 2
    assert "wrote version 2 of the article" in page


def test_two_who_revise_at_once_lose_nothing(agent: Client, lead: Client) -> None:
    article = make_article()
    first = {"action": "save", "title": "Refunds", "body": "First.", "version": "1"}
    agent.post(f"/kb/{article.number}/", first)

    answer = lead.post(f"/kb/{article.number}/", {**first, "body": "My long text."})

    assert answer.status_code == 409
    assert "Somebody revised this article" in answer.content.decode()
    assert "My long text." in answer.content.decode()
    assert article.versions.count() == 2


def test_a_version_that_is_no_number_is_an_old_one(agent: Client) -> None:
    form = {"action": "save", "title": "Refunds", "body": "Mine.", "version": "\u00b2"}

    answer = agent.post(f"/kb/{make_article().number}/", form)

    assert answer.status_code == 409
    assert "Mine." in answer.content.decode()


def test_publishing_shows_it_to_customers_and_retiring_hides_it(
    lead: Client, tenant: Tenant
) -> None:
    article = make_article()
    customer = signed_in_contact(tenant, make_contact())
    assert customer.get(f"/help/a/{article.number}/").status_code == 404

    lead.post(f"/kb/{article.number}/", {"action": "publish"})
    assert customer.get(f"/help/a/{article.number}/").status_code == 200
    assert lead.post(f"/kb/{article.number}/", {"action": "publish"}).status_code == 409

    lead.post(f"/kb/{article.number}/", {"action": "retire"})
    assert customer.get(f"/help/a/{article.number}/").status_code == 404


def test_who_may_not_publish_may_not_change_what_is_public(agent: Client) -> None:
    article = make_article()
    assert agent.post(f"/kb/{article.number}/", {"action": "publish"}).status_code == 403
    publish_article(article_id=article.pk, actor=SYSTEM, at=now())

    answer = agent.post(
        f"/kb/{article.number}/",
        {"action": "save", "title": "Wrong", "body": "Wrong.", "version": "1"},
    )

    assert answer.status_code == 403
    assert "Change the text" not in agent.get(f"/kb/{article.number}/").content.decode()


def test_an_article_says_whom_it_helped(lead: Client) -> None:
    article = make_article()
    publish_article(article_id=article.pk, actor=SYSTEM, at=now())
    for helped in (True, True, False):
        contact = make_contact()
        say_whether_it_helped(
            article=article,
            contact_id=contact.pk,
            helped=helped,
            actor=contact_actor(contact),
            at=now(),
        )

    assert "2 of 3 customers" in lead.get(f"/kb/{article.number}/").content.decode()


def test_readers_read_and_strangers_sign_in(tenant: Tenant) -> None:
    article = make_article()
    reader = signed_in_staff(tenant, make_user(Role.READER))

    assert reader.get("/kb/").status_code == 200
    assert reader.get(f"/kb/{article.number}/").status_code == 200
    assert reader.post("/kb/", {"title": "A", "body": "B"}).status_code == 403
    for client in (client_at(tenant), signed_in_contact(tenant, make_case().contact)):
        assert client.get("/kb/")["Location"].startswith("/sign-in/")


def test_an_article_of_one_tenant_is_not_there_for_another(tenant: Tenant) -> None:
    article = make_article()
    other = make_tenant()
    with tenant_scope(other.pk):
        stranger = signed_in_staff(other, make_user(Role.ADMIN))

    assert stranger.get(f"/kb/{article.number}/").status_code == 404
    assert stranger.get("/kb/999999999999999/").status_code == 404
