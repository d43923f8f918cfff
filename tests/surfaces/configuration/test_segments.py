"""Segments and versions are drawn on the settings' pages: tried, counted, saved, put away."""

import json
from typing import Any

import pytest
from django.test import Client

from customers.models import InstalledProduct, ProductVersion, Segment
from servicedesk.configuration.condition_form import LONGEST_CONDITION
from tests.make import AT, make_contact, make_product, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.permissions import Role

PATH = "/settings/segments/"
GOLD = {"fact_0_0": "tier", "operator_0_0": "is", "value_0_0": "gold"}
LONG = json.dumps({"fact": "tier", "in": ["x" * 990] * 21})
WIDE = json.dumps({"fact": "tier", "in": ["ö" * 998] * 10}, ensure_ascii=False)


@pytest.fixture
def admin(tenant: Any) -> Client:
    """Return the browser of an administrator."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


def make_gold(name: str = "Ingrid Solheim") -> None:
    """Make a customer of the tier gold."""
    contact = make_contact(name=name)
    contact.tier = "Gold"
    contact.save()


def test_a_rule_is_tried_before_it_is_saved_and_counted_afterwards(admin: Client) -> None:
    make_gold("Berit Gold")
    make_contact(name="Olav Plain")

    tried = admin.post(PATH, {"action": "look", "name": "Gold", **GOLD}).text
    assert not Segment.objects.exists()
    saved = admin.post(PATH, {"action": "save", "name": "Gold", **GOLD}, follow=True).text

    assert "It fits 1 of 2 customers now." in tried
    assert "Berit Gold" in tried
    assert "Olav Plain" not in tried
    assert "Tier is “gold”" in saved
    assert Segment.objects.get().rule == {"fact": "tier", "is": "gold"}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "A name is needed."),
        ({"value_0_0": ""}, "A statement is not whole."),
        ({"condition": "{"}, "This is not JSON."),
        ({"condition": '{"fact": "weather", "is": "fine"}'}, "Nothing is known of a customer"),
        ({"condition": LONG}, "20898 characters long; 20000 are allowed"),
        ({"condition": WIDE}, "20024 bytes long; 20000 are allowed"),
        ({"name": "x" * 81}, "there is room for 80"),
    ],
)
def test_what_cannot_be_used_stands_in_the_form(
    admin: Client, fields: dict[str, str], says: str
) -> None:
    answer = admin.post(PATH, {"action": "save", "name": "Kept words", **GOLD, **fields})

    assert answer.status_code == 422
    assert says in answer.text
    assert not Segment.objects.exists()
    assert admin.post(PATH, {"action": "save", "name": "Good", **GOLD}).status_code == 302


def test_a_long_rule_that_a_program_saved_fits_into_the_form(admin: Client) -> None:
    rule = {"not": {"fact": "tier", "in": [f"t{number}" for number in range(950)]}}
    nested = {"not": {"all": [{"any": [{"not": rule}] * 2}]}}
    Segment.objects.create(number=1, name="Long", rule=nested, changed_at=AT)

    shown = admin.get(f"{PATH}?edit=1").context["form"]["data"]["condition"]

    assert json.loads(shown) == nested
    assert len(json.dumps(nested, indent=2)) > LONGEST_CONDITION > len(shown)


def test_who_comes_second_reads_why(admin: Client) -> None:
    admin.post(PATH, {"action": "save", "name": "Gold", **GOLD})
    first = admin.get(f"{PATH}?edit=1").text
    change = {"action": "save", "number": "1", "version": "1", **GOLD}

    saved = admin.post(PATH, {**change, "name": "Golden"})
    late = admin.post(PATH, {**change, "name": "Silver"})

    assert 'name="version" value="1"' in first
    assert saved.status_code == 302
    assert late.status_code == 422
    assert "Somebody changed this segment" in late.text
    assert Segment.objects.get().name == "Golden"


def test_a_segment_is_put_away_and_used_again(admin: Client) -> None:
    admin.post(PATH, {"action": "save", "name": "Gold", **GOLD})

    admin.post(PATH, {"action": "off", "number": "1"})
    away = Segment.objects.get().is_active
    admin.post(PATH, {"action": "on", "number": "1"})

    assert away is False
    assert Segment.objects.get().is_active is True
    assert admin.post(PATH, {"action": "dance", "number": "1"}).status_code == 404


def test_statements_about_days_are_numbers(admin: Client) -> None:
    fields = {
        "fact_0_0": "days_since_purchase",
        "operator_0_0": "at_most",
        "value_0_0": "30",
    }

    admin.post(PATH, {"action": "save", "name": "Lately", **fields})

    assert Segment.objects.get().rule == {"fact": "days_since_purchase", "at_most": 30}


def test_the_page_of_segments_costs_the_same_for_2_and_20(admin: Client) -> None:
    admin.get(PATH)
    asked = []
    for numbers in (range(2), range(2, 20)):
        Segment.objects.bulk_create(
            Segment(
                number=n + 1, name=f"Of {n}", rule={"fact": "tier", "is": "gold"}, changed_at=AT
            )
            for n in numbers
        )
        with counted() as queries:
            page = admin.get(PATH).text
        assert page.count("Use no more") == numbers.stop
        asked.append(queries)

    assert len(asked[0]) == len(asked[1]), told(asked[1])


def test_versions_of_a_product_are_named_and_counted(admin: Client) -> None:
    router = make_product("Router X")
    path = f"/settings/products/{router.pk}/"

    empty = admin.get(path).text
    made = admin.post(path, {"name": "2.0", "released_on": "2026-01-05"})
    version = ProductVersion.objects.get()
    InstalledProduct.objects.create(
        contact=make_contact(), product=router, version=version, changed_at=AT
    )
    InstalledProduct.objects.create(contact=make_contact(), product=router, changed_at=AT)
    page = admin.get(f"{path}?edit={version.pk}").text
    twice = admin.post(path, {"name": "V2.0"})
    odd = admin.post(path, {"name": "3", "released_on": "soon"})
    admin.post(path, {"id": version.pk, "name": "2.1", "released_on": ""})

    assert "No versions yet" in empty
    assert made.status_code == 302
    assert "5 Jan 2026" in page
    assert "Of 1 that is installed nobody knows the version." in page
    assert 'value="2026-01-05"' in page
    assert (twice.status_code, odd.status_code) == (422, 422)
    assert "Router X has a version of this name." in twice.text
    assert "This is no day." in odd.text
    version.refresh_from_db()
    assert (version.name, version.released_on) == ("2.1", None)
    assert "2.1" in admin.get("/settings/products/").text
    assert admin.get("/settings/products/999999/").status_code == 404
