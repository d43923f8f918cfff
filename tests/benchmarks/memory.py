"""What the whole program holds in memory: every process of `make up`, and its servers."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from servicedesk.devservices.places import DataFolder, place_in
from servicedesk.devservices.sessions import read_keeper
from servicedesk.env import read_environment


def megabytes(supervisor: int) -> float:
    """Return the memory of all processes of the program and its servers, shared pages counted once."""
    keeper = read_keeper(place_in(DataFolder(read_environment(os.environ).data_dir)))
    parents = parents_of_processes()
    total = 0
    for pid in parents:
        if not {supervisor, keeper.get("pid")} & set(line_of(pid, parents=parents)):
            continue
        try:
            told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:"))
    return total / 1024


def parents_of_processes() -> dict[int, int]:
    """Return the parent of each process of this machine."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            line = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            parents[int(folder.name)] = int(line.rpartition(")")[2].split()[1])
    return parents


def line_of(pid: int, *, parents: dict[int, int]) -> Iterator[int]:
    """Return a process, its parent, and so on."""
    while pid in parents:
        yield pid
        pid = parents[pid]
