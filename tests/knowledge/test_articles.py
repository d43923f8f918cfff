"""Articles: drafted by what was learned, revised, published, read safely."""

from typing import Any

import pytest

from knowledge.access import NoSuchArticle, article_for
from knowledge.authoring import (
    ArticleChangedMeanwhile,
    EmptyArticle,
    WrongArticleState,
    draft_article,
    publish_article,
    retire_article,
    revise_article,
)
from knowledge.models import Article
from knowledge.publishing import draft_known_error, draft_resolution
from knowledge.queries import html_of, text_of
from knowledge.rendering import to_html
from problems.models import Problem
from servicedesk.pages.session import contact_actor
from tests.make import AT, HOUR, make_actor, make_contact, make_problem
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role

SYSTEM = Actor.system("test")


def make_article() -> Article:
    return draft_article(title="Cards", body="Read *this*.", actor=SYSTEM, at=AT)


def test_customers_read_published_articles_only(tenant: Any) -> None:
    article = make_article()
    customer = contact_actor(make_contact())
    with pytest.raises(NoSuchArticle):
        article_for(customer, article.number)

    publish_article(article_id=article.pk, actor=make_actor(Role.LEAD), at=AT)
    read = article_for(customer, article.number)
    retire_article(article_id=article.pk, actor=SYSTEM, at=AT + HOUR)

    assert read == article
    with pytest.raises(NoSuchArticle):
        article_for(customer, article.number)


def test_an_agent_drafts_and_may_not_publish(tenant: Any) -> None:
    agent = make_actor()
    article = draft_article(title="x", body="y", actor=agent, at=AT)

    with pytest.raises(NotPermitted):
        publish_article(article_id=article.pk, actor=agent, at=AT)


def test_the_second_reviser_is_told_and_old_texts_stay(tenant: Any) -> None:
    article = make_article()
    revise_article(
        article_id=article.pk, title="Cards", body="New.", actor=SYSTEM, at=AT, expected_version=1
    )

    with pytest.raises(ArticleChangedMeanwhile):
        revise_article(
            article_id=article.pk, title="C", body="x", actor=SYSTEM, at=AT, expected_version=1
        )

    article.refresh_from_db()
    assert text_of(article) == "New."
    assert article.versions.count() == 2


def test_an_empty_article_and_a_second_publishing_are_refused(tenant: Any) -> None:
    article = make_article()
    publish_article(article_id=article.pk, actor=SYSTEM, at=AT)

    with pytest.raises(EmptyArticle):
        draft_article(title=" ", body="x", actor=SYSTEM, at=AT)
    with pytest.raises(WrongArticleState):
        publish_article(article_id=article.pk, actor=SYSTEM, at=AT)


def test_a_problem_has_one_article_of_each_kind_however_often_it_is_heard(tenant: Any) -> None:
    problem = make_problem()
    Problem.objects.filter(pk=problem.pk).update(
        workaround="Pay by card.", solution="Fixed.", public_cause="A job.", root_cause="secret"
    )

    for _ in range(2):
        draft_known_error(problem_id=problem.pk, actor=SYSTEM, at=AT)
        draft_resolution(problem_id=problem.pk, actor=SYSTEM, at=AT)

    articles = {article.kind: article for article in Article.objects.all()}
    assert set(articles) == {"known_error", "resolution"}
    assert all(article.current == 1 for article in articles.values())
    assert "Pay by card." in text_of(articles["known_error"])
    assert "secret" not in text_of(articles["resolution"])


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/pixel.png)",
        "<a href='x' onclick='y'>z</a>",
    ],
)
def test_an_article_cannot_hold_what_runs_or_calls_home(text: str) -> None:
    html = to_html(text)

    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert "onclick=" not in html.replace("&lt;", "").split(">")[0]


def test_markdown_becomes_html_with_headings_below_the_title(tenant: Any) -> None:
    article = draft_article(title="x", body="# Big\n\n- one\n- **two**", actor=SYSTEM, at=AT)

    html = html_of(article)

    assert "<h2>Big</h2>" in html
    assert "<strong>two</strong>" in html
