"""Found a demo company: its tenant and all that an administrator would set up."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from customers.belongings import Owner, Place, Thing, write_installed
from customers.models import Entitlement, Organisation, Product
from customers.segmenting import save_segment
from problems.drawable import world_of_problems
from servicedesk.demo.companies import (
    PREMIUM,
    STANDARD,
    CompanyPlan,
    OrganisationPlan,
    PersonPlan,
    WorkflowPlan,
)
from servicedesk.demo.requesting import offer_requests
from workflow.clocks.calendar_revisions import keep_revision
from workflow.clocks.models import Calendar, ServiceLevel
from workflow.configuring import save_department, save_rule, save_service_level
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor, Source
from workflow.people.models import Department, Membership, User
from workflow.refusals import Refusal
from workflow.rota.changing import save_rota
from workflow.rota.models import MOST_WEEKS
from workflow.rota.on_call import Shift
from workflow.rota.reading import people_of
from workflow.stages.beginning import begin_workflow_with
from workflow.stages.starters import starter_with
from workflow.stages.versions import publish_draft
from workflow.stages.workflows import set_applies_when
from workflow.starter import new_tenant
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

CUSTOMER_FOR = timedelta(days=400)
FOUNDER = Actor.system("demo", source=Source.COMMAND)


class NotTheDemo(Refusal):
    """A tenant of this name is there, and is nobody's demo."""

    code = "not_the_demo"


@transaction.atomic
def found_company(plan: CompanyPlan, *, at: datetime) -> Tenant:
    """Return the tenant of a plan; it is made with everything at once, or found.

    Raises:
        NotTheDemo: the name belongs to a tenant with real data.
    """
    known = Tenant.objects.filter(slug=plan.slug).first()
    if known is not None and not known.is_demo:
        raise NotTheDemo(
            f"The tenant “{plan.slug}” is not a demo, so nothing is told in it.",
            next_step="Use an installation without that tenant for the demo.",
        )
    if known is not None:
        return known
    tenant = new_tenant(
        plan.slug,
        name=plan.name,
        hosts=[f"{plan.slug}.{settings.BASE_DOMAIN}"],
        timezone=plan.timezone,
        is_demo=True,
        at=at,
    )
    with tenant_scope(tenant.pk):
        set_up(plan, at=at)
    return tenant


def set_up(plan: CompanyPlan, *, at: datetime) -> None:
    """Make calendars, departments, people, promises, products, rules and organisations."""
    calendars = {name: save_calendar(plan, name, at=at) for name in plan.calendars}
    service = Department.objects.get(is_customer_service=True)
    departments = {
        plan.service_name: save_department(
            department_id=service.pk,
            name=plan.service_name,
            public_name=plan.service_name,
            hue=service.hue,
            calendar=calendars["Office hours"],
            acknowledge_within=service.acknowledge_within,
            stage_within=service.stage_within,
            actor=FOUNDER,
            at=at,
        ),
    }
    for one in plan.departments:
        departments[one.name] = save_department(
            department_id=None,
            name=one.name,
            public_name=one.public_name,
            hue=one.hue,
            calendar=calendars[one.calendar],
            acknowledge_within=one.acknowledge_within,
            stage_within=one.stage_within,
            actor=FOUNDER,
            at=at,
        )
    for person in plan.people:
        bring_in(person, department=departments.get(person.department), at=at)
    for one in plan.departments:
        put_on_call(departments[one.name], timezone=plan.timezone, at=at)
    standard = ServiceLevel.objects.get(is_default=True)
    save_service_level(
        service_level_id=standard.pk,
        name=standard.name,
        calendar=calendars["Office hours"],
        targets=STANDARD,
        actor=FOUNDER,
        at=at,
    )
    premium = save_service_level(
        service_level_id=None,
        name="Premium",
        calendar=calendars["Around the clock"],
        targets=PREMIUM,
        actor=FOUNDER,
        at=at,
    )
    Product.objects.bulk_create([Product(name=name, slug=slugify(name)) for name in plan.products])
    for rule in plan.rules:
        save_rule(
            rule_id=None,
            name=rule.name,
            condition=rule.condition,
            department=departments[rule.department],
            actor=FOUNDER,
            at=at,
        )
    for workflow in plan.workflows:
        draw(workflow, at=at)
    offer_requests(founder=FOUNDER, at=at)
    for organisation in plan.organisations:
        company = meet(organisation, premium=premium, at=at - CUSTOMER_FOR)
        equip(company, organisation.has, at=at)
    for segment in plan.segments:
        save_segment(number=None, name=segment.name, rule=segment.rule, actor=FOUNDER, at=at)


def draw(plan: WorkflowPlan, *, at: datetime) -> None:
    """Begin a workflow with a starter; publish it if there are problems that it takes."""
    world, starter = world_of_problems(), starter_with(plan.starter)
    draft = begin_workflow_with(
        starter.definition,
        name=str(starter.name),
        departments=world.departments,
        actor=FOUNDER,
        at=at,
    )
    if not plan.applies_when:
        return
    publish_draft(version_id=draft.pk, world=world, actor=FOUNDER, at=at)
    set_applies_when(
        workflow_id=draft.workflow_id,
        condition=plan.applies_when,
        known_facts=world.facts,
        actor=FOUNDER,
        at=at,
    )


def save_calendar(plan: CompanyPlan, name: str, *, at: datetime) -> Calendar:
    """Return the opening hours of a name as the plan has them."""
    calendar = Calendar.objects.filter(name=name).first() or Calendar(name=name)
    calendar.timezone = plan.timezone
    calendar.hours = plan.calendars[name]
    calendar.holidays = plan.holidays
    calendar.working_time()
    calendar.save()
    keep_revision(calendar, at=at)
    record(
        Action.CONFIGURATION_CHANGED,
        calendar,
        actor=FOUNDER,
        at=at,
        changes={"what": "calendar"},
    )
    return calendar


def bring_in(person: PersonPlan, *, department: Department | None, at: datetime) -> User:
    """Let somebody work there. Without a password: the demo signs in with one click."""
    user = User.objects.create(email=person.email, name=person.name, created_at=at)
    Membership.objects.create(user=user, role=person.role, department=department)
    record(Action.USER_INVITED, user, actor=FOUNDER, at=at, changes={"role": person.role.value})
    return user


def put_on_call(department: Department, *, timezone: str, at: datetime) -> None:
    """Let the people of a department be on call week by week, one after the other."""
    people = people_of(department)[:MOST_WEEKS]
    if not people:
        return
    save_rota(
        rota_id=None,
        department=department,
        team=None,
        name="Week by week",
        timezone=timezone,
        weeks=len(people),
        begins_on=at.date(),
        shifts=[
            Shift(person.pk, week, weekday, time(), time())
            for week, person in enumerate(people, start=1)
            for weekday in range(7)
        ],
        actor=FOUNDER,
        at=at,
    )


def meet(plan: OrganisationPlan, *, premium: ServiceLevel, at: datetime) -> Organisation:
    """Make a company among the customers, with what it was promised."""
    organisation = Organisation.objects.create(
        name=plan.name,
        domain=plan.domain,
        region=plan.region,
        segment=plan.segment,
        created_at=at,
    )
    if plan.is_premium:
        Entitlement.objects.create(organisation=organisation, service_level=premium, begins_at=at)
    return organisation


def equip(organisation: Organisation, names: tuple[str, ...], *, at: datetime) -> None:
    """Write down the products that a company has, since it became a customer."""
    for product in Product.objects.filter(name__in=names).order_by("name"):
        write_installed(
            owner=Owner(organisation_id=organisation.pk),
            thing=Thing(product=product),
            place=Place(since=(at - CUSTOMER_FOR).date()),
            actor=FOUNDER,
            at=at,
        )
