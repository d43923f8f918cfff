"""Follow a problem: hear of each of its stages until it is done, without asking."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from problems.models import Follow, Problem
from workflow.people.actors import Actor, ActorKind
from workflow.people.models import ApiToken, User
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class NobodyFollows(Refusal):
    """Whoever asks is no person: a program without one, or the program itself."""

    code = "nobody_follows"


@dataclass(frozen=True, slots=True)
class Followers:
    """Who follows a problem, by name, and whether the one who asks does."""

    users: tuple[User, ...]
    is_mine: bool


@transaction.atomic
def follow_problem(*, problem: Problem, actor: Actor, at: datetime) -> None:
    """Let somebody hear of each stage of a problem; who follows it already goes on.

    Raises:
        NotPermitted: the actor sees no problems.
        NobodyFollows: there is no person behind the actor.
    """
    Follow.objects.get_or_create(
        problem=problem, user_id=person_behind(actor), defaults={"since_at": at}
    )


@transaction.atomic
def stop_following(*, problem: Problem, actor: Actor) -> None:
    """Let somebody hear no more of a problem; who does not follow it has nothing to stop.

    Raises:
        NotPermitted, NobodyFollows: see `follow_problem`.
    """
    Follow.objects.filter(problem=problem, user_id=person_behind(actor)).delete()


def followers_of(problem: Problem, *, actor: Actor) -> Followers:
    """Return who follows a problem; one query, one more for a program."""
    users = tuple(
        follow.user
        for follow in Follow.objects.filter(problem=problem, user__is_active=True)
        .select_related("user")
        .order_by("user__name", "id")
    )
    return Followers(users, is_mine=person_of(actor) in {user.pk for user in users})


def person_of(actor: Actor) -> int | None:
    """Return the person who acts, or to whom the token was given; one query for a token."""
    if actor.kind is ActorKind.TOKEN:
        return ApiToken.objects.filter(pk=actor.id).values_list("created_by", flat=True).first()
    return actor.user_id


def person_behind(actor: Actor) -> int:
    """Return the person who acts, who may see problems.

    Raises:
        NotPermitted: the actor sees no problems.
        NobodyFollows: there is none.
    """
    actor.require(Permission.VIEW_PROBLEM)
    found = person_of(actor)
    if found is None:
        raise NobodyFollows(
            _("No person follows here: this token was given to nobody."),
            next_step=_("Use a token that somebody made for themselves."),
        )
    return found
