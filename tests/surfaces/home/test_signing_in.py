"""Staff sign in at their tenant's host: the same no for everybody, not too often, nowhere else."""

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import signing
from django.utils.timezone import now

from servicedesk.pages.demo_tickets import SALT, DemoRole, ticket_for
from tests.make import make_contact, make_tenant, make_user
from tests.surfaces.signing_in import client_at, signed_in_staff
from workflow.history.models import Entry
from workflow.people.authentication import TRIES_PER_ACCOUNT
from workflow.people.models import SignInAttempt
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope


def sign_in(tenant: Tenant, *, email: str, password: str, to: str = "") -> Any:
    """Send the sign-in form."""
    form = {"email": email, "password": password, "next": to}
    return client_at(tenant).post("/sign-in/", form)


def test_a_colleague_signs_in_and_the_history_knows(committed_tenant: Tenant) -> None:
    user = make_user(Role.AGENT)
    client = client_at(committed_tenant)

    answer = client.post("/sign-in/", {"email": user.email, "password": "password"})

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/kb/").status_code == 200
    assert Entry.objects.filter(action="user.signed_in", actor_id=user.pk).count() == 1


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    committed_tenant: Tenant,
) -> None:
    user = make_user(Role.AGENT)

    wrong = sign_in(committed_tenant, email=user.email, password="wrong")
    unknown = sign_in(committed_tenant, email="nobody@example.com", password="wrong")

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert said(wrong, user.email) == said(unknown, "nobody@example.com")
    assert "do not belong together" in wrong.content.decode()


def said(answer: Any, email: str) -> str:
    """Return a page without what differs in any case: the typed address and the CSRF token."""
    page = answer.content.decode().replace(email, "EMAIL")
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def test_too_many_wrong_passwords_close_the_account_for_a_while(committed_tenant: Tenant) -> None:
    user = make_user(Role.AGENT)
    for _ in range(TRIES_PER_ACCOUNT):
        sign_in(committed_tenant, email=user.email, password="wrong")

    answer = sign_in(committed_tenant, email=user.email, password="password")

    assert answer.status_code == 429
    assert "too many failed tries" in answer.content.decode()
    assert SignInAttempt.objects.filter(succeeded=False).count() == TRIES_PER_ACCOUNT


def test_an_account_of_one_tenant_opens_no_door_of_another(committed_tenant: Tenant) -> None:
    user = make_user(Role.AGENT)
    other = make_tenant()

    assert sign_in(other, email=user.email, password="password").status_code == 422
    assert sign_in(committed_tenant, email=user.email, password="password").status_code == 302


def test_a_session_of_one_tenant_counts_for_nothing_at_another(committed_tenant: Tenant) -> None:
    user = make_user(Role.AGENT)
    client = signed_in_staff(committed_tenant, user)
    other = make_tenant()

    assert client.get("/kb/").status_code == 200
    assert client.get("/kb/", HTTP_HOST=f"{other.slug}.localhost").status_code == 302


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/p/204/?tab=journey", "/p/204/?tab=journey"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_signing_in_leads_on_only_within_this_host(
    committed_tenant: Tenant, wanted: str, led_to: str
) -> None:
    user = make_user(Role.AGENT)

    answer = sign_in(committed_tenant, email=user.email, password="password", to=wanted)

    assert answer["Location"] == led_to


def test_signing_out_ends_the_session_and_only_by_a_form(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user(Role.AGENT))

    assert client.get("/sign-out/").status_code == 405
    assert client.get("/kb/").status_code == 200

    assert client.post("/sign-out/").status_code == 302
    assert client.get("/kb/").status_code == 302


@pytest.fixture
def demo(db: None, settings: Any) -> Tenant:
    """A demo tenant, while the demo is on."""
    settings.DEMO = True
    return make_tenant(is_demo=True)


def press(tenant: Tenant, token: str, *, role: str = "agent") -> Any:
    """Press a button of the front page: a form of another host, without its CSRF cookie."""
    client = client_at(tenant)
    client.handler.enforce_csrf_checks = True
    return client.post(
        "/demo/sign-in/", {"token": token, "role": role}, HTTP_ORIGIN="http://localhost"
    )


def agent_ticket(tenant: Tenant) -> str:
    """Return a ticket to be a new agent of a tenant."""
    with tenant_scope(tenant.pk):
        user = make_user(Role.AGENT)
        return ticket_for(DemoRole(role=Role.AGENT, id=user.pk, name=user.name))


def test_one_click_signs_an_agent_of_the_demo_in(demo: Tenant) -> None:
    answer = press(demo, agent_ticket(demo))

    assert (answer.status_code, answer["Location"]) == (302, "/")
    cookie = answer.cookies[django_settings.SESSION_COOKIE_NAME]
    assert cookie["samesite"] == "Lax"


def test_one_click_signs_a_customer_of_the_demo_in(demo: Tenant) -> None:
    with tenant_scope(demo.pk):
        contact = make_contact(at=now())
        token = ticket_for(DemoRole(role=Role.CONTACT, id=contact.pk, name=contact.name))

    answer = press(demo, token, role="contact")

    assert (answer.status_code, answer["Location"]) == (302, "/help/")
    assert django_settings.PORTAL_COOKIE_NAME in answer.cookies


def test_one_click_is_refused_without_the_demo(demo: Tenant, settings: Any) -> None:
    token = agent_ticket(demo)
    settings.DEMO = False

    assert press(demo, token).status_code == 404


def test_one_click_is_refused_at_a_tenant_outside_of_the_demo(demo: Tenant) -> None:
    real = make_tenant(is_demo=False)

    assert press(real, agent_ticket(real)).status_code == 404


def test_a_ticket_opens_only_the_door_that_it_was_made_for(demo: Tenant) -> None:
    other = make_tenant(is_demo=True)

    assert press(demo, agent_ticket(other)).status_code == 403
    assert press(demo, agent_ticket(demo), role="admin").status_code == 403
    assert press(demo, "made up").status_code == 403
    assert press(demo, signing.dumps(["not", "a", "ticket"], salt=SALT)).status_code == 403
    assert press(demo, signing.dumps([demo.pk, "agent", 1], salt="another")).status_code == 403


@pytest.mark.parametrize(("age", "status"), [(590, 302), (601, 403)])
def test_a_ticket_is_good_for_ten_minutes(demo: Tenant, age: int, status: int) -> None:
    value = agent_ticket(demo).rsplit(":", 2)[0]
    made = f"{value}:{signing.b62_encode(int(now().timestamp()) - age)}"

    ticket = f"{made}:{signing.TimestampSigner(salt=SALT).signature(made)}"

    assert press(demo, ticket).status_code == status
