"""Build what a test is about, through the real actions."""

from datetime import UTC, datetime, time, timedelta
from itertools import count

from cases.lifecycle import open_case
from cases.models import Case
from cases.states import Channel
from customers.identity import contact_behind
from customers.models import Contact, Product
from problems.linking import open_problem_from_cases
from problems.models import Problem
from workflow.clocks.models import Calendar, PolicyVersion, ServiceLevel
from workflow.people.actors import Actor, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import Department, Membership, User
from workflow.people.permissions import Role
from workflow.rota.models import Rota, RotaException, RotaShift
from workflow.routing.models import RoutingRule
from workflow.starter import new_tenant
from workflow.tenancy.models import Tenant

# A Monday morning in opening hours.
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

_numbers = count(1)


def make_tenant(slug: str = "", *, at: datetime = AT, is_demo: bool = False) -> Tenant:
    """Return a new tenant with its host SLUG.localhost."""
    slug = slug or f"t{next(_numbers)}-{datetime.now(UTC):%H%M%S%f}"
    return new_tenant(
        slug,
        name=slug.title(),
        hosts=[f"{slug}.localhost"],
        timezone="UTC",
        at=at,
        is_demo=is_demo,
    )


def make_department(name: str = "Payments", *, at: datetime = AT) -> Department:
    """Return the department of this name, made if need be."""
    slug = name.lower().replace(" ", "-")
    department, _ = Department.objects.get_or_create(
        slug=slug,
        defaults={
            "name": name,
            "public_name": f"The {name} team",
            "hue": "blue",
            "calendar": Calendar.objects.order_by("id").first(),
            "acknowledge_within": 2 * HOUR,
            "stage_within": 8 * HOUR,
        },
    )
    return department


def make_user(
    role: Role = Role.AGENT, *, department: Department | None = None, name: str = ""
) -> User:
    """Return a new colleague with the password "password"."""
    number = next(_numbers)
    user = User(
        email=f"{role}{number}@example.com", name=name or f"{role.title()} {number}", created_at=AT
    )
    user.set_password("password")
    user.save()
    Membership.objects.create(user=user, role=role, department=department)
    return user


def make_actor(role: Role = Role.AGENT, *, department: Department | None = None) -> Actor:
    """Return a new colleague as an actor."""
    return actor_for_user(make_user(role, department=department), source=Source.AGENT)


def make_contact(email: str = "", *, name: str = "", at: datetime = AT) -> Contact:
    """Return the contact behind an address."""
    return contact_behind(
        email or f"customer{next(_numbers)}@example.org",
        name=name or "Ingrid Solheim",
        actor=Actor.system("test"),
        at=at,
    )


def make_product(name: str = "Card") -> Product:
    """Return the product of this name, made if need be."""
    product, _ = Product.objects.get_or_create(name=name, slug=name.lower().replace(" ", "-"))
    return product


def make_case(
    *,
    contact: Contact | None = None,
    subject: str = "Charged twice",
    text: str = "You have taken 649 twice again.",
    channel: Channel = Channel.MAIL,
    actor: Actor | None = None,
    at: datetime = AT,
    priority: int = 3,
) -> Case:
    """Return a case that was just opened."""
    return open_case(
        contact=contact or make_contact(at=at),
        subject=subject,
        text=text,
        channel=channel,
        actor=actor or Actor.system("test"),
        priority=priority,
        at=at,
    )


def make_problem(
    *,
    cases: list[Case] | None = None,
    title: str = "Direct debit taken twice",
    actor: Actor | None = None,
    at: datetime = AT + HOUR,
) -> Problem:
    """Return a problem opened from cases (one, if none is given), described so as to be routed."""
    return open_problem_from_cases(
        cases=cases if cases is not None else [make_case()],
        title=title,
        statement="The amount is collected a second time some days later.",
        category="billing",
        product=make_product(),
        actor=actor or Actor.system("test"),
        at=at,
    )


def make_service_level(name: str, *, at: datetime = AT) -> ServiceLevel:
    """Create a published service level in the tenant's first calendar that promises nothing yet."""
    level = ServiceLevel.objects.create(name=name)
    level.version = PolicyVersion.objects.create(
        service_level=level,
        number=1,
        state="published",
        calendar=Calendar.objects.order_by("id")[0],
        created_at=at,
        published_at=at,
    )
    level.save(update_fields=["version"])
    return level


def make_rule(department: Department, *, condition: dict[str, object] | None = None) -> RoutingRule:
    """Return a routing rule to a department; by default it fits everything about billing."""
    return RoutingRule.objects.create(
        position=RoutingRule.objects.count() + 1,
        name=f"To {department.name}",
        condition=condition or {"fact": "category", "is": "billing"},
        department=department,
    )


def make_rota(department: Department, *, user: User | None = None, name: str = "Nights") -> Rota:
    """Return a rota in which somebody is on call on Mondays, and nobody on one day of March."""
    user = user or make_user(Role.MEMBER, department=department)
    rota = Rota.objects.create(department=department, name=name, begins_on=AT.date())
    RotaShift.objects.create(rota=rota, user=user, weekday=0, begins=time(8), ends=time(18))
    RotaException.objects.create(rota=rota, begins_at=AT + 7 * DAY, ends_at=AT + 8 * DAY)
    return rota
