"""Very many customers whom one problem reaches, made quickly; and a broadcast to all of them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import now

from customers.models import (
    AddressKind,
    Contact,
    ContactAddress,
    InstalledProduct,
    Product,
    ProductVersion,
)
from problems.broadcast_policies import set_approval_size
from problems.fixing import publish_workaround
from problems.handing import accept_problem, route_problem
from problems.models import Broadcast, Problem
from problems.reaching import Description, add_scope
from servicedesk.seeding.loading import load, patiently
from tests.make import make_actor, make_case, make_contact, make_department, make_problem
from workflow.outbox.relay import relay_news
from workflow.people.actors import Actor
from workflow.people.permissions import Role

WORKAROUND = "Take cash at one of our branches until then."


@transaction.atomic
def make_crowd(size: int, *, at: datetime) -> ProductVersion:
    """Make so many customers with an address each, who all have one version of a product."""
    patiently()
    product = Product.objects.create(name="Meter", slug="meter")
    version = ProductVersion.objects.create(product=product, name="M4")
    contacts = [
        pk
        for (pk,) in load(
            Contact,
            ("name", "created_at"),
            [(f"Customer {number}", at) for number in range(size)],
            returning=("id",),
        )
    ]
    load(
        ContactAddress,
        ("contact_id", "kind", "value", "is_primary", "verified_at"),
        [(pk, AddressKind.MAIL.value, f"crowd{pk}@example.org", True, at) for pk in contacts],
    )
    load(
        InstalledProduct,
        ("contact_id", "product_id", "version_id", "region", "changed_at"),
        [(pk, product.pk, version.pk, "North", at) for pk in contacts],
    )
    return version


def problem_of(version: ProductVersion, *, at: datetime) -> Problem:
    """Return a problem that a department works on and that reaches all who have a version."""
    meters = make_department("Meters", at=at)
    member = make_actor(Role.MEMBER, department=meters)
    case = make_case(contact=make_contact("first@example.org", at=at), at=at)
    problem = make_problem(cases=[case], title="Meters show nothing", at=at)
    system = Actor.system("test")
    route_problem(problem_id=problem.pk, department=meters, actor=system, at=at)
    accept_problem(problem_id=problem.pk, actor=member, at=at)
    with transaction.atomic():
        patiently()
        description = Description(product=version.product, version=version)
        add_scope(problem_id=problem.pk, description=description, actor=member, at=at)
    return problem


def begun_broadcast(problem: Problem, *, size: int) -> Broadcast:
    """Return the broadcast that begins by itself when a workaround is published."""
    set_approval_size(size + 1, actor=Actor.system("test"), at=now())
    publish_workaround(
        problem_id=problem.pk, workaround=WORKAROUND, actor=Actor.system("test"), at=now()
    )
    while relay_news(at=now() + timedelta(days=1)):
        pass
    return Broadcast.objects.get(problem=problem)
