"""What must be done before the pages are served, and the demo story after."""

import hashlib
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
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
    run_step(management_command("migrate", "--noinput"), data=data, environ=environ, name="migrate")


def build_assets(data: DataFolder, *, environ: Mapping[str, str]) -> bool:
    """Build and collect static files when their sources changed; answer whether that was done."""
    stamp = data.path / "assets.stamp"
    if not has_command("build_assets"):
        return False
    sources = fingerprint_of_sources()
    collected = data.path / "static"
    if (
        BUILT.exists()
        and collected.exists()
        and stamp.exists()
        and stamp.read_text(encoding="utf-8") == sources
    ):
        return False
    for words in (("build_assets",), ("collectstatic", "--noinput", "--verbosity=0")):
        run_step(management_command(*words), data=data, environ=environ, name="assets")
    write_privately(stamp, sources)
    return True


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


def run_step(
    command: Sequence[str], *, data: DataFolder, environ: Mapping[str, str], name: str
) -> None:
    """Run a command to its end, with its words in a log.

    Raises:
        PreparationFailed: it ended with an error; the sentence shows the end of the log.
    """
    log = data.logs / f"{name}.log"
    with log.open("ab") as file:
        answer = subprocess.run(  # noqa: S603 our own command
            list(command),
            env=dict(environ),
            cwd=PROJECT_FOLDER,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            process_group=0,  # Ctrl-C is for the supervisor, which ends the step
            preexec_fn=dying_with_parent(signal.SIGTERM),
            check=False,
        )
    if answer.returncode != 0:
        raise PreparationFailed(
            f"The step {name} failed. The end of {log}:\n{last_lines(log)}",
            next_step="See to what it names, then start again; nothing is lost.",
        )


def demo_marker(data: DataFolder) -> Path:
    """Return the file whose presence says that the demo story was told to its end."""
    return data.path / "demo.told"
