"""A call in a browser: caller, product and matter in one screen, matches seen, in seven steps."""

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.utils.timezone import now

from cases.models import Case, PhoneCall
from tests.make import (
    HOUR,
    make_case,
    make_contact,
    make_problem,
    make_product,
    make_tenant,
    make_user,
)
from tests.walk.conftest import running
from tests.walk.test_walk_in_a_browser import sign_in
from workflow.people.permissions import Role
from workflow.tenancy.scope import tenant_scope

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("emptied")]
MOST_STEPS = 7


class Hand:
    """Writes, chooses and clicks; counts each."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.steps = 0

    def write(self, label: str, text: str) -> None:
        """Write into a field, key by key, as a person does."""
        self.page.get_by_label(label, exact=False).first.press_sequentially(text)
        self.steps += 1

    def click(self, target: Any) -> None:
        """Click something."""
        target.click()
        self.steps += 1

    def choose(self, label: str, option: str) -> None:
        """Choose from a list."""
        self.page.get_by_label(label, exact=False).first.select_option(label=option)
        self.steps += 1


def test_a_call_is_recorded_on_one_screen(committing: None, person: Any) -> None:
    at = now()
    tenant = make_tenant(at=at)
    with tenant_scope(tenant.pk):
        agent = make_user(Role.AGENT, name="Olav Haugen")
        agent.password = make_password("password", hasher="pbkdf2_sha256")
        agent.save()
        make_product("Direct debit")
        ingrid = make_contact("ingrid@example.org", name="Ingrid Solheim", at=at - 2 * HOUR)
        kari = make_contact(name="Kari Lunde", at=at - 2 * HOUR)
        other = make_case(contact=kari, subject="Direct debit taken twice", at=at - 2 * HOUR)
        problem = make_problem(cases=[other], at=at - HOUR)
    with running() as (port, _sink):
        page = person()
        desk = f"http://{tenant.slug}.localhost:{port}"
        sign_in(page, url=desk, email=agent.email)
        page.goto(f"{desk}/calls/new/")
        hand = Hand(page)

        hand.write("Name", "solheim")
        hand.click(page.get_by_role("button", name="Ingrid Solheim"))
        page.get_by_role("button", name="Somebody else").wait_for()
        hand.choose("Product", "Direct debit")
        hand.write("In one line", "Direct debit taken twice")
        page.locator("#similar").get_by_text(problem.name).first.wait_for()
        hand.write("What the caller said", "649 was collected twice.")
        hand.click(page.get_by_label("It is this: link the case to it").first)
        hand.click(page.get_by_role("button", name="Save call").last)
        page.get_by_text("Call saved with case").wait_for()

    with tenant_scope(tenant.pk):
        case = Case.objects.get(contact=ingrid)
        assert (case.channel, case.state) == ("phone", "on_problem")
        assert case.product is not None
        assert PhoneCall.objects.get().case_id == case.pk
    assert hand.steps <= MOST_STEPS
