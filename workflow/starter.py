"""What a new tenant starts with: hours, a customer service, a brand, a service level, an admin."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from workflow.branding import Brand
from workflow.clocks.calendar_revisions import keep_revision
from workflow.clocks.models import (
    Calendar,
    Ladder,
    LadderStep,
    Metric,
    PolicyVersion,
    ServiceLevel,
    StepAction,
    Target,
    VersionState,
)
from workflow.people.actors import Actor, Source
from workflow.people.models import Department, Membership, User
from workflow.people.permissions import Role
from workflow.stages.beginning import begin_workflow_with
from workflow.stages.starters import starter_with
from workflow.stages.world import Manned
from workflow.tenancy.creating import new_tenant_row
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

OFFICE_HOURS = {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
HOUR = timedelta(hours=1)
# Opening hours until the first answer, the next ones and the solution, by priority from urgent to low.
FIRST_RESPONSE = {1: HOUR, 2: 2 * HOUR, 3: 8 * HOUR, 4: 16 * HOUR}
NEXT_RESPONSE = {1: HOUR, 2: 4 * HOUR, 3: 8 * HOUR, 4: 16 * HOUR}
RESOLUTION = {1: 8 * HOUR, 2: 20 * HOUR, 3: 50 * HOUR, 4: 100 * HOUR}
# Share of the target that is used up, and who hears of it.
LADDER = (
    (75, StepAction.NOTIFY),
    (100, StepAction.ESCALATE_HEAD),
    (100, StepAction.ESCALATE_LEAD),
)


@transaction.atomic
def new_tenant(
    slug: str,
    *,
    name: str,
    hosts: list[str],
    timezone: str,
    at: datetime,
    is_demo: bool = False,
) -> Tenant:
    """Create a tenant that can take its first case at once.

    Raises:
        BadTenantName, TenantExists: see `workflow.tenancy.creating`.
        BadCalendar: the time zone does not exist.
    """
    tenant = new_tenant_row(slug, name=name, hosts=hosts, is_demo=is_demo, at=at)
    Tenant.objects.filter(pk=tenant.pk).update(timezone=timezone)
    tenant.timezone = timezone
    with tenant_scope(tenant.pk):
        calendar = Calendar(name="Office hours", timezone=timezone, hours=OFFICE_HOURS)
        calendar.working_time()
        calendar.save()
        keep_revision(calendar, at=at)
        Department.objects.create(
            name="Customer service",
            public_name="Customer service",
            slug="customer-service",
            hue="petrol",
            is_customer_service=True,
            calendar=calendar,
            acknowledge_within=2 * HOUR,
            stage_within=10 * HOUR,
        )
        Brand.objects.create(name=name[:80], sender_name=name[:80], is_default=True)
        ladder = Ladder.objects.create(name="Standard", is_default=True)
        LadderStep.objects.bulk_create(
            [
                LadderStep(ladder=ladder, position=position, percent=percent, action=action)
                for position, (percent, action) in enumerate(LADDER, start=1)
            ]
        )
        standard = ServiceLevel.objects.create(name="Standard", is_default=True)
        version = PolicyVersion.objects.create(
            service_level=standard,
            number=1,
            state=VersionState.PUBLISHED,
            calendar=calendar,
            created_at=at,
            published_at=at,
        )
        standard.version = version
        standard.save(update_fields=["version"])
        Target.objects.bulk_create(
            [
                Target(version=version, metric=metric, priority=priority, within=within)
                for metric, targets in (
                    (Metric.FIRST_RESPONSE, FIRST_RESPONSE),
                    (Metric.NEXT_RESPONSE, NEXT_RESPONSE),
                    (Metric.RESOLUTION, RESOLUTION),
                )
                for priority, within in targets.items()
            ]
        )
    return tenant


@transaction.atomic
def first_admin(tenant: Tenant, *, email: str, name: str, password: str, at: datetime) -> User:
    """Create the person who sets the tenant up."""
    with tenant_scope(tenant.pk):
        user = User(email=email, name=name, created_at=at)
        user.set_password(password)
        user.save()
        Membership.objects.create(user=user, role=Role.ADMIN)
    return user


@transaction.atomic
def begin_workflows(tenant: Tenant, *, codes: Sequence[str], at: datetime) -> list[str]:
    """Begin a draft of each starter that a tenant wants to begin with, and return their names.

    Nothing is published: people make them their own first.

    Raises:
        NoSuchStarter: there is none of this code.
        NameTaken: it was begun before.
    """
    with tenant_scope(tenant.pk):
        departments = {
            one.slug: Manned(one.name) for one in Department.objects.filter(is_active=True)
        }
        drafts = [
            begin_workflow_with(
                starter.definition,
                name=str(starter.name),
                departments=departments,
                actor=Actor.system("new tenant", source=Source.COMMAND),
                at=at,
            )
            for starter in map(starter_with, codes)
        ]
    return [draft.workflow.name for draft in drafts]
