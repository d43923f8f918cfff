"""Everybody says when they are away; leads and administrators say it for others."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from tests.make import make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.absences import receivers
from workflow.people.models import Absence, User
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

PAGE = "/absences/"
TODAY = now().date()
DAY = timedelta(days=1)


def away(user: User, *, substitute: User | None = None) -> dict[str, Any]:
    """Return the form of an absence from today until tomorrow."""
    return {
        "action": "save",
        "user": user.pk,
        "first_day": (TODAY - DAY).isoformat(),
        "last_day": (TODAY + DAY).isoformat(),
        "substitute": substitute.pk if substitute else "",
    }


def test_somebody_is_away_is_stood_in_for_and_comes_back(tenant: Tenant) -> None:
    olav, nadia = make_user(Role.AGENT), make_user(Role.AGENT, name="Nadia Khan")
    client = signed_in_staff(tenant, olav)

    noted = client.post(PAGE, away(olav, substitute=nadia))
    assert noted.status_code == 302
    assert receivers([olav.pk], at=now()) == [nadia.pk]
    assert "Nadia Khan" in client.get(PAGE).content.decode()

    client.post(PAGE, {"action": "end", "id": Absence.objects.get().pk})
    assert receivers([olav.pk], at=now() + timedelta(seconds=1)) == [olav.pk]


def test_an_agent_speaks_for_nobody_else_and_a_lead_does(tenant: Tenant) -> None:
    olav, nadia, lead = make_user(), make_user(), make_user(Role.LEAD)

    by_agent = signed_in_staff(tenant, nadia).post(PAGE, away(olav))
    by_lead = signed_in_staff(tenant, lead).post(PAGE, away(olav))

    assert (by_agent.status_code, by_lead.status_code) == (403, 302)
    assert receivers([olav.pk], at=now()) == [lead.pk]


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_day": (TODAY - 5 * DAY).isoformat()},
        {"first_day": "2026-02-31"},
        {"first_day": "", "last_day": ""},
        {"last_day": (TODAY + 900 * DAY).isoformat()},
    ],
)
def test_days_that_make_no_sense_stand_in_the_form(tenant: Tenant, wrong: dict[str, str]) -> None:
    olav = make_user()

    answer = signed_in_staff(tenant, olav).post(PAGE, {**away(olav), **wrong})

    assert answer.status_code == 422
    assert not Absence.objects.exists()


def test_a_substitute_steps_in_for_one_person_only(tenant: Tenant) -> None:
    olav, nadia, lead = make_user(), make_user(), make_user(Role.LEAD)
    signed_in_staff(tenant, olav).post(PAGE, away(olav, substitute=nadia))

    refused = signed_in_staff(tenant, lead).post(PAGE, away(lead, substitute=olav))
    signed_in_staff(tenant, nadia).post(PAGE, away(nadia))

    assert refused.status_code == 422
    assert receivers([olav.pk], at=now()) == [lead.pk]


def test_programs_note_absences_and_draw_ladders(tenant: Tenant) -> None:
    olav = make_user()
    admin = caller_as(tenant, Role.ADMIN)

    absent = admin.post(
        "absences/",
        {
            "person": olav.email,
            "begins_at": now().isoformat(),
            "ends_at": (now() + DAY).isoformat(),
        },
    )
    ended = admin.post(f"absences/{absent.json()['id']}/end/")
    drawn = admin.post(
        "ladders/", {"name": "Gold", "steps": [{"minutes": 30, "action": "raise_priority"}]}
    )
    changed = admin.send(
        "patch",
        f"ladders/{drawn.json()['id']}/",
        {"name": "Gold", "steps": [{"percent": 50, "action": "notify"}]},
    )
    left = admin.send("delete", f"ladders/{drawn.json()['id']}/", None)

    assert (absent.status_code, ended.json()["results"]) == (201, [])
    assert drawn.json()["steps"][0]["minutes"] == 30
    assert changed.json()["steps"][0]["percent"] == 50
    assert [one["name"] for one in left.json()["results"]] == ["Standard"]
