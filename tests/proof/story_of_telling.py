"""Customers who have something, whom a problem reaches for it, and what they are told."""

from datetime import datetime, timedelta
from typing import Any

from customers.belongings import (
    Order,
    Owner,
    Place,
    Thing,
    save_version,
    write_installed,
    write_purchase,
)
from problems.excusing import excuse
from problems.fixing import publish_workaround
from problems.handing import accept_problem, route_problem
from problems.models import Affected, Problem
from problems.reaching import Description, add_scope, end_scope
from tests.make import (
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_product,
)
from workflow.people.actors import Actor
from workflow.people.permissions import Role

MINUTE = timedelta(minutes=1)
STORY = Actor.system("story")


def tell_of_telling(*, at: datetime) -> dict[str, Any]:
    """Let a problem reach two customers for what they have, and be told of a workaround."""
    ids = tell_of_belongings(at=at)
    version = ids.pop("version")
    problem = make_problem(
        cases=[make_case(contact=make_contact("wrote@example.org", at=at), at=at)],
        title="The app closes itself",
        at=at + MINUTE,
    )
    apps = make_department("Apps")
    member = make_actor(Role.MEMBER, department=apps)
    route_problem(problem_id=problem.pk, department=apps, actor=STORY, at=at + 2 * MINUTE)
    accept_problem(problem_id=problem.pk, actor=member, at=at + 3 * MINUTE)
    common: dict[str, Any] = {"problem_id": problem.pk, "actor": member, "at": at + 4 * MINUTE}
    scope, _reached = add_scope(
        description=Description(product=version.product, version=version), **common
    )
    elsewhere, _reached = add_scope(description=Description(region="Mars"), **common)
    end_scope(scope_id=elsewhere.pk, **common)
    publish_workaround(workaround="Use the website.", **common)
    excuse(
        problem_id=problem.pk,
        contact_ids=[ids["buyer"]],
        reason="Has left us.",
        actor=make_actor(Role.LEAD),
        at=at + 5 * MINUTE,
    )
    return {
        **ids,
        "outbreak": problem.pk,
        "outbreak_number": Problem.objects.get(pk=problem.pk).number,
        "scope": scope.pk,
        "ended_scope": elsewhere.pk,
        "reached": Affected.objects.get(problem=problem, contact_id=ids["having"]).pk,
    }


def tell_of_belongings(*, at: datetime) -> dict[str, Any]:
    """Let one contact have an app, and another one buy it, of the version that fails."""
    app, radio = make_product("App"), make_product("Radio")
    common: dict[str, Any] = {"actor": STORY, "at": at}
    named: dict[str, Any] = {"version_id": None, "released_on": None, "supported_until": None}
    version = save_version(product_id=app.pk, name="8.2", **named, **common)
    other = save_version(product_id=radio.pk, name="1.0", **named, **common)
    owner = make_contact("owner@example.org", at=at)
    buyer = make_contact("buyer@example.org", at=at)
    thing = Thing(product=app, version=version)
    installed = write_installed(
        owner=Owner(contact_id=owner.pk), thing=thing, place=Place(), **common
    )
    bought = write_purchase(
        owner=Owner(contact_id=buyer.pk), thing=thing, order=Order(bought_on=at.date()), **common
    )
    return {
        "app": app.pk,
        "version": version,
        "radio_version": other.pk,
        "installed": installed.pk,
        "purchase": bought.pk,
        "having": owner.pk,
        "buyer": buyer.pk,
    }
