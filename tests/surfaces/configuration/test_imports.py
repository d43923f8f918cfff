"""The pages of imports: a file is handed in, looked at, taken; what is refused comes as a file."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from customers.file_imports import LINES_IN_PART, refused_lines
from customers.models import Contact, FileImport
from tests.hearing import hear_everything
from tests.make import make_user
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.permissions import Role

LIST = reverse("settings:imports")


def hand_in(client: Any, content: bytes, *, sort: str = "contacts") -> Any:
    """Hand a file in by the form."""
    return client.post(LIST, {"sort": sort, "file": SimpleUploadedFile("mine.csv", content)})


def test_from_the_template_to_the_imported_customers(tenant: Any) -> None:
    client = signed_in_staff(tenant, make_user(Role.LEAD))
    template = client.get(reverse("settings:import_template", args=["contacts"])).content
    content = template.replace(b"solheim.example,+47", b",+47") + b"nobody,X,,,,,,\r\n"

    looked = client.get(hand_in(client, content).url)
    assert "Import this line" in looked.content.decode()
    assert "Write it like ingrid@example.org" in looked.content.decode()
    assert Contact.objects.count() == 0
    number = FileImport.objects.get().number
    done = client.post(reverse("settings:import", args=[number]), {"action": "begin"}, follow=True)
    assert "What became of the lines" in done.content.decode()
    assert Contact.objects.get().name == "Ingrid Solheim"

    again = client.get(hand_in(client, content).url).content.decode()
    assert "Nothing in this file would change anything." in again
    assert "1</b> unchanged" in " ".join(again.split())
    assert client.get(LIST).content.decode().count("mine.csv") == 2


def test_refused_lines_come_as_a_file_that_can_be_handed_in_again(tenant: Any) -> None:
    client = signed_in_staff(tenant, make_user(Role.ADMIN))
    hand_in(client, b"email,name\nnobody,+47 1\nada@example.org,Ada\n")
    number = FileImport.objects.get().number

    answer = client.get(reverse("settings:import_refused", args=[number]))

    text = answer.content.decode("utf-8-sig")
    first, second = list(csv.reader(StringIO(text)))
    assert first[:5] == ["line", "refused_because", "what_to_do", "email", "name"]
    assert (second[0], second[1], second[3], second[4]) == (
        "2",
        "This is not an address.",
        "nobody",
        "'+47 1",
    )
    as_it_is = FileImport.objects.get().number, hand_in(client, text.encode())
    again = refused_lines(FileImport.objects.latest("number"), limit=9)
    assert (as_it_is[0], again[0]["fields"]["name"]) == (number, "+47 1")
    mended = text.replace("nobody", "per@example.org").encode()
    assert hand_in(client, mended).status_code == 302
    assert FileImport.objects.latest("number").expected["new"] == 1


def test_letters_that_were_guessed_are_shown_before_the_yes(tenant: Any) -> None:
    client = signed_in_staff(tenant, make_user(Role.ADMIN))

    page = client.get(hand_in(client, "email,name\na@b.no,A\ns@b.no,Søren\n".encode("cp1252")).url)
    sure = client.get(hand_in(client, "email,name\na@b.no,A\ns@b.no,Åse\n".encode()).url)

    assert "read as Windows-1252" in page.content.decode()
    assert "Line 3 as it was read: s@b.no · Søren" in page.content.decode()
    assert "Line 3 as it was read: s@b.no · Åse" in sure.content.decode()
    assert "Windows-1252" not in sure.content.decode()


def test_a_file_that_is_stuck_shows_the_way_out(tenant: Any) -> None:
    client = signed_in_staff(tenant, make_user(Role.ADMIN))
    lines = b"".join(b"customer%d@example.org\n" % n for n in range(LINES_IN_PART + 1))
    page = hand_in(client, b"email\n" + lines).url
    assert "Leave it" not in client.get(page).content.decode()
    FileImport.objects.update(state="importing", begun_at=now() - timedelta(hours=1))

    assert "Leave it" in client.get(page).content.decode()
    left = client.post(page, {"action": "drop"}, follow=True).content.decode()
    assert "What was imported of it stays." in left


def test_a_file_that_cannot_be_used_is_told_in_the_form(tenant: Any) -> None:
    client = signed_in_staff(tenant, make_user(Role.ADMIN))

    refused = hand_in(client, b"PK\x03\x04rest")

    assert refused.status_code == 422
    assert "save it as CSV" in refused.content.decode()
    assert client.post(LIST, {"sort": "contacts"}).status_code == 422
    assert hand_in(client, b"email\na@example.org\n", sort="nothing").status_code == 422
    assert FileImport.objects.count() == 0


def test_a_large_file_goes_on_in_the_background_and_its_page_says_how_far(tenant: Any) -> None:
    client = signed_in_staff(tenant, make_user(Role.ADMIN))
    lines = b"".join(b"c%d@example.org\n" % n for n in range(LINES_IN_PART + 1))
    page = hand_in(client, b"email\n" + lines).url

    going = client.get(page)
    hear_everything()
    looked = client.get(page)
    client.post(page, {"action": "begin"})
    hear_everything()

    assert going["Refresh"] == "3"
    assert "0 per cent" in going.content.decode()
    assert f"Import these {LINES_IN_PART + 1} lines" in looked.content.decode()
    assert "Refresh" not in looked
    assert Contact.objects.count() == LINES_IN_PART + 1
    assert client.post(page, {"action": "begin"}).status_code == 409


def test_a_file_that_is_left_imports_nothing(tenant: Any) -> None:
    client = signed_in_staff(tenant, make_user(Role.ADMIN))
    page = hand_in(client, b"email\na@example.org\n").url

    left = client.post(page, {"action": "drop"}, follow=True)

    assert "nothing of it was imported" in left.content.decode()
    assert FileImport.objects.get().state == "dropped"
    assert Contact.objects.count() == 0


def test_the_list_costs_the_same_for_2_and_20(tenant: Any) -> None:
    client = signed_in_staff(tenant, make_user(Role.ADMIN))

    def queries(count: int) -> int:
        while FileImport.objects.count() < count:
            hand_in(client, b"email\na@example.org\n")
        client.get(LIST)
        with CaptureQueriesContext(connection) as caught:
            client.get(LIST)
        return len(caught)

    assert queries(2) == queries(20)
