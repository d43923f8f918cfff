"""Everything under one command in the foreground: `make up`."""

import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from types import FrameType
from typing import ClassVar
from urllib.parse import urlsplit

from servicedesk.devservices.children import Child, Forking, Running
from servicedesk.devservices.forking import STEM, Stem
from servicedesk.devservices.identity import die_with_parent
from servicedesk.devservices.places import DataFolder
from servicedesk.devservices.preparing import (
    Step,
    begin_assets,
    demo_marker,
    has_command,
    migrate,
)
from servicedesk.devservices.processes import Process, bracketed, on_one_machine
from servicedesk.devservices.running import RunRecord, refuse_taken_ports, started_by_make
from servicedesk.devservices.servers import last_lines
from servicedesk.devservices.sessions import embedded_place, revive, session
from servicedesk.devservices.valkey import LOOPBACK
from servicedesk.devservices.waiting import pause
from servicedesk.env import Environment, is_loopback, read_environment
from workflow.refusals import Refusal

LOOK_EVERY = 0.2
# Threads share two heaps of the C library; with one each, what was freed stays in many.
SPARING = {"MALLOC_ARENA_MAX": "2"}
FIRST_ANSWER_WITHIN = 120.0
DEATHS_BEFORE_FIRST_ANSWER = 3
MAIL_CATCHER = "mail-catcher"
ROLES = "agent, service lead, department member, admin or customer"


class Stopped(BaseException):
    """Somebody asked the supervisor to end."""


class NoAnswer(Refusal):
    """The pages do not come up."""

    code: ClassVar[str] = "no_answer"


def bring_everything_up(environ: Mapping[str, str]) -> int:
    """Run everything until Ctrl-C or SIGTERM; return the exit code.

    Raises:
        Refusal: something stands in the way; the sentence says what to do.
    """
    began = time.monotonic()
    if started_by_make(environ):
        die_with_parent()  # whoever kills make means all of it
    variables = {**environ, **demo_choice(environ)}
    environment = read_environment(variables)
    data = DataFolder(environment.data_dir)
    data.prepare()
    record = RunRecord(data)
    ending = Ending(record, port=environment.port)
    try:
        with record.held(port=environment.port):
            refuse_taken_ports(environment)
            ending.listen()
            # The longest step of a first start, beside the second longest.
            assets = begin_assets(data, environ=variables)
            say("Starting the database ...")
            with session(variables) as added:
                everything = {**variables, **added, **record.variables()}
                supervisor = Supervisor(
                    data, environment=environment, environ=everything, given=variables
                )
                supervisor.run(began=began, assets=assets)
    except Stopped:
        say("Stopped.")
    return 0


def demo_choice(environ: Mapping[str, str]) -> dict[str, str]:
    """Return DEMO=1 where nothing is said, the database is our own, and only this machine can look."""
    unsaid = not environ.get("DEMO") and not environ.get("DATABASE_URL")
    if unsaid and is_loopback(read_environment(environ).bind):
        return {"DEMO": "1"}
    return {}


class Ending:
    """Turns Ctrl-C and SIGTERM into one orderly end; a second one does not interrupt it."""

    def __init__(self, record: RunRecord, *, port: int) -> None:
        self.record = record
        self.port = port
        self.asked = False

    def listen(self) -> None:
        """Begin to listen for signals."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.note)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup wants us to stay
            signal.signal(signal.SIGHUP, self.note)

    def note(self, _number: int, _frame: FrameType | None) -> None:
        """Write that we are about to end, so that the next start waits, and end."""
        if self.asked:
            return
        self.asked = True
        self.record.write(port=self.port, stopping=True)
        raise Stopped


class Supervisor:
    """Starts the processes in order, watches them, and stops them in order."""

    def __init__(
        self,
        data: DataFolder,
        *,
        environment: Environment,
        environ: dict[str, str],
        given: Mapping[str, str],
    ) -> None:
        self.given = given  # without what the session added
        self.place = embedded_place(given)
        self.data = data
        self.environment = environment
        self.environ = environ
        self.children: list[Child] = []
        self.story: Running | None = None
        self.mail_socket: socket.socket | None = None

    def run(self, *, began: float, assets: Step | None) -> None:
        """Prepare, start, say where to go, tell the demo story, watch; ends by `Stopped`.

        `assets` are the static files that are being built since the beginning.
        """
        try:
            say("Bringing tables and pages up to date ...")
            self.open_mailbox()
            migrate(self.data, environ=self.environ)
            if assets is not None:
                assets.finish()
            stem = self.start_stem()
            self.catch_mail(stem)
            processes = on_one_machine(
                bind=self.environment.bind,
                port=self.environment.port,
                live_port=self.environment.live_port,
                smtp_port=self.environment.smtp_port,
            )
            for process in processes:
                if not process.stands_alone:
                    self.add(process, stem=stem)
            self.wait_for_first_answer()
            self.say_where_to_go(seconds=time.monotonic() - began)
            # The pages answer without them, and sooner while nothing else is loaded beside them.
            for process in processes:
                if process.stands_alone:
                    self.add(process)
            self.begin_story(stem)
            while True:
                self.look()
                pause(LOOK_EVERY)
        finally:
            self.stop()

    def start_stem(self) -> Stem:
        """Start the process that loads the program for all others."""
        environ = {**SPARING, **self.environ}
        stem = Stem(environ=environ, log=self.data.logs / f"{STEM.name}.log", say=say, process=STEM)
        self.children.append(stem)
        stem.start()
        return stem

    def add(
        self, process: Process, *, handed_over: tuple[int, ...] = (), stem: Forking | None = None
    ) -> None:
        """Start a process and watch it from now on."""
        environ = {**SPARING, **self.environ}
        child = Child(
            process=process,
            environ=environ,
            log=self.data.logs / f"{process.name}.log",
            say=say,
            handed_over=handed_over,
            stem=None if process.stands_alone else stem,
        )
        self.children.append(child)
        child.start()

    def open_mailbox(self) -> None:
        """Listen for the mail that is sent, where no mail server is named.

        The socket is ours, so that a restart of the catcher refuses no mail.
        """
        if not self.environment.smtp_url:
            self.mail_socket = socket.create_server((LOOPBACK, 0))
            self.environ["SMTP_URL"] = f"smtp://{LOOPBACK}:{self.mail_socket.getsockname()[1]}"

    def catch_mail(self, stem: Forking) -> None:
        """Take the mail that comes by our socket."""
        if self.mail_socket is None:
            return
        number = self.mail_socket.fileno()
        command = ("python", "-m", "servicedesk.devservices", "catch-mail", f"--socket={number}")
        folder = f"--folder={self.data.outgoing_mail}"
        catcher = Process(name=MAIL_CATCHER, command=(*command, folder))
        self.add(catcher, handed_over=(number,), stem=stem)

    def wait_for_first_answer(self) -> None:
        """Wait until the pages answer.

        Raises:
            NoAnswer: they do not, or they die again and again.
        """
        deadline = time.monotonic() + FIRST_ANSWER_WITHIN
        needed = [child for child in self.children if child.process.name in {STEM.name, "web"}]
        while not self.answers():
            self.look()
            worst = max(needed, key=lambda child: child.deaths)
            if time.monotonic() > deadline or worst.deaths >= DEATHS_BEFORE_FIRST_ANSWER:
                raise NoAnswer(
                    f"The pages do not answer. The end of {worst.log}:\n{last_lines(worst.log)}",
                    next_step=f"See to what it names, or look into {self.data.logs}; start again.",
                )
            pause(LOOK_EVERY)

    def answers(self) -> bool:
        """Whether the pages answer."""
        environment = self.environment
        host = LOOPBACK if environment.bind in {"0.0.0.0", "localhost"} else environment.bind  # noqa: S104
        return answers_at(f"http://{bracketed(host)}:{environment.port}/healthz")

    def say_where_to_go(self, *, seconds: float) -> None:
        """Print the address and how to sign in."""
        environment = self.environment
        address = f"{environment.base_domain}:{environment.port}"
        lines = [f"Ready after {seconds:.0f} s.  http://{address}"]
        if environment.demo:
            lines += [
                f"  Choose a demo tenant and sign in with one click as {ROLES}:",
                f"  http://bank.{address}   http://acme.{address}",
            ]
        else:
            lines += [
                f"  Sign in with your own account at http://TENANT.{address}",
                "  A new tenant: manage.py new_tenant --help",
            ]
        if self.mail_socket is not None:
            lines.append(f"  Mail that is sent is kept in {self.data.outgoing_mail}")
        lines += [f"  Logs are in {self.data.logs}", "  Ctrl-C stops everything; the data stay."]
        say("\n".join(lines))

    def begin_story(self, stem: Forking) -> None:
        """Tell the demo story on the first start, or go on where an earlier start was cut off."""
        told = demo_marker(self.data).exists() or not has_command("seed_demo")
        if not self.environment.demo or told:
            return
        with (self.data.logs / "seed_demo.log").open("ab") as log:
            self.story = stem.fork(("python", "manage.py", "seed_demo"), log=log.fileno())
        if self.story is None:
            say("The demo story cannot be told now; the next start tells it, or `make demo` now.")
        else:
            say("The demo story is being told; the pages fill while you look.")

    def look(self) -> None:
        """Look after the servers and every child once."""
        if self.place is not None and revive(self.place, environ=self.given):
            say("The keeper of the database was killed; the database was started again.")
        for child in self.children:
            child.look()
        if self.story is not None and (code := self.story.poll()) is not None:
            self.end_story(code)
            self.story = None

    def end_story(self, code: int) -> None:
        """Remember that the story was told, or say that it was not."""
        if code == 0:
            demo_marker(self.data).touch(mode=0o600)
            say("The demo story is told.")
            return
        log = self.data.logs / "seed_demo.log"
        say(
            f"The demo story broke off; the next start goes on with it, or `make demo` now."
            f" The end of {log}:\n{last_lines(log)}"
        )

    def stop(self) -> None:
        """Stop everything, the doors first; each is given its time, all at once."""
        say("Stopping ...")
        # The catcher of mail goes after the workers, who may be sending to it. The stem goes after all
        # that it started, for its end would ask them to end a second time.
        last = {MAIL_CATCHER: 1, STEM.name: 2}
        groups: list[list[Child]] = [[], [], []]
        for child in self.children:
            groups[last.get(child.process.name, 0)].append(child)
        if self.story is not None and self.story.poll() is None:
            self.story.send_signal(signal.SIGTERM)
        for group in groups:
            began = time.monotonic()
            for child in group:
                child.ask_to_end()
            for child in group:
                child.end(patience=began + child.process.seconds_to_end - time.monotonic())
        if self.story is not None:
            self.story.wait()
        if self.mail_socket is not None:
            self.mail_socket.close()


def answers_at(address: str) -> bool:
    """Whether an address answers with 200, asked without any proxy."""
    asked = urlsplit(address)
    # By hand: the libraries for it would be half of what the launcher holds in memory.
    words = f"GET {asked.path} HTTP/1.0\r\nHost: {asked.netloc}\r\n\r\n".encode()
    try:
        with (
            socket.create_connection((asked.hostname or "", asked.port or 80), timeout=5) as asking,
            asking.makefile("rb") as answer,
        ):
            asking.sendall(words)
            return answer.readline().split()[1:2] == [b"200"]
    except OSError:
        return False


def say(sentence: str) -> None:
    """Print for the person who started the program."""
    sys.stdout.write(sentence + os.linesep)
    sys.stdout.flush()
