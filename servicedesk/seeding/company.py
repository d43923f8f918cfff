"""A tenant to fill: its people, departments, products, problems and customers."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.text import slugify

from customers.models import AddressKind, Contact, ContactAddress, Organisation, Product
from problems.lifecycle import LOOK_AGAIN_AFTER
from problems.linking import open_problem_from_cases
from problems.models import Problem
from servicedesk.seeding.having import give_products
from servicedesk.seeding.loading import load, patiently
from servicedesk.seeding.words import DOES, WHEN, WHO
from workflow.clocks.ladders import steps_of
from workflow.clocks.models import Calendar, LadderStep, ServiceLevel, Target
from workflow.configuring import save_department
from workflow.history.actions import Action
from workflow.history.models import Entry
from workflow.history.recording import record
from workflow.people.actors import Actor, Source
from workflow.people.models import Department, Membership, User
from workflow.people.permissions import Role
from workflow.refusals import Refusal
from workflow.starter import new_tenant
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SEEDER = Actor.system("seed", source=Source.COMMAND)
MADE_BY_SEED = "seed"
AGENTS = 50
DEPARTMENTS = (("Payments", "blue"), ("Logistics", "olive"), ("Devices", "violet"))
PRODUCTS = (
    "Card", "Account", "Transfers", "App", "Router", "Heating", "Parcel", "Insurance",
    "Subscription", "Warranty", "Booking", "Loyalty",
)  # fmt: skip
CATEGORIES = ("billing", "delivery", "access", "device", "contract", "")
FIRST_NAMES = (
    "Ingrid", "Amir", "Sofie", "Jonas", "Leila", "Henrik", "Nora", "Mateo", "Greta", "Oskar",
    "Priya", "Lars", "Emilia", "Tariq", "Hanna", "Viktor", "Aisha", "Felix", "Marta", "Emil",
)  # fmt: skip
LAST_NAMES = (
    "Solheim", "Haddad", "Lindqvist", "Weber", "Okafor", "Nilsen", "Rossi", "Kaya", "Novak",
    "Berg", "Fischer", "Dahl", "Moreau", "Singh", "Larsen", "Keller", "Santos", "Holm", "Petrov",
    "Bakke", "Schulz", "Costa", "Aydin", "Strand", "Wagner", "Nguyen", "Lund", "Romano", "Vogel",
)  # fmt: skip
CASES_PER_CONTACT = 10
CONTACTS_PER_ORGANISATION = 15
CASES_PER_PROBLEM = 2_000
MOST_PROBLEMS = 60
# Reserved: no mail to it ever reaches anybody.
DOMAIN = "seed.example.org"


class NotSeeded(Refusal):
    """A tenant of this name is there, and its data are somebody's."""

    code = "not_seeded"


@dataclass(frozen=True, kw_only=True)
class Company:
    """What the cases of a tenant refer to, by id; people and places in the order of their weight."""

    calendar: Calendar
    service_level: int
    targets: dict[tuple[str, int], Target]
    steps: list[LadderStep]
    agents: list[int]
    departments: list[int]
    products: list[int]
    problems: list[int]
    contacts: list[tuple[int, int | None]]


def seeded_tenant(slug: str, *, seed: int, password: str, at: datetime) -> Tenant:
    """Return the tenant of a short name, made if it is not there.

    Raises:
        NotSeeded: the name belongs to a tenant that was not made by this command.
    """
    known = Tenant.objects.filter(slug=slug).first()
    if known is not None:
        refuse_strangers(known)
        return known
    with transaction.atomic():
        tenant = new_tenant(
            slug,
            name=slug.replace("-", " ").capitalize(),
            hosts=[f"{slug}.{settings.BASE_DOMAIN}"],
            timezone="UTC",
            at=at,
        )
        with tenant_scope(tenant.pk):
            set_up(seed=seed, password=password, at=at)
    return tenant


def refuse_strangers(tenant: Tenant) -> None:
    """Refuse to write into data that are not made up.

    Raises:
        NotSeeded: the tenant's history does not say that it was made by this command.
    """
    with tenant_scope(tenant.pk):
        is_ours = Entry.objects.filter(
            action=Action.CONFIGURATION_CHANGED,
            actor_kind="system",
            actor_label=SEEDER.label,
            subject_kind="department",
        ).exists()
    if not is_ours:
        raise NotSeeded(
            f"The tenant “{tenant.slug}” was not made by this command, so nothing is put into it.",
            next_step="Choose another --prefix.",
        )


def set_up(*, seed: int, password: str, at: datetime) -> None:
    """Make departments, colleagues, products; without a password nobody can sign in."""
    calendar = Calendar.objects.order_by("id").first()
    assert calendar is not None  # noqa: S101 - every new tenant has one
    service = Department.objects.get(is_customer_service=True)
    record(
        Action.CONFIGURATION_CHANGED,
        service,
        actor=SEEDER,
        at=at,
        changes={"what": MADE_BY_SEED, "seed": seed},
    )
    for name, hue in DEPARTMENTS:
        save_department(
            department_id=None,
            name=name,
            public_name=f"The {name} team",
            hue=hue,
            calendar=calendar,
            acknowledge_within=timedelta(hours=2),
            stage_within=timedelta(hours=10),
            actor=SEEDER,
            at=at,
        )
    # One hash for all: it takes a quarter of a second.
    hashed = make_password(password) if password else ""
    for number in range(AGENTS):
        bring_in(f"agent{number}", role=Role.AGENT, number=number, password=hashed, at=at)
    bring_in("lead", role=Role.LEAD, number=7, password=hashed, at=at)
    bring_in("admin", role=Role.ADMIN, number=11, password=hashed, at=at)
    Product.objects.bulk_create([Product(name=name, slug=slugify(name)) for name in PRODUCTS])


def bring_in(account: str, *, role: Role, number: int, password: str, at: datetime) -> None:
    """Let somebody work there; `password` is its hash."""
    name = f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number % len(LAST_NAMES)]}"
    user = User.objects.create(
        email=f"{account}@{DOMAIN}", name=name, password=password, created_at=at
    )
    Membership.objects.create(user=user, role=role)


@transaction.atomic
def company_for(cases: int, *, seed: int, at: datetime) -> Company:
    """Return what cases refer to; customers and problems are added until there are enough.

    The problems are opened by the real action: their news goes its way when a worker runs.
    """
    patiently()
    add_problems(min(MOST_PROBLEMS, cases // CASES_PER_PROBLEM + 3), at=at)
    add_contacts(max(20, cases // CASES_PER_CONTACT), seed=seed, at=at)
    level = ServiceLevel.objects.select_related("version__calendar").get(is_default=True)
    if level.version is None:
        raise ValueError("The default service level was never published.")
    return Company(
        calendar=level.version.calendar,
        service_level=level.pk,
        targets={
            (target.metric, target.priority): target
            for target in Target.objects.filter(version=level.version)
        },
        steps=steps_of(None),
        agents=list(
            User.objects.filter(email__startswith="agent")
            .order_by("id")
            .values_list("pk", flat=True)
        ),
        departments=list(Department.objects.order_by("id").values_list("pk", flat=True)),
        products=list(Product.objects.order_by("id").values_list("pk", flat=True)),
        problems=list(Problem.objects.order_by("id").values_list("pk", flat=True)),
        contacts=list(Contact.objects.order_by("id").values_list("pk", "organisation_id")),
    )


def add_problems(wanted: int, *, at: datetime) -> None:
    """Open problems, the first a month ago, until there are as many as wanted."""
    products = list(Product.objects.order_by("id"))
    for number in range(Problem.objects.count(), wanted):
        who, does = WHO[number % len(WHO)], DOES[number % len(DOES)]
        open_problem_from_cases(
            cases=[],
            title=f"{who.capitalize()} {does} {WHEN[number % len(WHEN)]}",
            statement=f"Customers say that {who} {does}.",
            category=CATEGORIES[number % (len(CATEGORIES) - 1)],
            product=products[number % len(products)],
            actor=SEEDER,
            at=at - timedelta(days=30) + timedelta(hours=number * 7),
        )
    # Nobody looked at them for a month; they are looked at from now on.
    Problem.objects.filter(next_look_at__lt=at).update(next_look_at=at + LOOK_AGAIN_AFTER)


def add_contacts(wanted: int, *, seed: int, at: datetime) -> None:
    """Make customers with one mail address each, until there are as many as wanted."""
    known = Contact.objects.count()
    if known >= wanted:
        return
    numbers = range(known, wanted)
    since = at - timedelta(days=800)
    chance = random.Random(seed + known)  # noqa: S311 - the same data every time, no secret
    organisations = [
        pk
        for (pk,) in load(
            Organisation,
            ("name", "domain", "created_at"),
            [
                (
                    f"{LAST_NAMES[n % len(LAST_NAMES)]} {n} Ltd",
                    f"company{known + n}.example.org",
                    since,
                )
                for n in range(len(numbers) // CONTACTS_PER_ORGANISATION + 1)
            ],
            returning=("id",),
        )
    ]
    contacts = load(
        Contact,
        ("name", "organisation_id", "created_at"),
        [
            (
                f"{FIRST_NAMES[n % len(FIRST_NAMES)]} {LAST_NAMES[n // 7 % len(LAST_NAMES)]}",
                chance.choice(organisations) if chance.random() < 0.6 else None,
                since,
            )
            for n in numbers
        ],
        returning=("id",),
    )
    load(
        ContactAddress,
        ("contact_id", "kind", "value", "is_primary", "verified_at"),
        [
            (pk, AddressKind.MAIL.value, f"customer{n}@{DOMAIN}", True, since)
            for n, (pk,) in zip(numbers, contacts, strict=True)
        ],
    )
    give_products([pk for (pk,) in contacts], seed=seed + known, at=at)
