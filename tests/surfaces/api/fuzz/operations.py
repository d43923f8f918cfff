"""The operations of the generated schema, as plain values that requests are built from."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "patch", "put", "delete")
JSON = "application/json"


@dataclass(frozen=True)
class Operation:
    """One operation: where, its parameters, what it takes, and the statuses it documents."""

    name: str
    method: str
    path: str
    parameters: tuple[dict[str, Any], ...]
    body: dict[str, Any] | None
    statuses: frozenset[int]
    media: tuple[str, ...] = field(default_factory=tuple)

    def named(self, place: str) -> list[dict[str, Any]]:
        """Return the parameters that stand in the path, in the query or in a header."""
        return [one for one in self.parameters if one["in"] == place]


@cache
def schema() -> dict[str, Any]:
    """Return the schema as programs read it."""
    generator: Any = SchemaGenerator
    made: dict[str, Any] = generator().get_schema(request=None, public=True)
    return made


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """Return a part of the schema; a reference leads to what it names."""
    while "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        part = schema()["components"]["schemas"][name]
    if "allOf" in part and len(part["allOf"]) == 1:
        return resolved(part["allOf"][0])
    return part


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation of the schema, by name."""
    found = [
        operation_of(path, method, described)
        for path, methods in schema()["paths"].items()
        for method, described in methods.items()
        if method in METHODS
    ]
    return tuple(sorted(found, key=lambda one: one.name))


def operation_of(path: str, method: str, described: dict[str, Any]) -> Operation:
    """Return one operation."""
    content = described.get("requestBody", {}).get("content", {})
    return Operation(
        name=described["operationId"],
        method=method,
        path=path,
        parameters=tuple(described.get("parameters", ())),
        body=content[JSON]["schema"] if JSON in content else None,
        statuses=frozenset(int(status) for status in described["responses"]),
        media=tuple(content),
    )
