"""Find articles by number and by words of their title."""

from django.db.models import Q

from knowledge.access import visible_articles
from knowledge.models import Article
from workflow.people.actors import Actor

MOST_WORDS = 8


def articles_found(
    actor: Actor, words: str, *, before: int | None = None, at_most: int
) -> list[Article]:
    """Return articles whose title has every one of the words, or that have the number.

    One query, newest first; `before` is the id of the last article that was shown.
    """
    says = Q()
    for word in words.replace("\x00", "").split()[:MOST_WORDS]:
        says &= Q(title__icontains=word)
    plain = words.strip()
    if plain.isascii() and plain.isdigit() and len(plain) <= 15:
        says |= Q(number=int(plain))
    articles = visible_articles(actor).filter(says)
    if before is not None:
        articles = articles.filter(pk__lt=before)
    return list(articles.order_by("-id")[:at_most])
