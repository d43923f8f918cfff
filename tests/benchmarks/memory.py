"""What the whole program holds in memory: every process of `make up`, and its servers."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from servicedesk.devservices.places import DataFolder, place_in
from servicedesk.devservices.sessions import read_keeper
from servicedesk.env import read_environment


def megabytes(supervisor: int) -> dict[str, float]:
    """Return the memory of all processes of the program, by part, shared pages counted once.

    Parts are "matcher", "database", "cache" and "program", which is all the rest.
    """
    keeper = read_keeper(place_in(DataFolder(read_environment(os.environ).data_dir)))
    parents = parents_of_processes()
    parts = dict.fromkeys(("program", "database", "cache", "matcher"), 0.0)
    for pid in parents:
        if not {supervisor, keeper.get("pid")} & set(line_of(pid, parents=parents)):
            continue
        with suppress(OSError):
            told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            held = next(int(one.split()[1]) for one in told.splitlines() if one.startswith("Pss:"))
            parts[part_of(pid)] += held / 1024
    return parts


def part_of(pid: int) -> str:
    """Return which part of the program a process is."""
    command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    if command[0].startswith(b"postgres") or command[0].endswith(b"/postgres"):
        return "database"
    if b"valkey" in command[0].rpartition(b"/")[2]:
        return "cache"
    return "matcher" if command[1:3] == [b"manage.py", b"match"] else "program"


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
