"""Run one command beside the servers, or keep the servers running without one."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from servicedesk.devservices.binaries import POSTGRES, package_folder
from servicedesk.devservices.keeper import SERVERS, living_users
from servicedesk.devservices.places import DataFolder, Place, place_in, write_privately
from servicedesk.devservices.sessions import living_keeper, session
from servicedesk.env import read_environment

STOPPING_TAKES_AT_MOST = 60.0


def run_command(words: Sequence[str], *, environ: Mapping[str, str]) -> int:
    """Run a command with the servers' variables; return its exit code."""
    command = list(words[1:] if words[:1] == ["--"] else words)
    if not command:
        sys.exit("Say which command: python -m servicedesk.devservices run -- COMMAND")
    with session(environ) as added:
        tools = tools_of_server() if "DATABASE_URL" in added else ""
        path = os.pathsep.join(filter(None, (tools, environ.get("PATH", ""))))
        return run_child(command, environ={**environ, **added, "PATH": path})


def tools_of_server() -> str:
    """Return the folder of psql, pg_dump and their like: other versions refuse our server."""
    return str((package_folder(POSTGRES) / POSTGRES.program).parent)


def run_child(command: Sequence[str], *, environ: Mapping[str, str]) -> int:
    """Run a child, handing signals on to it; return its exit code as a shell would."""
    try:
        child = subprocess.Popen(list(command), env=dict(environ))  # noqa: S603 our own command
    except OSError as problem:
        sys.stderr.write(f"{command[0]} cannot be run ({problem.strerror}).\n")
        return 127
    # Ctrl-C reaches the child by itself, being sent to the whole group of the terminal.
    earlier = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),
        signal.SIGTERM: signal.signal(
            signal.SIGTERM, lambda number, _frame: child.send_signal(number)
        ),
    }
    try:
        code = child.wait()
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def keep_running(environ: Mapping[str, str]) -> int:
    """Start the servers and leave them running until `stop`; print their variables."""
    with session(environ) as added:
        if not added:
            say("DATABASE_URL and REDIS_URL name servers of yours: nothing is started.")
            return 0
        place = place_of(environ)
        write_privately(place.kept, json.dumps(sorted(SERVERS)) + "\n")
    say(f"The servers of {read_environment(environ).data_dir} run until `make down`.")
    return 0


def stop_kept(environ: Mapping[str, str]) -> int:
    """Stop the servers, unless a process still needs them."""
    if not has_place(environ):
        say("The servers were never started.")
        return 0
    place = place_of(environ)
    with place.locked():
        place.kept.unlink(missing_ok=True)
        keeper = living_keeper(place)
        if keeper is None:
            say("The servers are not running.")
            return 0
        if users := len(living_users(place)):
            say(f"The servers stay: {users} running programs need them. Stop those first.")
            return 1
        keeper.stop(patience=STOPPING_TAKES_AT_MOST)
        say("The servers have stopped.")
        return 0


def show_status(environ: Mapping[str, str]) -> int:
    """Say which servers answer and how many programs need them."""
    if not has_place(environ):
        say("The servers were never started.")
        return 0
    place = place_of(environ)
    for name, server in SERVERS.items():
        answers = server(place, for_tests=False).answers() if place.postgres.exists() else False
        say(f"{name}: {'answers' if answers else 'is not running'}")
    say(f"programs that need them: {len(living_users(place))}")
    return 0


def has_place(environ: Mapping[str, str]) -> bool:
    """Whether the environment's folder has had servers: asking must not make any."""
    folder = read_environment(environ).data_dir
    return (folder / "servers").exists() or (folder / "servers.path").exists()


def place_of(environ: Mapping[str, str]) -> Place:
    """Return the place of the servers that the environment means."""
    return place_in(DataFolder(read_environment(environ).data_dir))


def say(sentence: str) -> None:
    """Print one line for the person who started the program."""
    sys.stdout.write(sentence + os.linesep)
    sys.stdout.flush()
