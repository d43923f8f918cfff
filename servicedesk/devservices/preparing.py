"""What must be done before the pages are served, and the demo story after."""

import hashlib
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from servicedesk.devservices.identity import dying_with_parent
from servicedesk.devservices.places import DataFolder, write_privately
from servicedesk.devservices.servers import last_lines
from servicedesk.env import PROJECT_FOLDER
from workflow.refusals import Refusal

COMMANDS = PROJECT_FOLDER / "servicedesk" / "management" / "commands"
STATIC = PROJECT_FOLDER / "servicedesk" / "static"
BUILT = STATIC / "build"
# For a step that asks no server: the settings want to hear of some, or would wait for ours.
NOWHERE = {
    "DATABASE_URL": "postgresql://nobody@localhost/nothing",
    "DATABASE_SWEEPER_URL": "postgresql://nobody@localhost/nothing",
    "REDIS_URL": "redis://localhost/0",
    "SECRET_KEY": "signs nothing: static files are the same for everybody",
}
# Templates and the code of the pages name the icons and letters that are built.
SOURCES = (STATIC, PROJECT_FOLDER / "templates", PROJECT_FOLDER / "servicedesk" / "pages", COMMANDS)


class PreparationFailed(Refusal):
    """A step before the start did not succeed."""

    code: ClassVar[str] = "preparation_failed"


def management_command(*words: str) -> list[str]:
    """Return one of Django's commands of this program."""
    return [sys.executable, str(PROJECT_FOLDER / "manage.py"), *words]


def has_command(name: str) -> bool:
    """Whether the program has such a command."""
    return (COMMANDS / f"{name}.py").exists()


def migrate(data: DataFolder, *, environ: Mapping[str, str]) -> None:
    """Bring the tables up to date."""
    command = management_command("migrate", "--noinput")
    Step(command, data=data, environ=environ, name="migrate").finish()


def begin_assets(data: DataFolder, *, environ: Mapping[str, str]) -> "Step | None":
    """Begin to build and collect static files if their sources changed; nothing else is waited for.

    It asks no server, so it may run while they start.
    """
    stamp = data.path / "assets.stamp"
    if not has_command("build_assets"):
        return None
    sources = fingerprint_of_sources()
    collected = data.path / "static"
    if (
        BUILT.exists()
        and collected.exists()
        and stamp.exists()
        and stamp.read_text(encoding="utf-8") == sources
    ):
        return None
    return Step(
        management_command("build_assets", "--collect"),
        data=data,
        environ={**NOWHERE, **{name: value for name, value in environ.items() if value}},
        name="assets",
        at_end=lambda: write_privately(stamp, sources),
    )


def fingerprint_of_sources() -> str:
    """Return a hash over everything that the static files are made from."""
    digest = hashlib.sha256()
    files = {PROJECT_FOLDER / "requirements.lock"}
    for folder in SOURCES:
        files |= {file for file in folder.rglob("*") if BUILT not in file.parents}
    for file in sorted(files):
        if file.is_file() and file.suffix != ".pyc":
            digest.update(f"{file.relative_to(PROJECT_FOLDER)}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


class Step:
    """A command of ours that has been started, with its words in a log."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        data: DataFolder,
        environ: Mapping[str, str],
        name: str,
        at_end: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.log = data.logs / f"{name}.log"
        self.at_end = at_end
        with self.log.open("ab") as file:
            self.process = subprocess.Popen(  # noqa: S603 our own command
                list(command),
                env=dict(environ),
                cwd=PROJECT_FOLDER,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                process_group=0,  # Ctrl-C is for the supervisor, which ends the step
                preexec_fn=dying_with_parent(signal.SIGTERM),  # noqa: PLW1509 one thread
            )

    def finish(self) -> None:
        """Wait for its end.

        Raises:
            PreparationFailed: it ended with an error; the sentence shows the end of the log.
        """
        if self.process.wait() != 0:
            raise PreparationFailed(
                f"The step {self.name} failed. The end of {self.log}:\n{last_lines(self.log)}",
                next_step="See to what it names, then start again; nothing is lost.",
            )
        self.at_end()


def demo_marker(data: DataFolder) -> Path:
    """Return the file whose presence says that the demo story was told to its end."""
    return data.path / "demo.told"
