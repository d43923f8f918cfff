"""A known error or a resolved problem becomes an article draft."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from knowledge.authoring import draft_article, revise_article
from knowledge.models import Article
from problems.models import Problem
from workflow.people.actors import Actor


@transaction.atomic
def draft_known_error(*, problem_id: int, actor: Actor, at: datetime) -> Article:
    """Draft, or revise, the article that tells the workaround; may be called again."""
    problem = Problem.objects.get(pk=problem_id)
    body = _(
        "## What happens\n\n%(statement)s\n\n## What helps until it is fixed\n\n%(help)s\n"
    ) % {
        "statement": problem.statement or problem.title,
        "help": problem.workaround,
    }
    return draft_or_revise(problem, kind="known_error", body=body, actor=actor, at=at)


@transaction.atomic
def draft_resolution(*, problem_id: int, actor: Actor, at: datetime) -> Article:
    """Draft, or revise, the article that tells the solution; may be called again."""
    problem = Problem.objects.get(pk=problem_id)
    parts = [
        _("## What happened\n\n%(statement)s\n") % {"statement": problem.statement or problem.title}
    ]
    if problem.public_cause:
        parts.append(_("## Why\n\n%(cause)s\n") % {"cause": problem.public_cause})
    parts.append(_("## The solution\n\n%(solution)s\n") % {"solution": problem.solution})
    return draft_or_revise(problem, kind="resolution", body="\n".join(parts), actor=actor, at=at)


def draft_or_revise(
    problem: Problem, *, kind: str, body: str, actor: Actor, at: datetime
) -> Article:
    """Return the article of a problem with this text; a person publishes it."""
    article = Article.objects.filter(problem=problem, kind=kind).first()
    if article is None:
        return draft_article(
            title=problem.title, body=body, problem=problem, kind=kind, actor=actor, at=at
        )
    if article.versions.filter(version=article.current, body=body).exists():
        return article
    return revise_article(
        article_id=article.pk,
        title=article.title,
        body=body,
        expected_version=article.current,
        actor=actor,
        at=at,
    )
