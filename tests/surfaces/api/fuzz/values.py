"""Values for fields: some that fit the schema, and some that nobody should ever send."""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.surfaces.api.fuzz.operations import resolved

WORDS = ("Charged twice", "direct debit", "Ünïcödé ✓", "a", "P-1", "none", "ingrid@example.org", "")
BROKEN: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**30,
    -(2**63),
    2**63,
    1e308,
    0.1,
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202e\u200b",
    "x" * 5_000,
    "'; DROP TABLE cases_case; --",
    "../../etc/passwd",
    "%s%n{0}{{7*7}}",
    "2026-02-30",
    "9999-12-31T23:59:59.999999+23:59",
    "0001-01-01T00:00:00-23:59",
    [],
    [[]],
    [None] * 3,
    {},
    {"a": {"b": {}}},
    {"$ref": "#"},
    ["x"] * 600,
)
QUERIES = ("", " ", "0", "-1", "1e9", "9" * 40, "true", "null", "None", "x" * 300, "Ā", "%00", "'")


def fitting(part: dict[str, Any], *, random: Random, depth: int = 0) -> Any:
    """Return a value that the schema allows, more or less."""
    part = resolved(part)
    if part.get("enum"):
        return random.choice([one for one in part["enum"] if one is not None] or [""])
    if "oneOf" in part or "anyOf" in part:
        return fitting(random.choice(part.get("oneOf") or part["anyOf"]), random=random)
    kind = part.get("type")
    if kind == "object":
        return fitting_object(part, random=random, depth=depth)
    if kind == "array":
        return [
            fitting(part["items"], random=random, depth=depth + 1)
            for _ in range(random.randrange(3))
        ]
    if kind == "integer":
        least = max(int(part.get("minimum", 0)), -5)
        return random.randint(least, max(least, 9))
    if kind == "boolean":
        return random.random() < 0.5
    return text_of(part.get("format", ""), random=random)


def fitting_object(part: dict[str, Any], *, random: Random, depth: int) -> dict[str, Any]:
    """Return an object with the fields that are needed, and some of the others."""
    needed = set(part.get("required", ()))
    known = part.get("properties", {})
    if not known and depth < 3:
        return random.choice(
            [
                {},
                {"fact": "category", "is": "billing"},
                {"mon": [["08:00", "18:00"]]},
                {"any": [{"fact": "title", "contains": ["debit"]}]},
            ]
        )
    return {
        name: fitting(field, random=random, depth=depth + 1)
        for name, field in known.items()
        if name in needed or random.random() < 0.5
    }


def text_of(form: str, *, random: Random) -> str:
    """Return a text of a format."""
    at = datetime(2026, 5, 4, tzinfo=UTC) + timedelta(days=random.randrange(-400, 400))
    forms = {
        "date-time": at.isoformat(),
        "date": at.date().isoformat(),
        "email": f"customer{random.randrange(9)}@example.org",
        "uri": "https://receiver.example/hook",
    }
    return forms.get(form) or random.choice(WORDS)


def broken(value: Any, *, random: Random) -> Any:
    """Return a value with one part of it broken."""
    if isinstance(value, dict) and value and random.random() < 0.8:
        name = random.choice(sorted(value))
        return {**value, name: broken(value[name], random=random)}
    if isinstance(value, list) and value and random.random() < 0.5:
        return [broken(value[0], random=random), *value[1:]]
    if isinstance(value, dict) and random.random() < 0.3:
        return {**value, random.choice(("id", "tenant", "tenant_id", "is_admin", "__proto__")): 1}
    return random.choice(BROKEN)


def raw_body(body: Any, *, random: Random) -> bytes:
    """Return a body as bytes, now and then one that is no JSON, or endless, or cut."""
    text = json.dumps(body)
    chance = random.random()
    if chance < 0.04:
        return random.choice(
            (b"{", b"\xff\xfe\x00", b"[" * 3_000, b'{"a":' * 3_000, b"NaN", b"", text.encode()[:-2])
        )
    return text.encode()
