"""Shapes of colleagues, their roles, and keys for programs."""

from typing import Any

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Listing,
    Shown,
    Taken,
    choice,
    number_shown,
    shown,
    text_shown,
    time_shown,
    words,
    yes_shown,
)
from workflow.people.authentication import REQUESTS_PER_MINUTE
from workflow.people.permissions import STAFF_ROLES, Permission, Role
from workflow.tokens import MOST_REQUESTS_PER_MINUTE

ROLES = [role.value for role in STAFF_ROLES]


class PersonFilters(Listing):
    """Which colleagues."""

    email = words(longest=254)
    is_active = serializers.BooleanField(required=False, allow_null=True, default=None)
    role = choice(*ROLES, default="")
    department = words(longest=80, says="Short name of a department.")


class MembershipShape(Shown):
    """A role of a colleague, in a department or in the whole tenant."""

    id = number_shown()
    role = text_shown()
    department = shown("department.slug")


class PersonShape(Shown):
    """A colleague."""

    id = number_shown()
    name = text_shown()
    email = text_shown()
    is_active = yes_shown()
    last_sign_in_at = time_shown(is_nullable=True)
    roles = MembershipShape(many=True, source="memberships.all", read_only=True)


class NewPerson(Taken):
    """A colleague with a first role and a first password, which the caller tells them."""

    name = words(longest=120, is_needed=True)
    email = serializers.EmailField(max_length=254)
    role = choice(*ROLES)
    department = words(longest=80, says="Short name of a department; needed for its roles.")
    password = serializers.CharField(max_length=1024, trim_whitespace=False, write_only=True)


class RoleWish(Taken):
    """One more role."""

    role = choice(*ROLES)
    department = words(longest=80, says="Short name of a department; needed for its roles.")


class Leaving(Taken):
    """Who has the open work of a colleague who leaves; nobody named leaves it to the queues."""

    cases_to = words(longest=254, says="E-mail address of a colleague.")
    problems_to = words(longest=254, says="E-mail address of a colleague.")


class NewPassword(Taken):
    """A new password, which ends the sessions."""

    password = serializers.CharField(max_length=1024, trim_whitespace=False, write_only=True)


class TokenFilters(Listing):
    """Which tokens."""

    is_live = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Neither revoked nor expired."
    )


class TokenWish(Taken):
    """A key for a program: its role, what it is narrowed to, its end and its rate."""

    label = words(  # type: ignore[assignment]
        longest=80, is_needed=True, says="The program that will use it."
    )
    role = choice(*(role.value for role in Role))
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=[one.value for one in Permission]),
        default=list,
        max_length=len(Permission),
        help_text="Permissions to which it is limited; none leaves all of the role.",
    )
    days = serializers.IntegerField(min_value=1, max_value=3660, default=365)
    requests_per_minute = serializers.IntegerField(
        min_value=1, max_value=MOST_REQUESTS_PER_MINUTE, default=REQUESTS_PER_MINUTE
    )
    contact_email = words(longest=254, says="Whose token it is, for the role contact only.")


class TokenShape(Shown):
    """A key for a program; the secret itself is shown once, when it is issued."""

    id = number_shown()
    prefix = text_shown()
    label = text_shown()  # type: ignore[assignment]
    role = text_shown()
    scopes = serializers.SerializerMethodField()
    contact = serializers.IntegerField(source="contact_key", read_only=True, allow_null=True)
    requests_per_minute = number_shown()
    created_by = shown("created_by.name")
    created_at = time_shown()
    expires_at = time_shown()
    last_used_at = time_shown(is_nullable=True)
    revoked_at = time_shown(is_nullable=True)

    def get_scopes(self, token: Any) -> list[str]:
        """Return the permissions to which it is limited."""
        return sorted(token.scope_set)


class IssuedTokenShape(TokenShape):
    """A new key with its secret, which nobody can read again."""

    token = serializers.SerializerMethodField()

    def get_token(self, _token: Any) -> str | None:
        """Return the secret; null where an answer is given again."""
        word = self.context.get("word")
        return str(word) if word else None
