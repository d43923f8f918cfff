"""What published articles say, for matching: their words, and their vectors as they are kept."""

from collections.abc import Sequence

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Left

from knowledge.models import Article, ArticleEmbedding, ArticleState, ArticleVersion

READ_OF_A_BODY = 2_000
"""Characters of an article's text that say what it is about."""


def published_wordings() -> QuerySet[Article, tuple[int, str, str | None]]:
    """Return id, title and beginning of each published article, as one query."""
    current = ArticleVersion.objects.filter(
        article=OuterRef("pk"), version=OuterRef("current")
    ).annotate(beginning=Left("body", READ_OF_A_BODY))
    return (
        Article.objects.filter(state=ArticleState.PUBLISHED)
        .annotate(beginning=Subquery(current.values("beginning")[:1]))
        .order_by("pk")
        .values_list("pk", "title", "beginning")
    )


def kept_article_vectors(
    *, model: str
) -> QuerySet[ArticleEmbedding, tuple[int, str, bytes | memoryview]]:
    """Return article, digest of its wording and vector, of this version of the model, as one query."""
    return ArticleEmbedding.objects.filter(
        model=model, article__state=ArticleState.PUBLISHED
    ).values_list("article_id", "digest", "vector")


def keep_article_vectors(vectors: Sequence[tuple[int, str, bytes]], *, model: str) -> None:
    """Keep what articles say (id, digest of the wording, 768 bytes); one statement a hundred."""
    ArticleEmbedding.objects.bulk_create(
        [
            ArticleEmbedding(article_id=article_id, digest=digest, vector=vector, model=model)
            for article_id, digest, vector in vectors
        ],
        batch_size=100,
        update_conflicts=True,
        unique_fields=["tenant", "article"],
        update_fields=["model", "digest", "vector"],
    )
