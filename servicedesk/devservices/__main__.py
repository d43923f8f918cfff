"""The launcher's command line: `python -m servicedesk.devservices`."""

import argparse
import os
import sys
from pathlib import Path

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
    return carry_out(parser.parse_args(arguments))


# Each command loads what it needs alone: the keeper and the launcher run for as long as the program.
# ruff: noqa: PLC0415
def carry_out(given: argparse.Namespace) -> int:
    """Run a command; return its exit code."""
    match given.command:
        case "up":
            from servicedesk.devservices.supervisor import bring_everything_up

            return bring_everything_up(os.environ)
        case "catch-mail":
            from servicedesk.devservices.mail_catcher import catch_mail

            return catch_mail(socket_number=given.socket, folder=given.folder)
        case "keep":
            from servicedesk.devservices.keeper import Keeper
            from servicedesk.devservices.places import Place

            return Keeper(Place(given.place), logs=given.logs, for_tests=given.for_tests).keep()
        case _:
            return launch(given)


def launch(given: argparse.Namespace) -> int:
    """Run a command beside the servers, or start, stop or look at them; return its exit code."""
    from servicedesk.devservices import launching

    match given.command:
        case "run":
            return launching.run_command(given.words, environ=os.environ)
        case "start":
            return launching.keep_running(os.environ)
        case "stop":
            return launching.stop_kept(os.environ)
        case _:
            return launching.show_status(os.environ)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)
