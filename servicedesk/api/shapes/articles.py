"""Shapes of articles and known problems."""

from typing import Any

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Listing,
    Shown,
    Taken,
    choice,
    number,
    number_shown,
    text_shown,
    time_shown,
    version_field,
    words,
)


class ArticleFilters(Listing):
    """Which articles; a customer's token sees the published ones only."""

    state = choice("draft", "published", "retired", default="")
    kind = choice("known_error", "resolution", "how_to", default="")
    problem = number(is_needed=False, says="Number of the problem that brought it about.")
    words = words(longest=200, says="Words of the title.")


class ArticleRow(Shown):
    """An article as it stands in a list."""

    number = number_shown()
    title = text_shown()
    state = text_shown()
    kind = text_shown()
    problem = serializers.SerializerMethodField()
    published_at = time_shown(is_nullable=True)
    version = serializers.IntegerField(source="current", read_only=True)

    def get_problem(self, article: Any) -> int | None:
        """Return the number of the problem, to colleagues only."""
        shows = self.context.get("shows_problem") and article.problem is not None
        return int(article.problem.number) if shows else None


class ArticleShape(ArticleRow):
    """An article with its text in Markdown; how many said that it helped, to colleagues only."""

    body = serializers.SerializerMethodField()
    helped = serializers.SerializerMethodField()
    judged = serializers.SerializerMethodField()

    def get_body(self, _article: Any) -> str:
        """Return the present text."""
        return str(self.context["body"])

    def get_helped(self, _article: Any) -> int | None:
        """Return how many said that it helped."""
        return self.figure(0)

    def get_judged(self, _article: Any) -> int | None:
        """Return how many said anything."""
        return self.figure(1)

    def figure(self, place: int) -> int | None:
        """Return one of the two figures, or None for a customer."""
        found = self.context.get("feedback")
        return int(found[place]) if found else None


class NewArticle(Taken):
    """An article to begin; nobody outside sees it before it is published."""

    title = words(longest=200, is_needed=True)
    body = words(longest=100_000, is_needed=True, says="Markdown.")
    kind = choice("how_to", "resolution", "known_error", default="how_to")


class ArticleChange(Taken):
    """A new text; the old ones stay."""

    title = words(longest=200, is_needed=True)
    body = words(longest=100_000, is_needed=True, says="Markdown.")
    version = version_field()


class Opinion(Taken):
    """Whether an article helped."""

    helped = serializers.BooleanField()


class OpinionShape(Shown):
    """What was said of an article."""

    article = number_shown()
    helped = serializers.BooleanField(read_only=True)


class KnownProblemShape(Shown):
    """An open problem that customers may know of, by its published article."""

    article = number_shown()
    title = text_shown()
    stage = text_shown()
    workaround = text_shown()
    expected_on = serializers.DateField(read_only=True, allow_null=True)
    latest_on = serializers.DateField(read_only=True, allow_null=True)
    since = time_shown()


class JoinedShape(Shown):
    """That a customer is on the list of a known problem."""

    article = number_shown()
    is_new = serializers.BooleanField(read_only=True)
