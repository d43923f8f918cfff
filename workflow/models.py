"""Index of this room's models, for Django."""

from workflow.clocks.models import Calendar, ServiceLevel, Target
from workflow.history.models import Entry
from workflow.outbox.models import Delivery, Effect, OutboxEvent
from workflow.people.models import (
    ApiToken,
    Department,
    Membership,
    SignInAttempt,
    Team,
    TeamMember,
    User,
)
from workflow.routing.models import RoutingRule
from workflow.tenancy.models import Tenant, TenantHost

__all__ = [
    "ApiToken",
    "Calendar",
    "Delivery",
    "Department",
    "Effect",
    "Entry",
    "Membership",
    "OutboxEvent",
    "RoutingRule",
    "ServiceLevel",
    "SignInAttempt",
    "Target",
    "Team",
    "TeamMember",
    "Tenant",
    "TenantHost",
    "User",
]
