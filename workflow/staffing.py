"""Who works here: invite, change roles, give a new password, let go and bring back."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.lengths import one_line
from workflow.people.actors import Actor, ActorKind, NotPermitted
from workflow.people.models import Department, Membership, User
from workflow.people.permissions import ROLE_PERMISSIONS, STAFF_ROLES, Permission, Role
from workflow.refusals import Refusal

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
SWITCHED_OFF = {"active": False, "active_was": True}
SWITCHED_ON = {"active": True, "active_was": False}
DEPARTMENT_ROLES = (Role.MEMBER, Role.HEAD)


class BadPerson(Refusal):
    """Name or e-mail address cannot be meant."""

    code = "bad_person"


class EmailTaken(Refusal):
    """Somebody here has this address already."""

    code = "email_taken"


class WeakPassword(Refusal):
    """The password is too short, or too much like the person."""

    code = "weak_password"


class BadRole(Refusal):
    """There is no such role, or it needs a department."""

    code = "bad_role"


class LastAdmin(Refusal):
    """Nobody would be left who can set things up."""

    code = "last_admin"


class NotYourself(Refusal):
    """Nobody takes the own account away."""

    code = "not_yourself"


@transaction.atomic
def invite_user(
    *,
    name: str,
    email: str,
    role: Role,
    department: Department | None,
    password: str,
    actor: Actor,
    at: datetime,
) -> User:
    """Let a colleague in with a first password, which the admin tells them.

    Raises:
        BadPerson, EmailTaken, WeakPassword, BadRole: what was given cannot be used.
        NotPermitted: a narrow token makes no administrator.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    refuse_wider_than_token(actor, role)
    name, email = one_line(name, longest=120), email.strip()
    refuse_bad_person(name, email)
    refuse_bad_role(role, department)
    refuse_weak_password(password, name=name, email=email)
    if User.objects.filter(email__iexact=email).exists():
        raise EmailTaken(
            _("Somebody here has this e-mail address already."),
            next_step=_("Look for them in the list, or use another address."),
        )
    user = User(email=email, name=name, created_at=at)
    user.set_password(password)
    user.save()
    Membership.objects.create(user=user, role=role, department=department)
    record(Action.USER_INVITED, user, actor=actor, at=at, changes={"role": role.value})
    return user


@transaction.atomic
def give_role(
    *, user_id: int, role: Role, department: Department | None, actor: Actor, at: datetime
) -> Membership:
    """Give a colleague one more role; a second time changes nothing.

    Raises:
        BadRole: a department role without a department, or the other way round.
        NotPermitted: a narrow token makes no administrator.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    refuse_wider_than_token(actor, role)
    refuse_bad_role(role, department)
    user = lock_user(user_id)
    membership, is_new = Membership.objects.get_or_create(
        user=user, role=role, department=department
    )
    if is_new:
        record(
            Action.USER_CHANGED,
            user,
            actor=actor,
            at=at,
            changes={"given": role.value, "department": department.pk if department else None},
        )
    return membership


@transaction.atomic
def take_role(*, membership_id: int, actor: Actor, at: datetime) -> User:
    """Take a role from a colleague.

    Raises:
        LastAdmin: nobody else could set things up.
        BadRole: it was taken already.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    membership = Membership.objects.filter(pk=membership_id).first()
    if membership is None:
        raise BadRole(_("This role was taken already."), next_step=_("Load the page again."))
    user = lock_user(membership.user_id)
    if membership.role == Role.ADMIN:
        refuse_last_admin(user)
    membership.delete()
    record(
        Action.USER_CHANGED,
        user,
        actor=actor,
        at=at,
        changes={"taken": membership.role, "department": membership.department_id},
    )
    return user


@transaction.atomic
def set_password(*, user_id: int, password: str, actor: Actor, at: datetime) -> User:
    """Give a colleague a new password, which ends their sessions.

    Raises:
        WeakPassword: it is too short, or too much like the person.
        NotPermitted: a narrow token gives no administrator a password.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    user = lock_user(user_id)
    if user.pk in admin_ids():
        refuse_wider_than_token(actor, Role.ADMIN)
    refuse_weak_password(password, name=user.name, email=user.email)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(Action.USER_CHANGED, user, actor=actor, at=at, changes={"password": True})
    return user


@transaction.atomic
def deactivate_user(*, user_id: int, actor: Actor, at: datetime) -> User:
    """Let a colleague in no more; what they did stays under their name.

    The caller gives their open cases to others.

    Raises:
        LastAdmin: nobody else could set things up.
        NotYourself: the actor is the colleague.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    user = lock_user(user_id)
    if actor.user_id == user.pk:
        raise NotYourself(
            _("You cannot deactivate yourself."), next_step=_("Ask another administrator.")
        )
    refuse_last_admin(user)
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        record(Action.USER_CHANGED, user, actor=actor, at=at, changes=SWITCHED_OFF)
    return user


@transaction.atomic
def activate_user(*, user_id: int, actor: Actor, at: datetime) -> User:
    """Let a colleague in again, with the roles they had."""
    actor.require(Permission.MANAGE_PEOPLE)
    user = lock_user(user_id)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        record(Action.USER_CHANGED, user, actor=actor, at=at, changes=SWITCHED_ON)
    return user


def refuse_wider_than_token(actor: Actor, role: Role) -> None:
    """Refuse that a token narrowed by scopes lets somebody in as an administrator.

    Whoever holds it could sign in as that person, and do what the token was not given for.

    Raises:
        NotPermitted: it would.
    """
    is_narrow = not ROLE_PERMISSIONS[Role.ADMIN] <= actor.permissions
    if actor.kind is ActorKind.TOKEN and role is Role.ADMIN and is_narrow:
        raise NotPermitted(
            _("A token that may do less than an administrator makes none."),
            next_step=_("Let an administrator do it, or send a token without scopes."),
        )


def lock_user(user_id: int) -> User:
    """Return the user, locked.

    Raises:
        BadPerson: there is none.
    """
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise BadPerson(_("There is no such colleague."), next_step=_("Load the page again."))
    return user


def refuse_last_admin(user: User) -> None:
    """Refuse to lose the last active administrator.

    All administrators are locked in one order, so that two of them cannot remove each other at
    the same moment.
    """
    admins = [
        admin.pk
        for admin in User.objects.select_for_update(of=("self",))
        .filter(pk__in=admin_ids(), is_active=True)
        .order_by("id")
    ]
    if admins == [user.pk]:
        raise LastAdmin(
            _("%(name)s is the last administrator.") % {"name": user.name},
            next_step=_("Make somebody else an administrator first."),
        )


def admin_ids() -> Iterable[int]:
    """Return the ids of all who are administrators; one query."""
    return list(
        Membership.objects.filter(role=Role.ADMIN).order_by().values_list("user_id", flat=True)
    )


def refuse_bad_person(name: str, email: str) -> None:
    """Refuse an empty name and what is no e-mail address."""
    if not name:
        raise BadPerson(_("A person needs a name."), next_step=_("Write it as colleagues know it."))
    try:
        validate_email(email)
    except ValidationError:
        raise BadPerson(
            _("This is not an e-mail address."), next_step=_("Write it like name@example.com.")
        ) from None


def refuse_bad_role(role: Role, department: Department | None) -> None:
    """Refuse the customers' role, and department roles that name none."""
    if role not in STAFF_ROLES:
        raise BadRole(_("This is not a role of staff."), next_step=_("Choose another one."))
    if role in DEPARTMENT_ROLES and department is None:
        raise BadRole(
            _("This role belongs to a department."), next_step=_("Choose the department.")
        )


def refuse_weak_password(password: str, *, name: str, email: str) -> None:
    """Refuse a short password and one that is the person's own name or address."""
    plain = password.strip().lower()
    known = {email.lower(), email.partition("@")[0].lower(), name.lower()}
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or plain in known:
        raise WeakPassword(
            _("A password has at least %(count)d characters and is not the name.")
            % {"count": SHORTEST_PASSWORD},
            next_step=_("Take a few words that belong to nobody."),
        )
    if len(set(password)) < 5:
        raise WeakPassword(
            _("This password repeats the same few characters."),
            next_step=_("Take a few words that belong to nobody."),
        )
