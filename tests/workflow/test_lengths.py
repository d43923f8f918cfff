"""A name that is too long is refused, wherever it is written; nothing is cut in silence."""

from collections.abc import Callable
from typing import Any

import pytest

from customers.editing import new_contact, save_organisation, save_product
from customers.models import AddressKind, Organisation
from problems.models import Problem
from tests.make import AT, make_actor, make_problem
from workflow.branding import Brand, save_brand
from workflow.lengths import TooManyCharacters, fitting, one_line
from workflow.people.models import User
from workflow.people.permissions import Role
from workflow.staffing import invite_user

LONG = "x" * 1001


def test_what_fits_is_kept_and_what_does_not_is_refused_with_its_length() -> None:
    assert one_line("  Cards \n and  loans ", longest=15) == "Cards and loans"
    assert fitting(" a\nb ", longest=3) == "a\nb"
    with pytest.raises(TooManyCharacters, match="has 16 characters; there is room for 15"):
        one_line("Cards, and loans", longest=15)


NAMED: dict[str, Callable[[str], Any]] = {
    "brand": lambda name: save_brand(
        brand_id=None, name=name, sender_name="", sign_off="", actor=make_actor(Role.ADMIN), at=AT
    ),
    "organisation": lambda name: save_organisation(
        organisation_id=None, name=name, domain="", actor=make_actor(), at=AT
    ),
    "product": lambda name: save_product(
        product_id=None, name=name, is_active=True, actor=make_actor(Role.ADMIN), at=AT
    ),
    "contact": lambda name: new_contact(
        name=name,
        kind=AddressKind.MAIL,
        address="kari@example.org",
        organisation=None,
        actor=make_actor(),
        at=AT,
    ),
    "problem": lambda name: make_problem(title=name),
    "colleague": lambda name: invite_user(
        name=name,
        email="kari@example.com",
        role=Role.AGENT,
        department=None,
        password="correct horse battery",
        actor=make_actor(Role.ADMIN),
        at=AT,
    ),
}


@pytest.mark.parametrize("thing", NAMED)
def test_a_name_that_is_too_long_is_refused_and_a_short_one_is_not(tenant: Any, thing: str) -> None:
    with pytest.raises(TooManyCharacters):
        NAMED[thing](LONG)

    NAMED[thing]("A name that fits")

    for kept in (Brand, Organisation, User):
        assert not kept.objects.filter(name__startswith="xxx").exists()
    assert not Problem.objects.filter(title__startswith="xxx").exists()
