"""Read articles and their texts."""

from knowledge.models import Article, ArticleVersion
from knowledge.rendering import to_html


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
