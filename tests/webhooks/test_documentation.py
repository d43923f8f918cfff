"""What docs/webhooks.md shows to receivers works as it stands there."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now

from servicedesk.webhooks.kinds import KINDS, TEST
from servicedesk.webhooks.outcomes import PAUSES
from servicedesk.webhooks.signing import headers_of, new_secret

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
BODY = b'{"id":"msg_1","type":"case.opened"}'


def example(language: str) -> str:
    """Return the example in a language."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def signed(*secrets: str, ago: timedelta = timedelta(0)) -> dict[str, str]:
    """Return the headers of a call that was made just now, or some time ago."""
    return headers_of(secrets, message_key="msg_1", at=now() - ago, body=BODY)


def by_python(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Ask the example in Python."""
    room: dict[str, Any] = {}
    exec(example("python"), room)  # noqa: S102 - it is our own page that is tried
    return bool(room["is_ours"](secret, headers, body))


def by_shell(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Ask the example in a shell."""
    words = [secret, *(headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))]
    asked = subprocess.run(
        ["sh", "-c", example("sh"), "sh", *words], input=body, capture_output=True, check=False
    )
    assert asked.stdout.decode().strip() == ("not ours" if asked.returncode else "ours")
    return asked.returncode == 0


@pytest.mark.parametrize("is_ours", [by_python, by_shell])
def test_the_examples_know_our_calls_from_others(is_ours: Any) -> None:
    secret, other = new_secret(), new_secret()

    assert is_ours(secret, signed(secret), BODY)
    assert is_ours(secret, signed(other, secret), BODY)
    assert not is_ours(secret, signed(other), BODY)
    assert not is_ours(secret, signed(secret), BODY + b" ")
    assert not is_ours(secret, {**signed(secret), "webhook-id": "msg_2"}, BODY)


def test_the_example_in_python_refuses_an_old_call() -> None:
    secret = new_secret()

    assert not by_python(secret, signed(secret, ago=timedelta(minutes=6)), BODY)


def test_every_kind_of_news_stands_on_the_page() -> None:
    assert set(
        re.findall(
            r"`((?:case|problem|fix|review|question|task|change|step|article|clock|webhook)\.[a-z_]+)`",
            PAGE,
        )
    ) == {
        *KINDS,
        TEST,
    }


def test_the_pauses_stand_on_the_page() -> None:
    assert [pause // timedelta(seconds=1) for pause in PAUSES] == [
        10, 60, 300, 900, 3600, 10_800, 21_600, 43_200, 86_400, 86_400,
    ]  # fmt: skip
    assert "10\n  seconds, 1, 5 and 15 minutes, 1, 3, 6, 12, 24 and 24 hours" in PAGE
