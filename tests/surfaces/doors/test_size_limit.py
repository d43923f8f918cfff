"""Nobody fills our disk: what is too long is refused before it is read."""

from io import BytesIO
from typing import Any

import pytest

from servicedesk.portal.files import LARGEST_FILE, MOST_FILES
from tests.surfaces.doors.test_form import make_form
from tests.surfaces.signing_in import client_at
from workflow.tenancy.models import Tenant

HEAD = b'--B\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'


class Watched(BytesIO):
    """A body that tells how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self.taken += len(found)
        return found


def sent(tenant: Tenant, path: str, *, length: int) -> tuple[int, int]:
    """Send the beginning of a file as long as that; return the status and what was read."""
    body = Watched(HEAD + b"x" * 1_000)
    environ: dict[str, Any] = {
        "CONTENT_TYPE": "multipart/form-data; boundary=B",
        "CONTENT_LENGTH": str(length),
        "wsgi.input": body,
    }
    answer = client_at(tenant).generic("POST", path, **environ)
    return answer.status_code, body.taken


@pytest.mark.parametrize("length", [25_000_001, 10_000_000_000])
def test_more_than_any_form_takes_is_refused_unread(tenant: Tenant, length: int) -> None:
    path = f"/form/{make_form().key}/"

    assert sent(tenant, path, length=length) == (413, 0)
    assert sent(tenant, "/sign-in/", length=length) == (413, 0)


def test_what_forms_take_is_read(tenant: Tenant) -> None:
    path = f"/form/{make_form().key}/"

    status, taken = sent(tenant, path, length=len(HEAD) + 1_000)

    assert status != 413
    assert taken > 0


def test_a_customer_may_send_as_many_files_as_the_portal_says(tenant: Tenant) -> None:
    most = MOST_FILES * LARGEST_FILE

    assert sent(tenant, "/help/sign-in/", length=most)[0] != 413
    assert sent(tenant, "/help/sign-in/", length=most + 10_000_000) == (413, 0)
