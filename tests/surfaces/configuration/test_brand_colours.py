"""A brand's colour: chosen, looked at, saved; worn by the portal and web forms and nothing else."""

import json
from typing import Any

import pytest
from django.test import Client

from cases.intake.web_forms import take_in_submission
from cases.models import Case, FormSubmission, WebForm
from tests.make import AT, make_actor, make_contact, make_user
from tests.surfaces.counting import counted
from tests.surfaces.signing_in import client_at, signed_in_contact, signed_in_staff
from workflow.branding import BadColour, Brand, default_brand, save_brand
from workflow.history.models import Entry
from workflow.people.authentication import issue_token
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

PAGE = "/settings/brands/"


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """An administrator's browser."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


def fields(brand: Brand, **but: str) -> dict[str, Any]:
    """Return the form of a brand."""
    return {"id": brand.pk, "name": brand.name, "sender_name": brand.name, "sign_off": "", **but}


def coloured(colour: str) -> Brand:
    """Give the default brand a colour."""
    brand = default_brand()
    return save_brand(
        brand_id=brand.pk,
        name=brand.name,
        sender_name="",
        sign_off="",
        colour=colour,
        actor=make_actor(Role.ADMIN),
        at=AT,
    )


def test_a_colour_is_looked_at_before_it_is_saved(client: Client) -> None:
    brand = default_brand()

    looked = client.post(PAGE, fields(brand, action="show", colour="#FFEE00"))

    words = looked.content.decode()
    assert looked.status_code == 200
    assert '<link rel="stylesheet" href="/colour/ffee00.css">' in words
    assert "White could not be read on it: buttons show #766e00." in words
    brand.refresh_from_db()
    assert brand.colour == ""
    client.post(PAGE, fields(brand, action="save", colour="#FFEE00"))
    brand.refresh_from_db()
    assert brand.colour == "#ffee00"
    assert Entry.objects.filter(subject_kind="brand", changes__colour=True).count() == 1


@pytest.mark.parametrize("action", ["show", "save"])
def test_what_is_no_colour_is_said_beside_its_field(client: Client, action: str) -> None:
    answer = client.post(PAGE, fields(default_brand(), action=action, colour="blue"))

    words = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="colour-error"' in words
    assert "Write it like #1f6f5c." in words


def test_the_portal_wears_the_colour_of_the_default_brand(tenant: Tenant) -> None:
    contact, staff = make_contact(), make_user()
    coloured("#1f6f5c")
    link = '<link rel="stylesheet" href="/colour/1f6f5c.css">'

    entered = signed_in_contact(tenant, contact).get("/help/")
    visited = client_at(tenant).get("/help/known/")

    assert link in entered.content.decode()
    assert link in visited.content.decode()
    assert link not in signed_in_staff(tenant, staff).get("/q/open/").content.decode()
    coloured("")
    assert "/colour/" not in signed_in_contact(tenant, contact).get("/help/").content.decode()


def test_the_colour_costs_a_signed_in_customer_no_query(tenant: Tenant) -> None:
    customer = signed_in_contact(tenant, make_contact())
    customer.get("/help/issues/")
    with counted() as plain:
        customer.get("/help/issues/")
    coloured("#1f6f5c")
    with counted() as worn:
        customer.get("/help/issues/")

    assert len(worn) == len(plain)


def test_the_stylesheet_holds_readable_colours_and_is_kept(tenant: Tenant) -> None:
    answer = client_at(tenant).get("/colour/ffee00.css")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "--accent-fill:#766e00" in answer.content.decode()
    for nothing in ("ffee0", "FFEE00", "zzzzzz", "ffee00;}"):
        assert client_at(tenant).get(f"/colour/{nothing}.css").status_code == 404


def test_a_web_form_wears_its_own_brand_and_so_does_its_case(
    tenant: Tenant, client: Client
) -> None:
    coloured("#1f6f5c")
    admin = make_actor(Role.ADMIN)
    own = save_brand(
        brand_id=None,
        name="Nordvik Mobile",
        sender_name="",
        sign_off="",
        colour="#a00050",
        actor=admin,
        at=AT,
    )
    client.post(
        "/settings/web-forms/", {"action": "save", "name": "Contact us", "brand": str(own.pk)}
    )
    form = WebForm.objects.get()

    shown = client_at(tenant).get(f"/form/{form.key}/").content.decode()
    assert '<link rel="stylesheet" href="/colour/a00050.css">' in shown
    FormSubmission.objects.create(
        web_form=form,
        nonce="x",
        email="ingrid@example.org",
        subject="My card",
        text="It does not work.",
        network="x",
        said="x",
        received_at=AT,
    )
    take_in_submission(FormSubmission.objects.get().pk, at=AT)
    assert Case.objects.get().brand == own
    client.post(
        "/settings/web-forms/", {"action": "save", "id": str(form.pk), "name": "Contact us"}
    )
    without = client_at(tenant).get(f"/form/{form.key}/").content.decode()
    assert "/colour/1f6f5c.css" in without


def test_a_program_sets_colours_and_brands_of_forms(tenant: Tenant) -> None:
    token = issue_token(role=Role.ADMIN, label="program", at=AT)
    program = Client(HTTP_HOST=f"{tenant.slug}.localhost", HTTP_AUTHORIZATION=f"Bearer {token}")

    def sent(path: str, **body: Any) -> Any:
        return program.post(path, json.dumps(body), content_type="application/json")

    made = sent("/api/v1/brands", name="Nordvik Mobile", colour="#a00050").json()
    refused = sent("/api/v1/brands", name="Other", colour="pink")
    form = sent("/api/v1/web-forms", name="Contact us", brand=made["id"]).json()
    foreign = sent("/api/v1/web-forms", name="Contact us", brand=999_999)

    assert made["colour"] == "#a00050"
    assert (refused.json()["code"], foreign.status_code) == ("bad_colour", 422)
    assert form["brand"] == made["id"]


def test_an_action_takes_no_other_colour(tenant: Tenant) -> None:
    with pytest.raises(BadColour):
        coloured("url(https://evil.example/)")
    assert default_brand().colour == ""
