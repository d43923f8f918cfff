"""The walk once more, by people with a browser: agent, department member, customer."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.utils.timezone import now

from cases.models import Case
from problems.models import Problem
from tests.make import make_department, make_product, make_rule, make_tenant, make_user
from tests.processes import run_manage, wait_for
from tests.walk.conftest import running
from workflow.people.permissions import Role
from workflow.tenancy.scope import tenant_scope

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("emptied")]

MAIL = """From: Ingrid Solheim <ingrid@customer.example>
To: support@desk.example
Subject: Direct debit taken twice
Message-ID: <walk-1@customer.example>

You have taken kr 649 twice again on 16 November.
"""


def sign_in(page: Any, *, url: str, email: str) -> None:
    """Sign in with e-mail and password."""
    page.goto(f"{url}/sign-in/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state("domcontentloaded")


def test_agent_department_and_customer_walk_together(committing: None, person: Any) -> None:
    tenant = make_tenant(at=now())
    with tenant_scope(tenant.pk):
        payments = make_department("Payments", at=now())
        make_product("Direct debit")
        make_rule(payments)
        agent = make_user(Role.AGENT, name="Olav Haugen")
        member = make_user(Role.MEMBER, department=payments, name="Maya Lind")
        for user in (agent, member):
            # The pages run with the product's own settings, where the quick hash does not count.
            user.password = make_password("password", hasher="pbkdf2_sha256")
            user.save()

    with running() as (port, sink):
        url = f"http://{tenant.slug}.localhost:{port}"
        result = run_manage("receive_mail", "--tenant", tenant.slug, stdin=MAIL.encode())
        number = json.loads(result.stdout)["case"]

        window = person()
        open_problem(window, url=url, agent=agent, number=number)
        with tenant_scope(tenant.pk):
            wait_for(lambda: Problem.objects.get().state == "assess", why="the routing")
            problem = Problem.objects.get()
        work(person(), url=url, member=member, number=problem.number)
        with tenant_scope(tenant.pk):
            wait_for(lambda: Case.objects.get().state == "resolved", why="the resolution")
        look_on(person(), sink=sink)

        window.goto(f"{url}/c/{number}/")
        assert "It cannot happen again" in window.locator("#thread, [role=log]").first.inner_text()


def open_problem(page: Any, *, url: str, agent: Any, number: str) -> None:
    """The agent finds the case in the queue, answers, and opens a problem from it."""
    sign_in(page, url=url, email=agent.email)
    page.goto(f"{url}/q/unassigned/")
    page.get_by_role("link", name=re.compile("Direct debit taken twice")).first.click()
    page.get_by_label("Your text").fill("We look into it, Ingrid.")
    page.get_by_role("button", name="Send reply").click()
    page.get_by_text("We look into it, Ingrid.").first.wait_for()
    page.goto(f"{url}/problems/new/?case={number}")
    page.get_by_label("Title").fill("Direct debit taken twice")
    page.get_by_label("What is known").fill("Collected a second time some days later.")
    page.get_by_label("Category").fill("billing")
    page.get_by_label("Product", exact=True).select_option(label="Direct debit")
    page.get_by_role("button", name=re.compile("^Open problem")).click()
    page.get_by_role("heading", name="Direct debit taken twice").first.wait_for()


def work(page: Any, *, url: str, member: Any, number: int) -> None:
    """The department finds it on the board, accepts, finds the cause, fixes and resolves."""
    sign_in(page, url=url, email=member.email)
    page.goto(f"{url}/work/")
    page.get_by_text("Direct debit taken twice").first.wait_for()
    page.goto(f"{url}/p/{number}/")
    page.get_by_role("button", name=re.compile("Accept")).first.click()
    fill(page, "The cause, for colleagues", "A retry job sends the collection again.")
    fill(page, "The cause, in the customer's words", "We asked for the money a second time.")
    page.get_by_role("button", name="Save root cause").click()
    fill(page, "What was changed", "The retry job is off.")
    page.get_by_role("button", name="Save fix").click()
    fill(page, "The solution, in the customer's words", "It cannot happen again.")
    page.get_by_role("button", name="Resolve and tell customers").click()
    page.get_by_text("Resolved").first.wait_for()


def fill(page: Any, label: str, text: str) -> None:
    """Open the step that holds the field, if it is folded, and fill it."""
    field = page.get_by_label(label, exact=False).first
    field.wait_for(state="attached")
    if not field.is_visible():
        field.locator("xpath=ancestor::details[1]").locator("summary").first.click()
    field.fill(text)


def look_on(page: Any, *, sink: Any) -> None:
    """The customer follows the link in the mail and sees that it is fixed, without a password."""
    mail = wait_for(
        lambda: [m for m in sink.mails(to="ingrid@") if "cannot happen again" in m.get_content()],
        why="the solution",
    )[0]
    link = re.search(r"http://\S+/help/open/\S+", mail.get_content())
    assert link is not None
    page.goto(link.group(0))
    page.get_by_text("It cannot happen again").first.wait_for()
    assert page.get_by_text("retry job").count() == 0
