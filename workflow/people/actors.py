"""Who acts: the value that every action receives."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from django.utils.translation import gettext as _

from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class ActorKind(StrEnum):
    """What sort of somebody acts."""

    USER = "user"
    CONTACT = "contact"
    TOKEN = "token"
    SYSTEM = "system"


class Source(StrEnum):
    """The door through which an act came."""

    AGENT = "agent"
    PORTAL = "portal"
    MAIL = "mail"
    API = "api"
    COMMAND = "command"
    IMPORT = "import"
    SYSTEM = "system"


class NotPermitted(Refusal):
    """The actor lacks the right."""

    code = "not_permitted"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody who acts within one tenant.

    `id` is the user's, contact's or token's id; 0 for the system. `departments` are the ids of
    the departments a user works in.
    """

    kind: ActorKind
    id: int
    label: str
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    departments: frozenset[int] = field(default_factory=frozenset)
    source: Source = Source.SYSTEM

    @classmethod
    def system(cls, label: str, *, source: Source = Source.SYSTEM) -> Self:
        """Return the program itself, named by the part that acts; it may do everything."""
        return cls(
            kind=ActorKind.SYSTEM,
            id=0,
            label=label,
            permissions=frozenset(Permission),
            source=source,
        )

    @property
    def is_system(self) -> bool:
        """Whether the program itself acts."""
        return self.kind is ActorKind.SYSTEM

    @property
    def user_id(self) -> int | None:
        """The user's id, if a user acts."""
        return self.id if self.kind is ActorKind.USER else None

    def may(self, permission: Permission) -> bool:
        """Whether the actor has the right."""
        return permission in self.permissions

    def works_in(self, department_id: int) -> bool:
        """Whether the actor works in the department; the system works everywhere."""
        return self.is_system or department_id in self.departments

    def require(self, permission: Permission) -> None:
        """Refuse unless the actor has the right.

        Raises:
            NotPermitted: the right is missing.
        """
        if permission not in self.permissions:
            raise NotPermitted(
                _("Your role does not include this."),
                next_step=_("Ask an administrator of your service desk for the right role."),
            )

    def through(self, source: Source) -> Self:
        """Return the same actor, coming through another door."""
        return replace(self, source=source)
