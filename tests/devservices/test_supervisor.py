"""`make up` refuses with a sentence, minds its children, and clears what a killed run left."""

import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
from contextlib import ExitStack
from email.message import EmailMessage

import pytest

from servicedesk.devservices.children import Child
from servicedesk.devservices.identity import ProcessIdentity
from servicedesk.devservices.places import DataFolder
from servicedesk.devservices.preparing import demo_marker
from servicedesk.devservices.processes import Process
from servicedesk.devservices.running import RUN_VARIABLE, AlreadyRunning, RunRecord
from servicedesk.devservices.supervisor import Supervisor, demo_choice
from servicedesk.devservices.valkey import LOOPBACK, free_port
from servicedesk.devservices.waiting import wait_until
from servicedesk.env import PROJECT_FOLDER, read_environment
from tests.devservices.conftest import known, launch

FOR_EVER = "import signal; signal.pause()"


@pytest.fixture
def ports(environ):
    """Ports that nobody listens on."""
    return {name: str(free_port()) for name in ("PORT", "LIVE_PORT", "SMTP_PORT")}


@pytest.mark.parametrize("name", ["PORT", "LIVE_PORT", "SMTP_PORT"])
def test_a_taken_port_is_named(environ, ports, data_dir, name):
    with socket.create_server((LOOPBACK, int(ports[name]))):
        refused = launch("up", environ={**environ, **ports})

    assert refused.returncode == 1
    assert f"Port {ports[name]} of 127.0.0.1 is taken" in refused.stderr
    assert f"{name}=" in refused.stderr
    assert not (data_dir / "servers").exists()


def test_a_demo_is_never_shown_to_other_machines(environ, ports):
    refused = launch("up", environ={**environ, **ports, "DEMO": "1", "BIND": "0.0.0.0"})  # noqa: S104

    assert refused.returncode == 1
    assert "DEMO=1 lets anybody sign in" in refused.stderr
    assert "Set BIND=127.0.0.1, or DEMO=0." in refused.stderr


def test_a_folder_that_cannot_be_written_is_named(environ, ports, data_dir):
    data_dir.write_text("a file, not a folder")

    refused = launch("up", environ={**environ, **ports})

    assert refused.returncode == 1
    assert f"The folder {data_dir} cannot be written (" in refused.stderr


@pytest.mark.parametrize(
    ("environ", "chosen"),
    [
        ({}, {"DEMO": "1"}),
        ({"DEMO": "0"}, {}),
        ({"BIND": "0.0.0.0"}, {}),  # noqa: S104
        ({"DATABASE_URL": "postgresql://a:b@db.example/c"}, {}),
    ],
)
def test_the_demo_is_on_only_here_with_a_database_of_our_own(environ, chosen):
    assert demo_choice(environ) == chosen


def test_a_second_run_on_the_same_folder_is_refused(data_dir):
    data = DataFolder(data_dir)
    data.prepare()

    with ExitStack() as stack:
        stack.enter_context(RunRecord(data).held(port=8123))
        with pytest.raises(AlreadyRunning, match=f"as process {os.getpid()}, on port 8123"):
            stack.enter_context(RunRecord(data).held(port=8124))

    with RunRecord(data).held(port=8124):
        assert json.loads((data_dir / "up.json").read_text())["port"] == 8124


def test_what_a_killed_run_left_behind_is_stopped_first(data_dir):
    data = DataFolder(data_dir)
    data.prepare()
    killed = RunRecord(data)
    killed.write(port=8123, stopping=False)
    command = [sys.executable, "-c", FOR_EVER]
    left = subprocess.Popen(command, env={**os.environ, **killed.variables()})
    stranger = subprocess.Popen(command, env={**os.environ, RUN_VARIABLE: "another"})

    with left, stranger, RunRecord(data).held(port=8123):
        assert left.wait(timeout=10) == -signal.SIGTERM
        assert stranger.poll() is None
        stranger.kill()


def test_a_child_that_dies_is_started_again_and_that_is_said(tmp_path):
    said: list[str] = []
    child = Child(
        process=Process(name="short", command=("python", "-c", "print('my last words')")),
        environ=dict(os.environ),
        log=tmp_path / "short.log",
        say=said.append,
    )

    def seen_twice() -> bool:
        child.look()
        return child.deaths >= 2

    assert wait_until(seen_twice, seconds=30)
    child.end(patience=5)
    assert "short ended by itself (code 0) and starts again in 1 s." in said[0]
    assert "my last words" in said[0]
    assert "starts again in 2 s." in said[1]


def test_a_child_ends_when_its_supervisor_is_killed(tmp_path):
    program = (
        "import os, sys; from pathlib import Path\n"
        "from servicedesk.devservices.children import Child\n"
        "from servicedesk.devservices.processes import Process\n"
        f"process = Process(name='x', command=('python', '-c', {FOR_EVER!r}))\n"
        "log = Path(sys.argv[1])\n"
        "child = Child(process=process, environ=dict(os.environ), log=log, say=print)\n"
        "child.start(); print(child.running.pid, flush=True); import signal; signal.pause()\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "x.log")]
    with subprocess.Popen(command, cwd=PROJECT_FOLDER, stdout=subprocess.PIPE) as supervisor:
        child = known(ProcessIdentity.of(int(known(supervisor.stdout).readline())))
        assert child.is_alive()

        supervisor.kill()

    assert wait_until(lambda: not child.is_alive(), seconds=10)


def test_mail_is_taken_and_kept_as_it_was_sent(tmp_path):
    letter = EmailMessage()
    letter["Subject"] = "Your case is solved"
    letter["From"] = "service@bank.example"
    letter["To"] = "kim@example.org"
    letter.set_content("Grüße")
    folder = tmp_path / "mail"
    with socket.create_server((LOOPBACK, 0)) as listening:
        number = listening.fileno()
        command = [sys.executable, "-m", "servicedesk.devservices", "catch-mail"]
        command += [f"--socket={number}", f"--folder={folder}"]
        with subprocess.Popen(command, cwd=PROJECT_FOLDER, pass_fds=(number,)) as catcher:
            with smtplib.SMTP(LOOPBACK, listening.getsockname()[1], timeout=30) as sender:
                sender.send_message(letter, to_addrs=["kim@example.org", "lee@example.org"])
            catcher.terminate()
            assert catcher.wait(timeout=10) == 0

    (kept,) = folder.glob("*.eml")
    assert oct(kept.stat().st_mode & 0o777) == "0o600"
    head, _, sent = kept.read_bytes().partition(b"X-Envelope-To: lee@example.org\r\n")
    assert head == b"X-Envelope-From: service@bank.example\r\nX-Envelope-To: kim@example.org\r\n"
    assert b"Subject: Your case is solved" in sent


def test_a_story_that_broke_off_is_told_again(data_dir, capsys):
    data = DataFolder(data_dir)
    data.prepare()
    named = {
        "DATABASE_URL": "postgresql://servicedesk_app:x@db.example/servicedesk",
        "REDIS_URL": "redis://redis.example/0",
        "DATA_DIR": str(data_dir),
    }
    environment = read_environment(named)
    supervisor = Supervisor(data, environment=environment, environ={}, given=named)

    supervisor.end_story(1)
    assert "the next start goes on with it" in capsys.readouterr().out
    assert not demo_marker(data).exists()

    supervisor.end_story(0)
    assert demo_marker(data).exists()
