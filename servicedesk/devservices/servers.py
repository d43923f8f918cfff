"""What the keeper needs to know of a server."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from servicedesk.devservices.places import Place
from workflow.refusals import Refusal


class ServerFailed(Refusal):
    """A server does not start."""

    code: ClassVar[str] = "server_failed"


class Server(ABC):
    """One embedded server of a place."""

    name: ClassVar[str]
    stop_signal: ClassVar[int]
    environment: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def __init__(self, place: Place, *, for_tests: bool) -> None:
        self.place = place
        self.for_tests = for_tests

    @abstractmethod
    def prepare(self) -> None:
        """Do what must be done before each start: make the data, heal what a crash left."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command that runs the server in the foreground."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server takes our password and answers."""

    def give_up_on_data(self) -> bool:
        """Move broken data aside, where they may be lost; answer whether that was done."""
        return False

    def popen_arguments(self) -> dict[str, Any]:
        """Return how the process is started."""
        account = self.place.account
        return {
            "cwd": "/",
            "umask": 0o077,
            "env": {
                "PATH": "/usr/bin:/bin",
                "LC_ALL": "C.UTF-8",
                "TZ": "UTC",
                "HOME": "/",
                **self.environment,
            },
            **(account.popen_arguments() if account else {}),
        }


def last_lines(log: Path, *, count: int = 8) -> str:
    """Return the end of a log."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
