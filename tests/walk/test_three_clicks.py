"""From chosen cases to a problem at its department, in clicks; and the palette, by keyboard."""

import re
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.utils.timezone import now

from cases.models import Case
from problems.models import Problem
from tests.make import (
    MINUTE,
    make_case,
    make_contact,
    make_department,
    make_product,
    make_rule,
    make_tenant,
    make_user,
)
from tests.processes import wait_for
from tests.walk.conftest import running
from tests.walk.test_walk_in_a_browser import sign_in
from workflow.people.permissions import Role
from workflow.tenancy.scope import tenant_scope

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("emptied")]
MOST_CLICKS = 3


class Hand:
    """Clicks, and counts the clicks."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, target: Any) -> None:
        """Click something."""
        target.click()
        self.clicks += 1


def test_chosen_cases_stand_at_their_department_after_three_clicks(
    committing: None, person: Any
) -> None:
    at = now()
    tenant = make_tenant(at=at)
    with tenant_scope(tenant.pk):
        payments = make_department("Payments", at=at)
        make_rule(payments)
        product = make_product("Direct debit")
        agent = make_user(Role.AGENT, name="Olav Haugen")
        member = make_user(Role.MEMBER, department=payments, name="Maya Lind")
        for user in (agent, member):
            user.password = make_password("password", hasher="pbkdf2_sha256")
            user.save()
        for name in ("Ingrid Solheim", "Amir Haddad", "Kari Lunde"):
            case = make_case(
                contact=make_contact(name=name, at=at - 9 * MINUTE), at=at - 5 * MINUTE
            )
            Case.objects.filter(pk=case.pk).update(category="billing", product=product)
        numbers = list(Case.objects.order_by("id").values_list("number", flat=True))

    with running() as (port, _sink):
        url = f"http://{tenant.slug}.localhost:{port}"
        window, hand = person(), Hand()
        sign_in(window, url=url, email=agent.email)
        find_by_keyboard(window)
        window.goto(f"{url}/q/unassigned/")
        for number in numbers:
            window.locator(f"input[name=case][value='{number}']").check(force=True)
        hand.click(window.get_by_role("button", name="Open a problem"))
        assert window.get_by_label("Title").input_value() == "Charged twice"
        hand.click(window.get_by_role("button", name=re.compile("^Open problem")))
        window.get_by_role("heading", name="Charged twice").first.wait_for()
        with tenant_scope(tenant.pk):
            wait_for(lambda: Problem.objects.get().state == "assess", why="the routing")
            problem = Problem.objects.get()

        colleague = person()
        sign_in(colleague, url=url, email=member.email)
        colleague.goto(f"{url}/work/")
        colleague.get_by_role("link", name="Charged twice").first.wait_for()
        colleague.goto(f"{url}/p/{problem.number}/")
        shown = colleague.locator("#linked-cases").inner_text()

    assert hand.clicks <= MOST_CLICKS
    for name in ("Ingrid Solheim", "Amir Haddad", "Kari Lunde"):
        assert name in shown


def find_by_keyboard(window: Any) -> None:
    """Press `/`, type, and go down to the case with the arrow."""
    window.keyboard.press("/")
    window.keyboard.type("charg")
    window.locator("#palette-found a.mini").first.wait_for()
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Enter")
    window.wait_for_url(re.compile(r"/c/\d+/$"))
    assert window.get_by_role("heading", name="Charged twice").count() >= 1
