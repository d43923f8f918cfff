"""What knowledge tells those above it."""

from dataclasses import dataclass
from typing import ClassVar

from workflow.outbox.event import Event


@dataclass(frozen=True, kw_only=True)
class ArticlePublished(Event):
    """Customers can read an article now."""

    kind: ClassVar[str] = "knowledge.article.published"
    article_id: int

    @property
    def subject(self) -> str:
        """The article."""
        return f"article:{self.article_id}"
