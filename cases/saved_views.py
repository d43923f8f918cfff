"""Keep a way to look at the cases under a name: for oneself, or by a lead for everybody."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cases.filtering import Criteria
from cases.models import SavedView
from workflow.lengths import one_line
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.tenancy.kept_queries import kept

MOST_VIEWS = 12


class NoSuchView(Refusal):
    """There is no such view, or it is somebody else's own."""

    code = "no_such_view"
    status = 404


class NotYourView(Refusal):
    """Only who made a view changes it; a shared one also a lead."""

    code = "not_your_view"
    status = 403


class TooManyViews(Refusal):
    """A list of views that nobody can take in helps nobody."""

    code = "too_many_views"


def views_for(actor: Actor) -> list[SavedView]:
    """Return the views that somebody sees, the own ones first; one query, at most 24."""
    return views_of_person(person=actor.user_id or 0)


@kept("person")
def views_of_person(*, person: int) -> QuerySet[SavedView]:
    """Return a person's own views and the shared ones."""
    views = SavedView.objects.filter(Q(made_by_id=person) | Q(is_shared=True))
    return views.order_by("is_shared", "name", "id")[: 2 * MOST_VIEWS]


def shared_views() -> QuerySet[SavedView]:
    """Return the views that everybody sees, with what they name; one query when it is read."""
    return SavedView.objects.filter(is_shared=True).select_related(
        "made_by", "person", "team", "queue", "product"
    )


def view_for(actor: Actor, view_id: int) -> SavedView:
    """Return a view that somebody may see; one query.

    Raises:
        NoSuchView: it is not there, or not for this person.
    """
    view = (
        SavedView.objects.filter(Q(made_by_id=actor.user_id or 0) | Q(is_shared=True))
        .filter(pk=view_id)
        .first()
    )
    if view is None:
        raise NoSuchView(
            _("There is no such view."), next_step=_("Choose one from the list of queues.")
        )
    return view


def may_change(actor: Actor, view: SavedView) -> bool:
    """Whether somebody may rename, refit or remove a view; no query."""
    if view.made_by_id == actor.user_id:
        return True
    return view.is_shared and actor.may(Permission.STEER_PROBLEM)


@transaction.atomic
def save_view(
    *,
    name: str,
    criteria: Criteria,
    is_shared: bool,
    actor: Actor,
    at: datetime,
    keeper_id: int | None = None,
) -> SavedView:
    """Keep a view; one of the same name by the same person is replaced.

    `keeper_id` is the colleague whose view it becomes, where somebody else keeps it.

    Raises:
        NotPermitted: the actor may not see cases, or shares or keeps it for somebody else without
            being a lead.
        NotYourView: a program keeps no view of its own.
        TooManyViews: there are twelve already.
    """
    actor.require(Permission.VIEW_CASE)
    made_by_id = actor.user_id if keeper_id is None else keeper_id
    if made_by_id is None:
        raise NotYourView(
            _("A view belongs to a person."), next_step=_("Sign in as one to keep it.")
        )
    if is_shared or made_by_id != actor.user_id:
        actor.require(Permission.STEER_PROBLEM)
    name = one_line(name, longest=80)
    own = SavedView.objects.select_for_update().filter(made_by_id=made_by_id)
    known = own.filter(name=name).first()
    if known is None and own.count() >= MOST_VIEWS:
        raise TooManyViews(
            _("You have %(most)d views already.") % {"most": MOST_VIEWS},
            next_step=_("Remove one that you do not need any more."),
        )
    view = known or SavedView(made_by_id=made_by_id, name=name, made_at=at)
    for field, value in asdict(criteria).items():
        setattr(view, field, value)
    view.is_shared = is_shared
    view.save()
    return view


@transaction.atomic
def remove_view(*, view_id: int, actor: Actor) -> None:
    """Forget a view; the cases stay as they are.

    Raises:
        NoSuchView: it is not there, or not for this person.
        NotYourView: somebody else made it.
    """
    view = view_for(actor, view_id)
    if not may_change(actor, view):
        raise NotYourView(
            _("Somebody else made this view."), next_step=_("Ask that colleague, or a lead.")
        )
    view.delete()
