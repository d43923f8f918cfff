"""What only the matcher needs stands in no other process: every page would carry it."""

import os
import subprocess
import sys

import pytest

from servicedesk.env import PROJECT_FOLDER

HEAVY = ("numpy", "scipy", "sklearn", "onnx", "onnxruntime", "tokenizers", "safetensors")
LOAD_AS_THE_STEM_DOES = """
import sys
from importlib import import_module
from servicedesk.stem import LOADED
for name in LOADED:
    import_module(name)
import_module("servicedesk.celery").app.loader.import_default_modules()
"""
LOAD_AS_THE_MATCHER_DOES = """
import sys
import django
django.setup()
import servicedesk.management.commands.match
"""
TELL = f"print(*sorted(set(sys.modules) & set({HEAVY})))"


def loaded_by(program: str) -> set[str]:
    """Return what a program has loaded of the heavy libraries."""
    told = subprocess.run(
        [sys.executable, "-c", program + TELL],
        cwd=PROJECT_FOLDER,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "servicedesk.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(told.stdout.split())


@pytest.mark.usefixtures("committing")
def test_pages_live_events_workers_and_tick_load_nothing_of_the_model():
    assert loaded_by(LOAD_AS_THE_STEM_DOES) == set()


@pytest.mark.usefixtures("committing")
def test_the_matcher_loads_it_so_the_test_can_see():
    assert {"numpy", "onnxruntime", "tokenizers"} <= loaded_by(LOAD_AS_THE_MATCHER_DOES)
