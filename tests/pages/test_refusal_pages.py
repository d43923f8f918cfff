"""Each refusal has a page: its status is one that pages know, and its sentence stands there."""

from collections.abc import Iterator

from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import reverse

from servicedesk.pages.refusals import STATUS, error_page, status_of
from workflow.lengths import TooManyCharacters
from workflow.refusals import Refusal


def every_kind(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Return each refusal there is."""
    yield kind
    for one in kind.__subclasses__():
        yield from every_kind(one)


def test_every_status_of_a_refusal_has_a_page() -> None:
    # With the addresses each view is loaded, and so is each refusal that one may let through.
    reverse("home")
    kinds = [
        one
        for one in every_kind()
        # What the API and inbound channels say is a document, no page.
        if not one.__module__.startswith(("tests.", "servicedesk.api.", "servicedesk.doors.hooks"))
    ]

    statuses = {409, *STATUS.values(), *(getattr(one, "status", 409) for one in kinds)}

    assert len(kinds) > 200
    assert {404, 410, 422, 429} <= statuses
    for status in statuses:
        assert get_template(f"errors/{status}.html") is not None


def test_a_name_that_is_too_long_is_said_and_is_no_fault() -> None:
    refusal = TooManyCharacters(length=5000, longest=80, begins="Gold")

    answer = error_page(
        RequestFactory().post("/settings/service-levels/"),
        status=status_of(refusal),
        sentence=refusal.sentence,
        next_step=refusal.next_step,
    )

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "“Gold…” has 5000 characters; there is room for 80." in page
    assert "Write it shorter." in page
