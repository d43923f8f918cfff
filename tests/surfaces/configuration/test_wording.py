"""Settings: the tenant's own words are checked, shown with a real case, used, and taken back."""

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from servicedesk.notifications.composing import letter_for
from servicedesk.notifications.models import Notification, NotificationKind, Wording
from servicedesk.notifications.texts import MAILS
from tests.hearing import hear_everything
from tests.make import make_case, make_contact, make_user
from tests.surfaces.signing_in import signed_in_staff
from workflow.history.models import Entry
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

PAGE = "/settings/wording/"
RECEIPT = f"{PAGE}receipt/"


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """An administrator's browser."""
    return signed_in_staff(tenant, make_user(Role.ADMIN, name="Astrid Admin"))


def send(client: Client, address: str = RECEIPT, **fields: Any) -> Any:
    """Send the form of a mail."""
    form = {"action": "save", "subject": "Got it [{number}]", "text": "It is here: {number}."}
    return client.post(address, {**form, **fields})


def receipt() -> Any:
    """Return the receipt of a case that came by mail."""
    contact = make_contact("ingrid@example.org", name="BUY CHEAP PILLS")
    make_case(contact=contact, subject="Visit evil.example", at=now())
    hear_everything()
    notification = Notification.objects.select_related("case", "contact", "tenant").get(
        kind=NotificationKind.RECEIPT
    )
    return letter_for(notification, recipient="ingrid@example.org", at=now())


def test_a_mail_says_the_tenants_own_words(client: Client) -> None:
    assert send(client).status_code == 302

    letter = receipt()

    assert letter.subject.startswith("Got it [")
    assert letter.text.startswith("It is here: ")
    page = client.get(RECEIPT).content.decode()
    assert "your own" in page
    assert "Astrid Admin" in page


def test_the_way_back_leads_to_our_words_and_is_remembered(client: Client) -> None:
    send(client)

    client.post(RECEIPT, {"action": "ours"})

    assert receipt().subject.startswith("We received your message")
    assert Wording.objects.count() == 2
    entries = Entry.objects.filter(action="configuration.changed").order_by("id")
    assert [entry.changes["is_ours"] for entry in entries] == [False, True]
    assert all("It is here" not in str(entry.changes) for entry in entries)


def test_the_history_names_which_words_were_changed(client: Client) -> None:
    send(client)

    assert "Wording: Receipt" in client.get("/settings/history/").content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": "It is here."}, "The variable {number} is missing."),
        ({"text": "{number} {solution}"}, "This mail knows no variable {solution}."),
        ({"subject": "{subject} [{number}]"}, "This mail knows no variable {subject}."),
        ({"text": "{number} {greeting}"}, "This mail knows no variable {greeting}."),
        ({"text": "{number} {tenant.pk}"}, "This mail knows no variable {tenant.pk}."),
        ({"text": " "}, "Something has to stand here."),
        ({"subject": ""}, "Something has to stand here."),
        ({"text": "{number}" + "x" * 10_001}, "This is longer than 10000 characters."),
    ],
)
def test_what_a_mail_cannot_say_is_refused_by_name(
    client: Client, fields: dict[str, str], sentence: str
) -> None:
    answer = send(client, **fields)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Wording.objects.exists()


def test_words_of_a_template_language_do_nothing(client: Client) -> None:
    send(client, text="{number} {% now 'Y' %} {{ number }} %(number)s ${number}")

    assert not Wording.objects.exists() or "{% now 'Y' %}" in receipt().text


def test_no_words_let_a_receipt_carry_what_the_sender_wrote(client: Client) -> None:
    everything = " ".join(f"{{{name}}}" for name in MAILS[NotificationKind.RECEIPT].variables)
    send(client, text=everything)
    assert Wording.objects.exists()

    letter = receipt()

    assert "evil.example" not in letter.subject + letter.text
    assert "PILLS" not in letter.subject + letter.text


def test_the_preview_is_of_a_real_case_and_sends_nothing(client: Client) -> None:
    case = make_case(subject="Where is my card?", at=now())
    before = Notification.objects.count()

    answer = send(
        client,
        f"{PAGE}answer/",
        action="look",
        subject="{subject}",
        text="{text} ({number})",
        case=f"#{case.number}",
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Where is my card?" in page
    assert f"({case.number})" in page
    assert Notification.objects.count() == before
    assert not Wording.objects.exists()


def test_a_case_that_is_not_there_is_said_beside_its_field(client: Client) -> None:
    page = client.get(f"{RECEIPT}?case=99999").content.decode()

    assert "There is no case #99999 here." in page


def test_a_mail_that_customers_do_not_get_has_no_page(client: Client) -> None:
    assert client.get(f"{PAGE}clock_breached/").status_code == 404


def test_the_portal_calls_stages_by_the_tenants_words(client: Client) -> None:
    words = {"stage.fixing": "Being repaired", "step.fixed": "Fixed"}

    client.post(PAGE, words)

    assert Wording.objects.get().text == "Being repaired"
    assert 'value="Being repaired"' in client.get(PAGE).content.decode()
    client.post(PAGE, {})
    assert 'value="Being repaired"' not in client.get(PAGE).content.decode()


def test_a_word_that_is_a_text_is_refused(client: Client) -> None:
    answer = client.post(PAGE, {"stage.fixing": "x" * 41})

    assert answer.status_code == 422
    assert "This is longer than 40 characters." in answer.content.decode()
