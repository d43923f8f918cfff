"""Let a customer have something, for the story that leaves a row in every table."""

from datetime import datetime

from customers.belongings import (
    Order,
    Owner,
    Place,
    Thing,
    save_version,
    write_installed,
    write_purchase,
)
from customers.file_imports import hand_in
from customers.segmenting import save_segment
from tests.make import make_actor, make_contact, make_product
from workflow.people.permissions import Role


def have_things(*, at: datetime) -> None:
    """Name a version, write down who has it and bought it, draw a segment, hand a file in."""
    product, contact = make_product("Router X"), make_contact(at=at)
    admin, agent, owner = make_actor(Role.ADMIN), make_actor(), Owner(contact_id=contact.pk)
    version = save_version(
        product_id=product.pk,
        version_id=None,
        name="2.0",
        released_on=None,
        supported_until=None,
        actor=admin,
        at=at,
    )
    thing = Thing(product=product, version=version)
    write_installed(owner=owner, thing=thing, place=Place(region="North"), actor=agent, at=at)
    order = Order(bought_on=at.date())
    write_purchase(owner=owner, thing=thing, order=order, actor=agent, at=at)
    rule = {"fact": "product", "is": "Router X"}
    save_segment(number=None, name="Has a router", rule=rule, actor=admin, at=at)
    content = b"email\nfrom-a-file@example.org\n"
    hand_in(sort="contacts", content=content, file_name="customers.csv", actor=admin, at=at)
