"""Which articles somebody may read."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from knowledge.models import Article, ArticleState
from workflow.people.actors import Actor, ActorKind
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class NoSuchArticle(Refusal):
    """There is no such article, or not for this person; the answer is the same."""

    code = "no_such_article"
    status = 404


def visible_articles(actor: Actor) -> QuerySet[Article]:
    """Return the articles that an actor may read: customers the published ones."""
    if actor.kind is ActorKind.CONTACT:
        return Article.objects.filter(state=ArticleState.PUBLISHED)
    if actor.may(Permission.VIEW_ARTICLE):
        return Article.objects.all()
    return Article.objects.none()


def article_for(actor: Actor, number: int) -> Article:
    """Return an article by its number; one query.

    Raises:
        NoSuchArticle: it is not there, or not for this actor.
    """
    article = visible_articles(actor).select_related("problem").filter(number=number).first()
    if article is None:
        raise NoSuchArticle(
            _("There is no article %(number)s here.") % {"number": number},
            next_step=_("Look for it in the list of articles."),
        )
    return article
