"""Articles for programs: list, read, write, publish, retire; known problems and opinions."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from knowledge.access import NoSuchArticle, article_for, visible_articles
from knowledge.authoring import draft_article, publish_article, retire_article, revise_article
from knowledge.feedback import say_whether_it_helped
from knowledge.queries import (
    KnownProblem,
    feedback_on,
    known_problem_of_article,
    published_known_problems,
    text_of,
)
from problems.affected import join_affected
from servicedesk.api.base import TokenView
from servicedesk.api.conversation import history_page
from servicedesk.api.naming import own_contact
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import page_of, shaped
from servicedesk.api.shapes import articles as shapes
from servicedesk.api.shapes.cases import EntryShape
from servicedesk.api.shapes.fields import Listing, Nothing
from workflow.people.permissions import Permission

Fields = dict[str, Any]
READS = (Permission.VIEW_ARTICLE, Permission.USE_PORTAL)
CUSTOMERS = (Permission.USE_PORTAL,)
PATH = ("number",)
TAG = "Articles"


def narrowed(articles: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
    """Return the articles that a program asks for."""
    plain = {"state": "state", "kind": "kind", "words": "title__icontains"}
    wanted = Q(**{path: asked[name] for name, path in plain.items() if asked.get(name)})
    if asked.get("problem"):
        wanted &= Q(problem__number=asked["problem"])
    return articles.filter(wanted)


class ArticleView(TokenView):
    """An address of articles."""

    def shown(self, number: int) -> dict[str, Any]:
        """Return an article with its text; three queries, two for a customer."""
        article = article_for(self.actor, number)
        context = {
            "body": text_of(article),
            "shows_problem": not self.is_customer,
            "feedback": None if self.is_customer else feedback_on(article),
        }
        return dict(shapes.ArticleShape(article, context=context).data)


class Articles(ArticleView):
    """The articles that the token may read."""

    @operation(
        "list_articles",
        any_of=READS,
        filters=shapes.ArticleFilters,
        gives=page_shape(shapes.ArticleRow),
        tag=TAG,
    )
    def get(self) -> Any:
        """List articles, newest first; a customer's token sees the published ones."""
        articles = visible_articles(self.actor).select_related("problem")
        # Whose problem an article is about is nothing that customers may search by.
        asked = {**self.asked, "problem": None} if self.is_customer else self.asked
        context = {"shows_problem": not self.is_customer}
        return page_of(
            narrowed(articles, asked), self, shape=shaped(shapes.ArticleRow, context=context)
        )

    @operation(
        "draft_article",
        any_of=(Permission.WRITE_ARTICLE,),
        takes=shapes.NewArticle,
        gives=shapes.ArticleShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Begin an article; nobody outside sees it before it is published."""
        article = draft_article(**fields, actor=self.actor, at=self.at)
        return self.shown(article.number)


class OneArticle(ArticleView):
    """One article."""

    @operation("read_article", any_of=READS, gives=shapes.ArticleShape, path=PATH, tag=TAG)
    def get(self, number: int) -> Any:
        """Read an article with its text in Markdown."""
        return self.shown(number)

    @operation(
        "revise_article",
        any_of=(Permission.WRITE_ARTICLE,),
        takes=shapes.ArticleChange,
        gives=shapes.ArticleShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, number: int) -> Any:
        """Give an article a new text; a published one needs the right to publish."""
        article = article_for(self.actor, number)
        seen = self.version_in(fields)
        revise_article(
            article_id=article.pk,
            title=fields["title"],
            body=fields["body"],
            expected_version=article.current if seen is None else seen,
            actor=self.actor,
            at=self.at,
        )
        return self.shown(number)


class Publish(ArticleView):
    """That customers may read an article."""

    @operation(
        "publish_article",
        any_of=(Permission.PUBLISH_ARTICLE,),
        takes=Nothing,
        gives=shapes.ArticleShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int) -> Any:
        """Let customers read an article."""
        article = article_for(self.actor, number)
        publish_article(article_id=article.pk, actor=self.actor, at=self.at)
        return self.shown(number)


class Retire(ArticleView):
    """That customers may read an article no more."""

    @operation(
        "retire_article",
        any_of=(Permission.PUBLISH_ARTICLE,),
        takes=Nothing,
        gives=shapes.ArticleShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int) -> Any:
        """Take an article out of customers' sight; its texts stay."""
        article = article_for(self.actor, number)
        retire_article(article_id=article.pk, actor=self.actor, at=self.at)
        return self.shown(number)


class FeedbackOnArticle(TokenView):
    """Whether an article helped."""

    @operation(
        "judge_article",
        any_of=CUSTOMERS,
        takes=shapes.Opinion,
        gives=shapes.OpinionShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Say, with a customer's token, whether an article helped; a later word counts."""
        article = article_for(self.actor, number)
        say_whether_it_helped(
            article=article,
            contact_id=own_contact(self.actor).pk,
            helped=fields["helped"],
            actor=self.actor,
            at=self.at,
        )
        return {"article": number, "helped": fields["helped"]}


class HistoryOfArticle(TokenView):
    """What happened to an article."""

    @operation(
        "list_history_of_article",
        any_of=(Permission.VIEW_ARTICLE,),
        filters=Listing,
        gives=page_shape(EntryShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List what happened to an article, oldest first."""
        return history_page(self, article_for(self.actor, number))


class KnownProblems(TokenView):
    """What customers may know of open problems."""

    @operation(
        "list_known_problems",
        any_of=READS,
        gives=page_shape(shapes.KnownProblemShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List the newest 200 open problems that have a published article, in public words."""
        found = [known(one) for one in published_known_problems(at_most=200)]
        return {"results": shaped(shapes.KnownProblemShape)(found), "next": None}


def known(found: KnownProblem) -> dict[str, Any]:
    """Return a known problem as data; no query."""
    estimate = found.problem.estimate
    return {
        "article": found.article_number,
        "title": found.title,
        "stage": str(found.problem.stage),
        "workaround": found.problem.workaround,
        "expected_on": estimate.expected_on if estimate else None,
        "latest_on": estimate.latest_on if estimate else None,
        "since": found.problem.opened_at,
    }


class MeToo(TokenView):
    """That a customer has a known problem, too."""

    @operation(
        "join_known_problem",
        any_of=CUSTOMERS,
        takes=Nothing,
        gives=shapes.JoinedShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int) -> Any:
        """Put the customer on the list of a known problem, found by its article."""
        found = known_problem_of_article(self.actor, number)
        if found is None:
            raise NoSuchArticle(
                _("This known problem is not open any more."),
                next_step=_("Open a case if it is still there."),
            )
        is_new = join_affected(
            problem_id=found.problem.id,
            contact_id=own_contact(self.actor).pk,
            actor=self.actor,
            at=self.at,
        )
        return {"article": number, "is_new": is_new}
