"""Articles for those who write them: the list, one with its text, published and retired."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from knowledge.access import article_for
from knowledge.authoring import (
    ArticleChangedMeanwhile,
    EmptyArticle,
    draft_article,
    publish_article,
    retire_article,
    revise_article,
)
from knowledge.queries import article_rows, counts_by_state, feedback_on, text_of
from knowledge.rendering import LONGEST_TEXT
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.history_lines import timeline
from servicedesk.pages.prose import prose
from workflow.history.timeline import entries_of, lines_of
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

ROWS = 50
STATES: dict[str, Callable[[], str]] = {
    "": lambda: _("All"),
    "draft": lambda: _("Drafts"),
    "published": lambda: _("Published"),
    "retired": lambda: _("Retired"),
}
STATE_LABELS: dict[str, Callable[[], str]] = {
    "draft": lambda: _("Draft"),
    "published": lambda: _("Published"),
    "retired": lambda: _("Retired"),
}


class NoSuchAct(Refusal):
    """The form asks for something that is not on the page."""

    code = "no_such_act"
    status = 400


@staff(Permission.VIEW_ARTICLE)
def articles(request: StaffRequest) -> HttpResponse:
    """Show the articles, or begin one."""
    if request.method != "POST":
        return articles_page(request)
    try:
        article = draft_article(
            title=request.POST.get("title", ""),
            body=request.POST.get("body", "")[:LONGEST_TEXT],
            actor=request.actor,
            at=now(),
        )
    except EmptyArticle as refusal:
        form = {"data": request.POST, "errors": {"body": str(refusal)}}
        return articles_page(request, form=form, status=422)
    return redirect("knowledge:article", article.number)


def articles_page(
    request: StaffRequest, *, form: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Return the list, newest first; three queries."""
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    before = request.GET.get("before", "")
    is_number = before.isascii() and before.isdigit() and len(before) < 18
    rows = article_rows(
        request.actor,
        state=state,
        before=int(before) if is_number else None,
        at_most=ROWS + 1,
    )
    counts = counts_by_state(request.actor)
    next_url = f"?state={state}&before={rows[ROWS - 1].id}" if len(rows) > ROWS else ""
    return page(
        request,
        "knowledge/articles.html",
        {
            "filters": [
                {
                    "label": label(),
                    "href": f"?state={code}" if code else "?",
                    "count": counts.get(code, 0) if code else sum(counts.values()),
                    "is_current": code == state,
                }
                for code, label in STATES.items()
            ],
            "articles": [
                {
                    "number": row.number,
                    "href": reverse("knowledge:article", args=[row.number]),
                    "title": row.title,
                    "state": row.state,
                    "state_label": STATE_LABELS[row.state](),
                    "problem": f"P-{row.problem_number}" if row.problem_number else "",
                    "problem_href": reverse("problem:problem", args=[row.problem_number])
                    if row.problem_number
                    else "",
                    "changed_at": row.changed_at,
                    "author": row.author,
                }
                for row in rows[:ROWS]
            ],
            "next_url": next_url,
            "may": {"write": request.actor.may(Permission.WRITE_ARTICLE)},
            "form": form or {},
        },
        status=status,
    )


@staff(Permission.VIEW_ARTICLE)
def article(request: StaffRequest, number: int) -> HttpResponse:
    """Show an article, or change it."""
    if request.method != "POST":
        return article_page(request, number)
    found = article_for(request.actor, number)
    action = request.POST.get("action", "")
    if action == "save":
        return save(request, number)
    if action == "publish":
        publish_article(article_id=found.pk, actor=request.actor, at=now())
        messages.success(request, _("Customers can read it now."))
    elif action == "retire":
        retire_article(article_id=found.pk, actor=request.actor, at=now())
        messages.success(request, _("Customers do not see it any more."))
    else:
        raise NoSuchAct(
            _("This page does not know what to do."),
            next_step=_("Load it again and press once more."),
        )
    return redirect("knowledge:article", number)


def save(request: StaffRequest, number: int) -> HttpResponse:
    """Give an article a new text; what cannot be kept stays in the form."""
    found = article_for(request.actor, number)
    version = request.POST.get("version", "")
    is_number = version.isascii() and version.isdigit() and len(version) < 9
    try:
        revise_article(
            article_id=found.pk,
            title=request.POST.get("title", ""),
            body=request.POST.get("body", "")[:LONGEST_TEXT],
            expected_version=int(version) if is_number else 0,
            actor=request.actor,
            at=now(),
        )
    except (EmptyArticle, ArticleChangedMeanwhile) as refusal:
        form = {"data": request.POST, "errors": {"body": str(refusal)}}
        status = 409 if isinstance(refusal, ArticleChangedMeanwhile) else 422
        return article_page(request, number, form=form, status=status)
    messages.success(request, _("The article is saved."))
    return redirect("knowledge:article", number)


def article_page(
    request: StaffRequest,
    number: int,
    *,
    form: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of an article; six queries."""
    found = article_for(request.actor, number)
    body = text_of(found)
    helped, judged = feedback_on(found)
    is_public = found.state == "published"
    may_publish = request.actor.may(Permission.PUBLISH_ARTICLE)
    problem = found.problem
    return page(
        request,
        "knowledge/article.html",
        {
            "article": {
                "number": found.number,
                "title": found.title,
                "body": body,
                "html": prose(body),
                "version": found.current,
                "state": found.state,
                "state_label": STATE_LABELS[found.state](),
                "published_at": found.published_at,
                "portal_href": reverse("portal:article", args=[found.number]) if is_public else "",
                "problem": problem.name if problem else "",
                "problem_href": reverse("problem:problem", args=[problem.number])
                if problem
                else "",
            },
            "may": {
                "publish": may_publish and not is_public,
                "retire": may_publish and is_public,
                "change": request.actor.may(
                    Permission.PUBLISH_ARTICLE if is_public else Permission.WRITE_ARTICLE
                ),
            },
            "form": form or {},
            "feedback": {"helped": helped, "judged": judged} if judged else None,
            "history": timeline(lines_of(entries_of(found))),
        },
        status=status,
    )
