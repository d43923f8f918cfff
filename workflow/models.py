"""Index of this room's models, for Django."""

from workflow.branding import Brand
from workflow.clocks.models import (
    Calendar,
    CalendarRevision,
    Ladder,
    LadderStep,
    PolicyVersion,
    ServiceLevel,
    Target,
)
from workflow.clocks.simulations import PolicySimulation
from workflow.history.models import Entry
from workflow.outbox.models import Delivery, Effect, OutboxEvent
from workflow.people.models import (
    Absence,
    ApiToken,
    Department,
    Membership,
    SignInAttempt,
    Team,
    TeamMember,
    User,
)
from workflow.rota.models import Rota, RotaException, RotaShift
from workflow.routing.models import RoutingRule
from workflow.stages.models import Workflow, WorkflowVersion
from workflow.tenancy.models import Tenant, TenantHost, TenantMailDomain

__all__ = [
    "Absence",
    "ApiToken",
    "Brand",
    "Calendar",
    "CalendarRevision",
    "Delivery",
    "Department",
    "Effect",
    "Entry",
    "Ladder",
    "LadderStep",
    "Membership",
    "OutboxEvent",
    "PolicySimulation",
    "PolicyVersion",
    "Rota",
    "RotaException",
    "RotaShift",
    "RoutingRule",
    "ServiceLevel",
    "SignInAttempt",
    "Target",
    "Team",
    "TeamMember",
    "Tenant",
    "TenantHost",
    "TenantMailDomain",
    "User",
    "Workflow",
    "WorkflowVersion",
]
