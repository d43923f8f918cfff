"""The launcher's command line: `python -m servicedesk.devservices`."""

import argparse
import os
import sys
from pathlib import Path

from servicedesk.devservices.keeper import Keeper
from servicedesk.devservices.launching import keep_running, run_command, show_status, stop_kept
from servicedesk.devservices.places import Place
from servicedesk.devservices.supervisor import bring_everything_up
from workflow.refusals import Refusal


def main(arguments: list[str]) -> int:
    """Run one of the launcher's commands; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m servicedesk.devservices")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="run everything in the foreground")
    running = commands.add_parser("run", help="run a command beside the servers: run -- COMMAND")
    running.add_argument("words", nargs=argparse.REMAINDER)
    commands.add_parser("start", help="start the servers and leave them running")
    commands.add_parser("stop", help="stop the servers that `start` left running")
    commands.add_parser("status", help="say what is running")
    catching = commands.add_parser("catch-mail", help="take mail by SMTP and write it to a folder")
    catching.add_argument("--socket", type=int, required=True, help="number of a listening socket")
    catching.add_argument("--folder", type=Path, required=True)
    keeping = commands.add_parser("keep")
    keeping.add_argument("place", type=Path)
    keeping.add_argument("logs", type=Path)
    keeping.add_argument("--for-tests", action="store_true")
    given = parser.parse_args(arguments)
    match given.command:
        case "up":
            return bring_everything_up(os.environ)
        case "run":
            return run_command(given.words, environ=os.environ)
        case "start":
            return keep_running(os.environ)
        case "stop":
            return stop_kept(os.environ)
        case "status":
            return show_status(os.environ)
        case "catch-mail":
            # The launcher and the keeper stay small without it.
            from servicedesk.devservices.mail_catcher import catch_mail  # noqa: PLC0415

            return catch_mail(socket_number=given.socket, folder=given.folder)
        case _:
            keeper = Keeper(Place(given.place), logs=given.logs, for_tests=given.for_tests)
            return keeper.keep()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)
