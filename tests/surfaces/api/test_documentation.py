"""The walk of docs/api.md is true: each of its lines is sent as it stands there."""

import json
import re
from pathlib import Path
from typing import Any

from django.test import Client

from tests.hearing import hear_everything
from tests.make import make_department, make_product
from tests.surfaces.api.calling import Caller, caller_as
from workflow.people.permissions import Role

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
LINE = re.compile(
    r'^curl "\$API/(?P<path>[^"]+)" -H "\$(?P<who>LEAD|HEAD)"(?: -H "\$JSON")?'
    r"(?: -H \"Idempotency-Key: (?P<key>\w+)\")?(?: -d '(?P<body>[^']*)')?$"
)


def lines() -> list[str]:
    """Return every line that calls the interface."""
    return [one for one in PAGE.read_text().splitlines() if one.startswith("curl ")]


def send(line: str, callers: dict[str, Caller]) -> Any:
    """Send a line as it stands."""
    found = LINE.match(line)
    assert found, line
    caller = callers[found["who"]]
    if found["body"] is None:
        return caller.get(found["path"])
    return caller.post(found["path"], found["body"], key=found["key"] or "")


def test_the_walk_leads_from_a_case_to_everybody_told(tenant: Any) -> None:
    make_department("Payments")
    make_product("Direct debit")
    callers = {"LEAD": caller_as(tenant, Role.LEAD), "HEAD": caller_as(tenant, Role.HEAD)}

    answers = {}
    for line in lines():
        if "-d" not in line:
            hear_everything()
        answer = send(line, callers)
        assert answer.status_code in (200, 201), (line, answer.json())
        answers[line.split('"')[1].removeprefix("$API/")] = answer.json()

    assert answers["cases/1/"]["state"] == "resolved"
    said = [message["text"] for message in answers["cases/1/messages/"]["results"]]
    assert said[-1] == "The second amount is paid back; it is taken once from now on."
    (ingrid,) = answers["problems/1/affected/"]["results"]
    assert ingrid["contact"] == "ingrid@example.org"
    assert ingrid["told"]
    journey = answers["problems/1/journey/"]
    assert journey["state"] == "resolved"
    assert {leg["department"] for leg in journey["legs"]} >= {"Payments"}


def test_the_first_line_may_be_sent_again(tenant: Any) -> None:
    make_product("Direct debit")
    callers = {"LEAD": caller_as(tenant, Role.LEAD)}

    first, again = (send(lines()[0], callers) for _ in range(2))

    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"


def test_an_address_that_leads_nowhere_answers_as_the_documents_say(tenant: Any) -> None:
    written = re.search(r'^\{"type": "about:blank", .*"not_found"\}$', PAGE.read_text(), re.M)
    assert written is not None

    client = Client(HTTP_HOST=f"{tenant.slug}.localhost")
    for answer in (
        client.get("/api/nowhere"),
        client.post("/api/v1/cases/x/y", "{", content_type="application/json"),
    ):
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json() == json.loads(written[0])
