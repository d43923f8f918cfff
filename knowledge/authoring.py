"""Draft, revise, publish and retire articles."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.numbering import next_number
from knowledge.events import ArticlePublished
from knowledge.models import Article, ArticleState, ArticleVersion
from problems.models import Problem
from problems.teaching import LessonKind, teach
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.lengths import fitting
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class EmptyArticle(Refusal):
    """An article needs a title and a text."""

    code = "empty_article"


class ArticleChangedMeanwhile(Refusal):
    """Somebody else revised the article since this person read it."""

    code = "changed_meanwhile"


class WrongArticleState(Refusal):
    """The article is published or retired already."""

    code = "wrong_article_state"


@transaction.atomic
def draft_article(
    *,
    title: str,
    body: str,
    actor: Actor,
    at: datetime,
    problem: Problem | None = None,
    kind: str = "how_to",
) -> Article:
    """Begin an article; nobody but staff sees it until it is published.

    Raises:
        EmptyArticle: title or text is missing.
    """
    actor.require(Permission.WRITE_ARTICLE)
    refuse_empty(title, body)
    article = Article.objects.create(
        number=next_number("article"),
        title=fitting(title, longest=200),
        problem=problem,
        kind=kind,
        created_at=at,
    )
    ArticleVersion.objects.create(
        article=article, version=1, body=body, user_id=actor.user_id, at=at
    )
    record(Action.ARTICLE_DRAFTED, article, actor=actor, at=at)
    return article


@transaction.atomic
def revise_article(
    *, article_id: int, title: str, body: str, actor: Actor, at: datetime, expected_version: int
) -> Article:
    """Give an article a new text; the old ones stay.

    Raises:
        EmptyArticle: title or text is missing.
        ArticleChangedMeanwhile: somebody was faster.
    """
    actor.require(Permission.WRITE_ARTICLE)
    refuse_empty(title, body)
    article = Article.objects.select_for_update().get(pk=article_id)
    if article.state == ArticleState.PUBLISHED:
        actor.require(Permission.PUBLISH_ARTICLE)
    if article.current != expected_version:
        raise ArticleChangedMeanwhile(
            _("Somebody revised this article while you had it open."),
            next_step=_("Load it again and put your change into the new text."),
        )
    article.title = fitting(title, longest=200)
    article.current += 1
    article.save(update_fields=["title", "current"])
    ArticleVersion.objects.create(
        article=article, version=article.current, body=body, user_id=actor.user_id, at=at
    )
    record(
        Action.ARTICLE_REVISED, article, actor=actor, at=at, changes={"version": article.current}
    )
    teach(LessonKind.ARTICLES, at=at)
    return article


@transaction.atomic
def publish_article(*, article_id: int, actor: Actor, at: datetime) -> Article:
    """Let customers read an article.

    Raises:
        WrongArticleState: it is public already.
    """
    actor.require(Permission.PUBLISH_ARTICLE)
    article = Article.objects.select_for_update().get(pk=article_id)
    if article.state == ArticleState.PUBLISHED:
        raise WrongArticleState(
            _("This article is public already."), next_step=_("Revise it if it is not right.")
        )
    article.state = ArticleState.PUBLISHED
    article.published_at = at
    article.save(update_fields=["state", "published_at"])
    entry = record(Action.ARTICLE_PUBLISHED, article, actor=actor, at=at)
    publish(ArticlePublished(article_id=article.pk), at=at, entry_id=entry.pk)
    teach(LessonKind.ARTICLES, at=at)
    return article


@transaction.atomic
def retire_article(*, article_id: int, actor: Actor, at: datetime) -> Article:
    """Take an article out of customers' sight; its texts stay.

    Raises:
        WrongArticleState: it is retired already.
    """
    actor.require(Permission.PUBLISH_ARTICLE)
    article = Article.objects.select_for_update().get(pk=article_id)
    if article.state == ArticleState.RETIRED:
        raise WrongArticleState(
            _("This article is retired already."), next_step=_("Publish it to show it again.")
        )
    article.state = ArticleState.RETIRED
    article.save(update_fields=["state"])
    record(Action.ARTICLE_RETIRED, article, actor=actor, at=at)
    teach(LessonKind.ARTICLES, at=at)
    return article


def refuse_empty(title: str, body: str) -> None:
    """Refuse an article without title or text."""
    if not title.strip() or not body.strip():
        raise EmptyArticle(_("An article needs a title and a text."), next_step=_("Write both."))
