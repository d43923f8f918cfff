"""What the first look at a page weighs on the wire, with every file, as a browser receives it."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.timezone import now

from cases.conversation import answer_case
from servicedesk import settings as as_served
from servicedesk.pages.packing import PackingMiddleware
from tests.make import make_actor, make_case, make_contact, make_user
from tests.surfaces.signing_in import signed_in_contact, signed_in_staff
from workflow.tenancy.models import Tenant

FILES = re.compile(r'(?:href|src)="(/static/[^"#]+)')
ACCEPTED = "br, gzip"
MOST, MOST_SCRIPT = 70 * 1024, 20 * 1024
TALK = "The card reader shows a blank screen since the update of Monday evening. "


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder for the product's files as they are served, packed."""
    return tmp_path_factory.mktemp("static")


@pytest.fixture(autouse=True)
def _served_as_it_is(settings: Any, files: Path) -> None:
    """Serve pages through every layer and files as they are packed when they are built."""
    settings.MIDDLEWARE = as_served.MIDDLEWARE
    settings.STATIC_ROOT = files
    # The same packing without hashes in the names, which other tests would find in kept markup.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
    }
    if not any(files.iterdir()):
        call_command("build_assets", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)


def received(client: Client, address: str) -> tuple[int, bytes, str]:
    """Return how many bytes travel for an address, what arrives, and how it was packed."""
    answer = client.get(address, headers={"accept-encoding": ACCEPTED})
    assert answer.status_code == 200, address
    body = b"".join(answer) if answer.streaming else answer.content
    return len(body), body, answer.headers.get("Content-Encoding", "")


def weigh(client: Client, address: str) -> dict[str, int]:
    """Return the bytes of a page and of each file that it loads."""
    size, body, packing = received(client, address)
    assert packing == "gzip"
    names = sorted(set(FILES.findall(gzip.decompress(body).decode())))
    assert any(name.endswith(".css") for name in names)
    assert any(name.endswith(".js") for name in names)
    return {address: size} | {name: received(client, name)[0] for name in names}


def page_of(tenant: Tenant, name: str) -> tuple[Client, str]:
    """Return a browser and the address of a page that shows as much as on a busy day."""
    contact, agent = make_contact(), make_actor()
    cases = [
        make_case(contact=contact, subject=f"{TALK[:60]} {number}", text=TALK * 5, at=now())
        for number in range(50)
    ]
    for _turn in range(10):
        answer_case(case_id=cases[0].pk, text=TALK * 5, actor=agent, at=now())
    if name == "list":
        return signed_in_contact(tenant, contact), "/help/"
    staff = signed_in_staff(tenant, make_user())
    return staff, "/q/open/" if name == "queue" else f"/c/{cases[0].number}/"


@pytest.mark.parametrize("name", ["queue", "case", "list"])
def test_the_first_view_of_a_page_is_light(tenant: Tenant, name: str) -> None:
    weights = weigh(*page_of(tenant, name))

    scripts = sum(size for file, size in weights.items() if file.endswith(".js"))
    assert sum(weights.values()) <= MOST, weights
    assert scripts <= MOST_SCRIPT, weights


def test_a_page_that_may_not_be_packed_is_sent_as_it_is(tenant: Tenant) -> None:
    client, address = page_of(tenant, "list")

    assert client.get(address).content.lstrip().startswith(b"<!DOCTYPE html>")


def test_the_same_page_never_tells_its_secret_by_its_length(tenant: Tenant) -> None:
    client, address = page_of(tenant, "list")

    assert len({received(client, address)[0] for _time in range(12)}) > 3


@pytest.mark.parametrize(
    ("headers", "packing"),
    [
        ({"Content-Type": "application/json"}, "gzip"),
        # A packed version would be a weak one, which nobody may name in If-Match.
        ({"Content-Type": "application/json", "ETag": '"3"'}, None),
        ({"Content-Type": "application/octet-stream"}, None),
    ],
)
def test_records_with_a_version_and_files_are_not_packed(
    headers: dict[str, str], packing: str | None
) -> None:
    layer = PackingMiddleware(lambda _request: HttpResponse())
    request = RequestFactory().get("/", headers={"accept-encoding": ACCEPTED})

    answer = layer.process_response(request, HttpResponse("a" * 2000, headers=headers))

    assert answer.headers.get("Content-Encoding") == packing
    assert answer.headers.get("ETag") == headers.get("ETag")
