"""What a person may do: the one list, and the roles as sets of it."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One right each, as verb and noun."""

    VIEW_CASE = "view_case"
    VIEW_NOTE = "view_note"
    OPEN_CASE = "open_case"
    WORK_CASE = "work_case"
    ASSIGN_CASE = "assign_case"
    IMPORT_CASES = "import_cases"
    VIEW_CUSTOMER = "view_customer"
    EDIT_CUSTOMER = "edit_customer"
    VIEW_PROBLEM = "view_problem"
    OPEN_PROBLEM = "open_problem"
    LINK_CASE = "link_case"
    ROUTE_PROBLEM = "route_problem"
    WORK_PROBLEM = "work_problem"
    STEER_PROBLEM = "steer_problem"
    APPROVE_BROADCAST = "approve_broadcast"
    VIEW_ARTICLE = "view_article"
    WRITE_ARTICLE = "write_article"
    PUBLISH_ARTICLE = "publish_article"
    CONFIGURE = "configure"
    VIEW_HISTORY = "view_history"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_TOKENS = "manage_tokens"
    RETRY_DELIVERY = "retry_delivery"
    USE_PORTAL = "use_portal"


class Role(StrEnum):
    """A set of permissions with a name that people know."""

    AGENT = "agent"
    LEAD = "lead"
    MEMBER = "member"
    HEAD = "head"
    ADMIN = "admin"
    READER = "reader"
    CONTACT = "contact"


ROLE_NAMES = {
    Role.AGENT: _("Agent"),
    Role.LEAD: _("Service lead"),
    Role.MEMBER: _("Department member"),
    Role.HEAD: _("Department head"),
    Role.ADMIN: _("Administrator"),
    Role.READER: _("Reader"),
    Role.CONTACT: _("Customer"),
}
STAFF_ROLES = tuple(role for role in Role if role is not Role.CONTACT)

_READ = frozenset(
    {
        Permission.VIEW_CASE,
        Permission.VIEW_CUSTOMER,
        Permission.VIEW_PROBLEM,
        Permission.VIEW_ARTICLE,
    }
)
# What colleagues write to one another is for those who work on cases or problems, no readers.
_AGENT = _READ | {
    Permission.VIEW_NOTE,
    Permission.OPEN_CASE,
    Permission.WORK_CASE,
    Permission.ASSIGN_CASE,
    Permission.EDIT_CUSTOMER,
    Permission.OPEN_PROBLEM,
    Permission.LINK_CASE,
    Permission.WRITE_ARTICLE,
}
_LEAD = _AGENT | {
    Permission.ROUTE_PROBLEM,
    Permission.STEER_PROBLEM,
    Permission.APPROVE_BROADCAST,
    Permission.PUBLISH_ARTICLE,
    Permission.VIEW_HISTORY,
    Permission.IMPORT_CASES,
}
_MEMBER = _READ | {Permission.VIEW_NOTE, Permission.WORK_PROBLEM, Permission.WRITE_ARTICLE}
_HEAD = _MEMBER | {Permission.ROUTE_PROBLEM, Permission.PUBLISH_ARTICLE}
_ADMIN = _READ | {
    Permission.VIEW_NOTE,
    Permission.CONFIGURE,
    Permission.VIEW_HISTORY,
    Permission.MANAGE_PEOPLE,
    Permission.MANAGE_TOKENS,
    Permission.RETRY_DELIVERY,
    Permission.IMPORT_CASES,
    Permission.PUBLISH_ARTICLE,
    Permission.WRITE_ARTICLE,
    Permission.STEER_PROBLEM,
    Permission.APPROVE_BROADCAST,
}
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: _AGENT,
    Role.LEAD: _LEAD,
    Role.MEMBER: _MEMBER,
    Role.HEAD: _HEAD,
    Role.ADMIN: _ADMIN,
    Role.READER: _READ,
    Role.CONTACT: frozenset({Permission.USE_PORTAL}),
}


def permissions_of(roles: set[Role]) -> frozenset[Permission]:
    """Return everything that a set of roles may do."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))
