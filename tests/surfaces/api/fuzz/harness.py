"""Send what nobody should: every answer is documented, is JSON, and is never our fault."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from django.db import transaction
from django.test import Client

from tests.surfaces.api.fuzz.operations import JSON, Operation, operations
from tests.surfaces.api.fuzz.values import BROKEN, QUERIES, broken, fitting, raw_body

KINDS = ("application/json", "text/plain", "application/xml", "multipart/form-data", "", "x/y; q=1")
ANSWERS = ("application/json", "application/problem+json")
# What the server in front of the operations answers whatever is asked.
EVERYWHERE = frozenset({400, 401, 403, 404, 405, 406, 413, 415, 422, 429})


@dataclass(frozen=True)
class Request:
    """One request as it is sent; `seed` makes it again."""

    seed: int
    operation: Operation
    path: str
    body: bytes
    headers: dict[str, str]
    content_type: str
    who: str

    def told(self) -> str:
        """Return it in a line, to be sent again by hand."""
        return (
            f"seed {self.seed}: {self.operation.method.upper()} {self.path} as {self.who} "
            f"({self.content_type}) {self.body[:300]!r}"
        )


@dataclass
class Outcome:
    """What a run came to."""

    asked: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    reached: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Field:
    """Where the requests go: a host, tokens by who holds them, and numbers that mean something."""

    host: str
    tokens: dict[str, str]
    known: Mapping[str, Sequence[Any]]


def request_of(seed: int, field_: Field, *, among: Sequence[Operation]) -> Request:
    """Return the request that a seed stands for."""
    random = Random(seed)  # noqa: S311 - it has to be made again from its seed
    operation = random.choice(among)
    # Those who may do much reach further than the door.
    who = random.choice([*sorted(field_.tokens), "admin", "admin", "admin", "lead", "lead"])
    body = fitting(operation.body, random=random) if operation.body else {}
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        body = broken(body, random=random)
    headers = {"host": field_.host, "authorization": f"Bearer {field_.tokens[who]}"}
    headers |= strange_headers(random)
    return Request(
        seed=seed,
        operation=operation,
        path=path_of(operation, field_, random=random) + query_of(operation, random=random),
        body=raw_body(body, random=random) if operation.method != "get" else b"",
        headers=headers,
        content_type=JSON if random.random() < 0.95 else random.choice(KINDS),
        who=who,
    )


def strange_headers(random: Random) -> dict[str, str]:
    """Return headers that may stand in a request, some of them nonsense."""
    found = {}
    if random.random() < 0.1:
        found["idempotency-key"] = random.choice(
            ("abc", "x" * 300, "\x01", "ü", str(random.random()))
        )
    if random.random() < 0.1:
        found["if-match"] = random.choice(('"1"', "*", 'W/"2"', "nonsense", '"99999999999"'))
    if random.random() < 0.03:
        found["accept"] = random.choice(("text/html", "application/xml", "*/*", "nonsense"))
    if random.random() < 0.02:
        found["authorization"] = random.choice(("Bearer x", "Basic eDp5", "Bearer", "ü"))
    return found


def path_of(operation: Operation, field_: Field, *, random: Random) -> str:
    """Return the path; its numbers are mostly there, sometimes a stranger's or none."""
    path = operation.path
    for parameter in operation.named("path"):
        name = parameter["name"]
        value = random.choice([*field_.known[name], 777_777_777, "999999999999999", 0])
        if random.random() < 0.03:
            value = random.choice((10**20, "-1", "ü", "1%00", "../../x", "P-1"))
        path = path.replace(f"{{{name}}}", quote(str(value), safe="%-"))
    return path


def query_of(operation: Operation, *, random: Random) -> str:
    """Return a query: filters that are there, with values that fit or do not, or unknown ones."""
    known = operation.named("query")
    asked: dict[str, str] = {}
    for parameter in known:
        if random.random() < 1.5 / (len(known) + 1):
            fits = random.random() < 0.6
            value = fitting(parameter["schema"], random=random) if fits else random.choice(QUERIES)
            asked[parameter["name"]] = str(value)
    if random.random() < 0.05:
        asked[random.choice(("order", "page", "id", "a b", "ü"))] = random.choice(QUERIES)
    return f"?{urlencode(asked)}" if asked else ""


def send(client: Client, request: Request) -> Any:
    """Send a request and undo whatever it did."""
    with transaction.atomic():
        answer = client.generic(
            request.operation.method.upper(),
            request.path,
            request.body,
            content_type=request.content_type,
            headers=request.headers,
        )
        if not answer.streaming:
            _ = answer.content
        transaction.set_rollback(True)
    return answer


def faults_of(request: Request, answer: Any) -> Iterator[str]:
    """Return what is wrong with an answer."""
    status, kind = answer.status_code, answer.get("Content-Type", "")
    if status >= 500:
        yield f"{status}: {request.told()}"
    elif status not in request.operation.statuses | EVERYWHERE:
        yield f"{status} is not documented: {request.told()}"
    is_file = 200 in request.operation.statuses and kind == "application/octet-stream"
    if status == 204 or (is_file and status == 200):
        return
    if kind not in ANSWERS:
        yield f"{status} as {kind!r}: {request.told()}"
        return
    said = answer.json()
    if status >= 400 and not {"type", "title", "status", "detail", "code"} <= set(said):
        yield f"{status} is no problem document: {request.told()}"


def fuzz(
    field_: Field,
    *,
    seeds: range,
    among: Sequence[Operation] | None = None,
    client: Client | None = None,
) -> Outcome:
    """Send a request for each seed and return what came of them."""
    outcome = Outcome()
    client = client or Client(raise_request_exception=False)
    chosen = among or operations()
    for seed in seeds:
        request = request_of(seed, field_, among=chosen)
        answer = send(client, request)
        outcome.asked += 1
        outcome.statuses[answer.status_code] += 1
        if answer.status_code < 300:
            outcome.reached.add(request.operation.name)
        outcome.faults += faults_of(request, answer)
    return outcome


__all__ = ["BROKEN", "Field", "Outcome", "Request", "fuzz", "operations", "request_of"]
