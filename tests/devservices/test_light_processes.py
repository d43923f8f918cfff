"""What only the matcher needs stands in no other process: every page would carry it."""

import os
import subprocess
import sys

import pytest

from servicedesk.env import PROJECT_FOLDER

NEVER_SHOWN = ("prompt_toolkit", "click_repl.utils")
HEAVY = ("numpy", "scipy", "sklearn", "onnx", "onnxruntime", "tokenizers", "safetensors")
LOAD_AS_THE_STEM_DOES = """
import sys
from servicedesk.stem import load
load()
"""
LOAD_AS_THE_MATCHER_DOES = """
import sys
import django
django.setup()
import servicedesk.management.commands.match
"""
TELL = f"print(*sorted(set(sys.modules) & set({HEAVY + NEVER_SHOWN})))"
TELL_WHAT_IS_OPEN = """
import os, threading
from contextlib import suppress
from pathlib import Path
for one in Path("/proc/self/fd").iterdir():
    with suppress(FileNotFoundError):
        print(os.readlink(one).partition(":")[0])
print("threads:", threading.active_count())
"""


def told_by(program: str) -> list[str]:
    """Return the lines that a program prints, run beside the servers."""
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT_FOLDER,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "servicedesk.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.splitlines()


def loaded_by(program: str) -> set[str]:
    """Return what a program has loaded of the libraries that few need."""
    return {name for line in told_by(program + TELL) for name in line.split()}


@pytest.mark.usefixtures("committing")
def test_pages_live_events_workers_and_tick_load_nothing_of_the_model():
    assert loaded_by(LOAD_AS_THE_STEM_DOES) == set()


@pytest.mark.usefixtures("committing")
def test_the_matcher_loads_it_so_the_test_can_see():
    assert {"numpy", "onnxruntime", "tokenizers"} <= loaded_by(LOAD_AS_THE_MATCHER_DOES)


@pytest.mark.usefixtures("committing")
def test_the_stem_leaves_no_connection_and_no_thread_to_what_it_forks():
    lines = told_by(LOAD_AS_THE_STEM_DOES + TELL_WHAT_IS_OPEN)

    assert not {"socket", "anon_inode"} & set(lines)
    assert lines[-1] == "threads: 1"
