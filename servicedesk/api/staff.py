"""Who works here and which programs may ask: colleagues, their roles, tokens."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from customers.identity import contact_at
from problems.leaving import let_person_go
from servicedesk.api.base import TokenView
from servicedesk.api.naming import colleagues_at, department_called, row_of
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import staff as shapes
from servicedesk.api.shapes.fields import Nothing
from workflow.people.models import ApiToken, Department, Membership, User
from workflow.people.permissions import Permission, Role
from workflow.staffing import (
    activate_user,
    give_role,
    invite_user,
    set_password,
    take_role,
)
from workflow.tokens import give_token, revoke_token

Fields = dict[str, Any]
MANAGES = (Permission.MANAGE_PEOPLE,)
TOKENS = (Permission.MANAGE_TOKENS,)
PATH = ("pk",)
TAG = "People and tokens"


class PersonView(TokenView):
    """An address of colleagues."""

    def person(self, pk: int) -> dict[str, Any]:
        """Return a colleague with the roles as data; two queries."""
        rows = User.objects.prefetch_related("memberships__department")
        return one(shapes.PersonShape, rows.get(pk=pk))

    def department(self, slug: str) -> Department | None:
        """Return the department that a field names, or None for an empty one."""
        return department_called(slug) if slug.strip() else None


class People(PersonView):
    """The colleagues."""

    @operation(
        "list_people",
        any_of=MANAGES,
        filters=shapes.PersonFilters,
        gives=page_shape(shapes.PersonShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List colleagues with their roles, oldest first."""
        asked = self.asked
        plain = {
            "email": "email__iexact",
            "role": "memberships__role",
            "department": "memberships__department__slug",
        }
        wanted = Q(**{path: asked[name] for name, path in plain.items() if asked.get(name)})
        if asked.get("is_active") is not None:
            wanted &= Q(is_active=asked["is_active"])
        people = User.objects.filter(wanted).distinct()
        return page_of(
            people.prefetch_related("memberships__department"),
            self,
            shape=shaped(shapes.PersonShape),
            is_newest_first=False,
        )

    @operation(
        "invite_person",
        any_of=MANAGES,
        takes=shapes.NewPerson,
        gives=shapes.PersonShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Let a colleague in with a first role and a first password."""
        user = invite_user(
            name=fields["name"],
            email=fields["email"],
            role=Role(fields["role"]),
            department=self.department(fields["department"]),
            password=fields["password"],
            actor=self.actor,
            at=self.at,
        )
        return self.person(user.pk)


class OnePerson(PersonView):
    """One colleague."""

    @operation("read_person", any_of=MANAGES, gives=shapes.PersonShape, path=PATH, tag=TAG)
    def get(self, pk: int) -> Any:
        """Read a colleague with the roles."""
        return self.person(row_of(User.objects, pk=pk).pk)


class Roles(PersonView):
    """What a colleague may do."""

    @operation(
        "give_role",
        any_of=MANAGES,
        takes=shapes.RoleWish,
        gives=shapes.PersonShape,
        status=201,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Give a colleague one more role; a second time changes nothing."""
        give_role(
            user_id=row_of(User.objects, pk=pk).pk,
            role=Role(fields["role"]),
            department=self.department(fields["department"]),
            actor=self.actor,
            at=self.at,
        )
        return self.person(pk)


class OneRole(PersonView):
    """One role of a colleague."""

    @operation(
        "take_role",
        any_of=MANAGES,
        gives=shapes.PersonShape,
        path=("pk", "role_id"),
        tag=TAG,
    )
    def delete(self, _fields: Fields, pk: int, role_id: int) -> Any:
        """Take a role from a colleague; the last administrator stays one."""
        membership = row_of(Membership.objects, pk=role_id, user_id=pk)
        take_role(membership_id=membership.pk, actor=self.actor, at=self.at)
        return self.person(pk)


class Deactivate(PersonView):
    """That a colleague is let in no more."""

    @operation(
        "deactivate_person",
        any_of=MANAGES,
        takes=shapes.Leaving,
        gives=shapes.PersonShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Let a colleague in no more; all open work goes to others, or back to the queues."""
        user = row_of(User.objects, pk=pk)
        let_person_go(
            user_id=user.pk,
            cases_to=self.successor(fields["cases_to"]),
            problems_to=self.successor(fields["problems_to"]),
            actor=self.actor,
            at=self.at,
        )
        return self.person(pk)

    def successor(self, email: str) -> User | None:
        """Return who has work from now on, or None for an empty address."""
        return colleagues_at([email])[0] if email.strip() else None


class Activate(PersonView):
    """That a colleague is let in again."""

    @operation(
        "activate_person",
        any_of=MANAGES,
        takes=Nothing,
        gives=shapes.PersonShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Let a colleague in again, with the roles they had."""
        user = row_of(User.objects, pk=pk)
        activate_user(user_id=user.pk, actor=self.actor, at=self.at)
        return self.person(pk)


class Password(PersonView):
    """With what a colleague signs in."""

    @operation(
        "set_password",
        any_of=MANAGES,
        takes=shapes.NewPassword,
        gives=shapes.PersonShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Give a colleague a new password, which ends their sessions."""
        user = row_of(User.objects, pk=pk)
        set_password(user_id=user.pk, password=fields["password"], actor=self.actor, at=self.at)
        return self.person(pk)


def without_secret(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what may be kept of a new token: everything but the secret."""
    return {**answer, "token": None}


class Tokens(TokenView):
    """The keys of programs."""

    @operation(
        "list_tokens",
        any_of=TOKENS,
        filters=shapes.TokenFilters,
        gives=page_shape(shapes.TokenShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List tokens, newest first; their secrets are nowhere."""
        rows = ApiToken.objects.select_related("created_by")
        is_live = Q(revoked_at=None, expires_at__gt=self.at)
        if self.asked.get("is_live") is not None:
            rows = rows.filter(is_live if self.asked["is_live"] else ~is_live)
        return page_of(rows, self, shape=shaped(shapes.TokenShape))

    @operation(
        "issue_token",
        any_of=TOKENS,
        takes=shapes.TokenWish,
        gives=shapes.IssuedTokenShape,
        status=201,
        tag=TAG,
        keeps=without_secret,
        says="A token issues none that may do more than itself. The secret stands in the first "
        "answer only; the same Idempotency-Key answers null in its place.",
    )
    def post(self, fields: Fields) -> Any:
        """Issue a token; its secret is shown this once."""
        email = fields["contact_email"].strip()
        contact = contact_at(email) if email else None
        if email and contact is None:
            raise Unprocessable(
                _("There is no customer with this address."),
                next_step=_("Send the address of one who is there."),
            )
        given = give_token(
            label=fields["label"],
            role=Role(fields["role"]),
            scopes=frozenset(Permission(scope) for scope in fields["scopes"]),
            valid_for=timedelta(days=fields["days"]),
            requests_per_minute=fields["requests_per_minute"],
            contact_id=contact.pk if contact else None,
            actor=self.actor,
            at=self.at,
        )
        return dict(shapes.IssuedTokenShape(given.token, context={"word": given.word}).data)


class Revoke(TokenView):
    """That a token opens nothing any more."""

    @operation(
        "revoke_token",
        any_of=TOKENS,
        takes=Nothing,
        gives=shapes.TokenShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Take a token back; a token may take back itself."""
        revoke_token(token_id=pk, actor=self.actor, at=self.at)
        return one(shapes.TokenShape, ApiToken.objects.select_related("created_by").get(pk=pk))
