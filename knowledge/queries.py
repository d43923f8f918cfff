"""Read articles and their texts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from knowledge.access import visible_articles
from knowledge.models import Article, ArticleState, ArticleVersion, Feedback
from knowledge.rendering import to_html
from problems.models import Problem
from problems.projection import known_problems
from problems.public import PublicProblem
from problems.states import OPEN_STATES
from workflow.people.actors import Actor
from workflow.tenancy.kept_queries import kept


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article as it stands in a list."""

    id: int
    number: int
    title: str
    state: str
    problem_number: int | None
    changed_at: datetime
    author: str


@dataclass(frozen=True, slots=True)
class KnownProblem:
    """An open problem that customers may know of, by its published article."""

    article_number: int
    title: str
    problem: PublicProblem


def text_of(article: Article) -> str:
    """Return the present text of an article, in Markdown; one query."""
    return (
        ArticleVersion.objects.filter(article=article, version=article.current)
        .values_list("body", flat=True)
        .first()
        or ""
    )


def html_of(article: Article) -> str:
    """Return the present text of an article as clean HTML; one query."""
    return to_html(text_of(article))


def articles_of_problem(problem_id: int) -> list[Article]:
    """Return the articles that a problem brought about, newest first; one query."""
    return list(Article.objects.filter(problem_id=problem_id).order_by("-id"))


def published_articles_of_problem(problem_id: int) -> list[Article]:
    """Return what customers may read about a problem, newest first; one query."""
    return list(
        Article.objects.filter(problem_id=problem_id, state=ArticleState.PUBLISHED).order_by("-id")
    )


def article_rows(
    actor: Actor, *, state: str = "", before: int | None = None, at_most: int = 50
) -> list[ArticleRow]:
    """Return articles for a list, newest first; two queries.

    `before` is the id of the last row that was shown.
    """
    articles = visible_articles(actor).select_related("problem").order_by("-id")
    if state:
        articles = articles.filter(state=state)
    if before is not None:
        articles = articles.filter(pk__lt=before)
    kept = list(articles[:at_most])
    versions = {
        (version.article_id, version.version): version
        for version in ArticleVersion.objects.filter(article__in=[a.pk for a in kept])
        .select_related("user")
        .defer("body")
    }
    rows = []
    for article in kept:
        version = versions.get((article.pk, article.current))
        rows.append(
            ArticleRow(
                id=article.pk,
                number=article.number,
                title=article.title,
                state=article.state,
                problem_number=article.problem.number if article.problem else None,
                changed_at=version.at if version else article.created_at,
                author=version.user.name if version and version.user else "",
            )
        )
    return rows


def articles_to_read(
    actor: Actor, *, words: str = "", before: int | None = None, at_most: int = 20
) -> list[Article]:
    """Return published articles that have these words in title or text, newest first; one query.

    `before` is the number of the last article that was shown.
    """
    if not words:
        # One query for all who may read the same.
        reader = Actor(kind=actor.kind, id=0, label="", permissions=actor.permissions)
        return published_articles(reader=reader, before=before, at_most=at_most)
    articles = visible_articles(actor).filter(state=ArticleState.PUBLISHED)
    wanted = words.replace("\x00", "").strip()[:200]
    for word in wanted.split()[:8]:
        present = ArticleVersion.objects.filter(
            article=OuterRef("pk"), version=OuterRef("current"), body__icontains=word
        )
        articles = articles.filter(Q(title__icontains=word) | Exists(present))
    if before is not None:
        articles = articles.filter(number__lt=before)
    return list(articles.order_by("-number")[:at_most])


def published_among(
    actor: Actor, ids: Collection[int], *, without: Collection[int], at_most: int
) -> list[Article]:
    """Return published articles of some ids, in their order; one query, none for none.

    `without` are numbers of articles that are shown already.
    """
    if not ids:
        return []
    found = (
        visible_articles(actor)
        .filter(state=ArticleState.PUBLISHED)
        .exclude(number__in=without)
        .in_bulk(list(ids))
    )
    return [found[pk] for pk in ids if pk in found][:at_most]


@kept("before")
def published_articles(
    *, reader: Actor, before: int | None = None, at_most: int
) -> QuerySet[Article]:
    """Return the newest published articles below a number."""
    articles = visible_articles(reader).filter(state=ArticleState.PUBLISHED)
    if before is not None:
        articles = articles.filter(number__lt=before)
    return articles.order_by("-number")[:at_most]


def counts_by_state(actor: Actor) -> dict[str, int]:
    """Return how many articles are in each state; one query."""
    return dict(visible_articles(actor).order_by().values_list("state").annotate(count=Count("id")))


def feedback_on(article: Article) -> tuple[int, int]:
    """Return how many said that an article helped, and how many said anything; one query."""
    counts = Feedback.objects.filter(article=article).aggregate(
        helped=Count("id", filter=Q(helped=True)), total=Count("id")
    )
    return counts["helped"], counts["total"]


def title_for_customers(problem: Problem) -> str:
    """Return by which words customers know a problem: its own title is for colleagues; two queries."""
    article = (
        Article.objects.filter(problem=problem, state=ArticleState.PUBLISHED)
        .order_by("-id")
        .values_list("title", flat=True)
        .first()
    )
    if article is not None:
        return article
    if problem.product is not None:
        return _("A problem with %(product)s") % {"product": problem.product.name}
    return _("A problem that concerns you")


def published_known_problems(
    *,
    among: list[int] | None = None,
    products: Collection[int] | None = None,
    at_most: int = 20,
) -> list[KnownProblem]:
    """Return the open problems with a published article, newest first; two queries.

    The title is the article's: a problem's own title is for colleagues. `among` limits it to
    these problems, in this order; `products` to those about one of them.
    """
    articles = articles_of_known_problems(
        among=among,
        products=None if products is None else list(products),
        at_most=2 * at_most,
    )
    by_problem: dict[int, Article] = {}
    for article in articles:
        if article.problem_id is not None:
            by_problem.setdefault(article.problem_id, article)
    wanted = list(by_problem) if among is None else among
    order = [pk for pk in wanted if pk in by_problem][:at_most]
    problems: list[Problem] = [p for pk in order if (p := by_problem[pk].problem) is not None]
    public = known_problems(problems)
    return [
        KnownProblem(
            article_number=by_problem[pk].number, title=by_problem[pk].title, problem=public[pk]
        )
        for pk in order
    ]


@kept("among", "products")
def articles_of_known_problems(
    *, among: list[int] | None = None, products: list[int] | None = None, at_most: int
) -> QuerySet[Article]:
    """Return the published articles of open problems, newest first, with the problems."""
    articles = (
        Article.objects.filter(
            state=ArticleState.PUBLISHED,
            problem__state__in=OPEN_STATES,
            problem__known_error_at__isnull=False,
        )
        .select_related("problem")
        .order_by("-id")
    )
    if among is not None:
        articles = articles.filter(problem__in=among)
    if products is not None:
        articles = articles.filter(problem__product__in=products)
    return articles[:at_most]


def known_problem_of_article(actor: Actor, number: int) -> KnownProblem | None:
    """Return the open problem behind a published article, or None; two queries."""
    article = (
        visible_articles(actor)
        .select_related("problem")
        .filter(number=number, state=ArticleState.PUBLISHED, problem__known_error_at__isnull=False)
        .first()
    )
    if article is None or article.problem is None or not article.problem.is_open:
        return None
    return KnownProblem(
        article_number=article.number,
        title=article.title,
        problem=known_problems([article.problem])[article.problem.pk],
    )
