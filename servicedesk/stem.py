"""Loads the program once and forks its processes, which then share what is loaded.

Started by `make up` with the number of a socket. For each command that comes by it a process is
forked; how each ended goes back. Where every process has a machine of its own, the same commands
are started as programs. The stem itself opens no connection that a process could inherit.
"""

import ctypes
import fcntl
import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from servicedesk.devservices.forking import LARGEST_MESSAGE, MOST_HANDLES
from servicedesk.devservices.identity import dying_with_parent

# Everything that one of the processes needs; the pages first, which refuse an unsafe database.
LOADED = (
    "servicedesk.wsgi",
    "servicedesk.live.asgi",
    "servicedesk.management.commands.listen_for_mail",
    "servicedesk.management.commands.tick",
    "servicedesk.devservices.command_line",
    "servicedesk.devservices.mail_catcher",
    "django.conf.locale.en.formats",
    "django.contrib.messages.storage.fallback",
    "gunicorn.app.wsgiapp",
    "gunicorn.glogging",
    "gunicorn.workers.gthread",
    "uvicorn.main",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
    "celery.bin.celery",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "celery.apps.worker",
    "celery.backends.base",
    "celery.concurrency.thread",
    "celery.contrib.django.task",
    "celery.events.dispatcher",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer",
    "celery.worker.consumer.delayed_delivery",
    "celery.worker.strategy",
    "kombu.mixins",
    "kombu.pidbox",
    "kombu.transport.redis",
    "encodings.idna",
)
Command = list[str]
# Where the kernel shows a process's own words, in /proc/PID/stat after the name.
WORDS_BEGIN, WORDS_END = 45, 46


def main(socket_number: int) -> None:
    """Load the program, then fork what is asked for; a forked process goes on as its command."""
    channel = socket.socket(fileno=socket_number)
    load()
    channel.send(json.dumps({"ready": True}).encode())
    command = fork_on_demand(channel)
    if command:
        become(command)


def load() -> None:
    """Load the program, and leave it to every process that is forked."""
    leave_out_prompt()
    for name in LOADED:
        import_module(name)
    do_first_things()
    # What the collector never looks at is never copied.
    gc.collect()
    gc.freeze()


def leave_out_prompt() -> None:
    """Stand in for the prompt of Celery's command line: 6 MB that no worker ever shows."""
    stand_in = ModuleType("click_repl")
    stand_in.register_repl = lambda _commands: None  # type: ignore[attr-defined]
    sys.modules["click_repl"] = stand_in


def do_first_things() -> None:
    """Do once what every process would do first: memory that each wrote would be its own.

    The broker is asked on a connection that is closed again; that it is away is no matter.
    """
    # Loaded with the program, and not by whoever only imports this module.
    from kombu.exceptions import KombuError  # noqa: PLC0415
    from redis.exceptions import RedisError  # noqa: PLC0415

    celery = import_module("servicedesk.celery").app
    celery.loader.import_default_modules()
    celery.amqp.router  # noqa: B018
    celery.backend  # noqa: B018
    with (
        suppress(OSError, RedisError, KombuError),
        celery.connection_for_write() as connection,
    ):
        connection.default_channel  # noqa: B018
    # Set up once more, each logger there is would be written.
    import_module("django.conf").settings.LOGGING_CONFIG = None


def fork_on_demand(channel: socket.socket) -> Command:
    """Fork until the supervisor is gone; returns a command in a forked process, else none."""
    living: dict[int, int] = {}  # the process ids by handle
    while True:
        waiting: list[Any] = [channel, *living]
        for ready in select.select(waiting, [], [])[0]:
            if ready is not channel:
                tell_end(channel, living.pop(ready), handle=ready)
                continue
            asked, handles, _flags, _address = socket.recv_fds(
                channel, LARGEST_MESSAGE, MOST_HANDLES
            )
            if not asked:
                return []
            word = json.loads(asked)
            pid = forked()
            if pid == 0:
                for inherited in (*living, channel.detach()):
                    os.close(inherited)
                put_in_place(handles, numbers=word["numbers"])
                return list(word["command"])
            for handle in handles:
                os.close(handle)
            handle = os.pidfd_open(pid)
            living[handle] = pid
            socket.send_fds(channel, [json.dumps({"began": pid}).encode()], [handle])


def forked() -> int:
    """Fork; return 0 in the child, which ends when the stem does."""
    ask_to_end_with_stem = dying_with_parent(signal.SIGTERM)
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)  # Ctrl-C is for the supervisor alone
        ask_to_end_with_stem()
    return pid


def put_in_place(handles: list[int], *, numbers: list[int]) -> None:
    """Give what was handed over the numbers that the command knows; both outputs go to the log."""
    above = max([*numbers, *handles]) + 1
    # First out of the way: a handle may have come under the number of another.
    moved = [fcntl.fcntl(handle, fcntl.F_DUPFD, above) for handle in handles]
    for handle, number in zip(moved, numbers, strict=True):
        os.dup2(handle, number)
        os.close(handle)
    for handle in set(handles) - set(numbers):
        os.close(handle)
    os.dup2(1, 2)


def tell_end(channel: socket.socket, pid: int, *, handle: int) -> None:
    """Say how a process ended."""
    os.close(handle)
    _pid, status = os.waitpid(pid, 0)
    word = {"ended": pid, "code": os.waitstatus_to_exitcode(status)}
    channel.send(json.dumps(word).encode())


def become(command: Command) -> None:
    """Go on as a program: a file of ours, or a module."""
    show_as(command)
    program, *words = command
    if program == "python" and words[0] != "-m":
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")
    else:
        sys.argv = words[1:] if program == "python" else command
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def show_as(command: Command) -> None:
    """Let lists of processes show the command: written over the stem's own words."""
    fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    begin, end = int(fields[WORDS_BEGIN]), int(fields[WORDS_END])
    words = "\0".join(command).encode()[: end - begin - 1]
    ctypes.memmove(begin, words.ljust(end - begin, b"\0"), end - begin)


if __name__ == "__main__":
    main(int(sys.argv[1]))
