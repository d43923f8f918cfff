"""Settings: ladders are drawn as rows, read as sentences, and tried before they count."""

from typing import Any

import pytest
from django.test import Client

from tests.make import make_department, make_user
from tests.surfaces.signing_in import signed_in_staff
from workflow.clocks.models import Ladder, LadderStep
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

PAGE = "/settings/escalation/"
STEP = {"when_1": "percent", "number_1": "75", "action_1": "notify"}


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """An administrator's browser."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


def send(client: Client, **fields: Any) -> Any:
    """Send the form of a ladder."""
    return client.post(PAGE, {"action": "save", "name": "Gold", **STEP, **fields})


def test_a_ladder_is_drawn_and_read_as_sentences(client: Client) -> None:
    billing = make_department("Billing")

    sent = send(
        client,
        when_2="before", number_2="90", action_2="raise_priority",
        when_3="after", number_3="120", action_3="reassign", department_3=billing.pk,
        departments=[billing.pk],
    )  # fmt: skip

    assert sent.status_code == 302
    gold = Ladder.objects.get(name="Gold")
    moments = LadderStep.objects.filter(ladder=gold).order_by("position")
    assert list(moments.values_list("percent", "minutes")) == [(75, None), (None, -90), (None, 120)]
    assert Department.objects.get(pk=billing.pk).ladder_id == gold.pk
    shown = client.get(PAGE).content.decode()
    assert "90 minutes before the due time: raise the priority" in shown
    assert "2 hours after the due time: send it to Billing" in shown


@pytest.mark.parametrize(
    "fields",
    [
        {"number_1": ""},
        {"number_1": "soon"},
        {"number_1": "2000"},
        {"when_1": "after", "number_1": "999999"},
        {"action_1": "reassign"},
        {"name": " "},
        {"name": "standard"},
    ],
)
def test_a_ladder_that_makes_no_sense_stands_in_the_form(
    client: Client, fields: dict[str, str]
) -> None:
    answer = send(client, **fields)

    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert Ladder.objects.count() == 1


def test_the_usual_ladder_is_handed_on_and_an_unused_one_removed(client: Client) -> None:
    send(client, is_default="1")
    gold, standard = Ladder.objects.get(name="Gold"), Ladder.objects.get(name="Standard")
    assert (gold.is_default, standard.is_default) == (True, False)

    removed = client.post(PAGE, {"action": "remove", "id": standard.pk})
    refused = client.post(PAGE, {"action": "remove", "id": gold.pk})

    assert (removed.status_code, refused.status_code) == (302, 409)
    assert list(Ladder.objects.all()) == [gold]


def test_the_preview_names_who_would_be_woken(client: Client) -> None:
    service = Department.objects.get(is_customer_service=True)
    make_user(Role.HEAD, department=service, name="Nadia Khan")
    make_user(Role.LEAD, name="Olav Hansen")

    shown = client.get(PAGE, {"hours": "4"}).content.decode()
    unread = client.get(PAGE, {"hours": "many"})

    assert "Nadia Khan" in shown
    assert "Olav Hansen" in shown
    assert unread.status_code == 200
