"""Processes that are forked from the stem: what they are given, how they end, what they share."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from servicedesk.devservices.children import Child
from servicedesk.devservices.forking import STEM, Forked, Stem
from servicedesk.devservices.processes import Process
from servicedesk.devservices.waiting import wait_until

LOADED_WITHIN = 120.0
WAITS = "import signal; print('here', flush=True); signal.pause()"


@pytest.fixture(scope="module")
def stem(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stem]:
    """A stem that has loaded the program beside the servers of the tests."""
    started = made_stem(tmp_path_factory.mktemp("stem"))
    yield started
    started.ask_to_end()
    started.end(patience=5)


def made_stem(folder: Path) -> Stem:
    """Return a stem that has loaded the program."""
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "servicedesk.settings"}
    stem = Stem(process=STEM, environ=environ, log=folder / "stem.log", say=print)
    stem.start()
    assert wait_until(lambda: has_loaded(stem), seconds=LOADED_WITHIN), stem.log.read_text()
    return stem


def has_loaded(stem: Stem) -> bool:
    """Whether processes can be forked from a stem."""
    stem.hear()
    return stem.is_ready


def child_of(
    stem: Stem, folder: Path, program: str, *words: str, given: int | None = None
) -> Child:
    """Return a child of the stem that runs a program, started."""
    file = folder / "program.py"
    file.write_text(program)
    child = Child(
        process=Process(name="one", command=("python", str(file), *words)),
        environ={},
        log=folder / "one.log",
        say=print,
        handed_over=() if given is None else (given,),
        stem=stem,
    )
    child.start()
    return child


def forked(child: Child) -> Forked:
    """Return the process of a child that runs."""
    assert isinstance(child.running, Forked)
    return child.running


def test_a_forked_process_writes_to_its_own_log_and_says_how_it_ended(
    stem: Stem, tmp_path: Path
) -> None:
    child = child_of(
        stem, tmp_path, "import sys; print('words', *sys.argv[1:]); sys.exit(3)", "--of", "mine"
    )

    assert forked(child).wait(timeout=60) == 3
    assert child.log.read_text() == "words --of mine\n"


def test_a_forked_process_is_listed_under_its_own_command(stem: Stem, tmp_path: Path) -> None:
    child = child_of(stem, tmp_path, WAITS, "--my-own-word")
    assert wait_until(lambda: child.log.read_text() == "here\n", seconds=60)

    listed = Path(f"/proc/{forked(child).pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")

    assert listed == [b"python", str(tmp_path / "program.py").encode(), b"--my-own-word"]
    child.ask_to_end()
    assert forked(child).wait(timeout=60) == -signal.SIGTERM


def test_what_is_handed_over_has_the_number_that_the_command_names(
    stem: Stem, tmp_path: Path
) -> None:
    reading, writing = os.pipe()
    program = "import os, sys; print(os.read(int(sys.argv[1]), 5).decode())"
    child = child_of(stem, tmp_path, program, str(reading), given=reading)

    os.write(writing, b"hello")

    assert forked(child).wait(timeout=60) == 0
    assert child.log.read_text() == "hello\n"
    os.close(reading)
    os.close(writing)


def test_what_the_stem_has_loaded_stands_in_memory_once(stem: Stem, tmp_path: Path) -> None:
    child = child_of(stem, tmp_path, WAITS)
    assert wait_until(lambda: child.log.read_text() == "here\n", seconds=60)

    whole, own = memory_of(forked(child).pid)

    assert whole > 60
    assert own < whole / 5
    child.ask_to_end()
    forked(child).wait(timeout=60)


def memory_of(pid: int) -> tuple[float, float]:
    """Return the megabytes of a process, and those that it has alone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    own = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return kilobytes["Rss"] / 1024, own / 1024


def test_a_process_that_does_not_end_in_time_is_killed(stem: Stem, tmp_path: Path) -> None:
    program = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + WAITS
    child = child_of(stem, tmp_path, program)
    assert wait_until(lambda: child.log.read_text() == "here\n", seconds=60)
    process = forked(child)
    child.ask_to_end()

    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.2)
    child.end(patience=0.0)

    assert process.returncode == -signal.SIGKILL


def test_when_the_stem_is_killed_its_processes_end_and_start_again(tmp_path: Path) -> None:
    stem = made_stem(tmp_path)
    child = child_of(stem, tmp_path, WAITS)
    first = forked(child)
    assert wait_until(lambda: "here" in child.log.read_text(), seconds=60)

    os.kill(stem.running.pid if stem.running else 0, signal.SIGKILL)

    def runs_again() -> bool:
        stem.look()
        child.look()
        return child.log.read_text() == "here\nhere\n"

    assert wait_until(runs_again, seconds=LOADED_WITHIN)
    assert first.returncode == -signal.SIGTERM
    assert forked(child).pid != first.pid
    for one in (child, stem):
        one.ask_to_end()
        one.end(patience=5)
