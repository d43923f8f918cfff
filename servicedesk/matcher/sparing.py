"""Memory that is given back to the machine: the C library keeps what was once needed."""

import ctypes
from pathlib import Path

PAGE_SIZE = 4096
# How the C library calls these settings, and from which size on memory is given back (bytes).
MMAP_FROM, TRIM_FROM, MOST_HEAPS = -3, -1, -8
LARGE = 4 << 20


def spare_memory() -> None:
    """Give large arrays back as soon as they are not needed, and let threads share two heaps."""
    library = ctypes.CDLL(None)
    for setting, value in ((MMAP_FROM, LARGE), (TRIM_FROM, LARGE), (MOST_HEAPS, 2)):
        library.mallopt(setting, value)


def give_memory_back() -> None:
    """Give back what is not needed now; takes some milliseconds."""
    ctypes.CDLL(None).malloc_trim(0)


def held_memory() -> int:
    """Return the memory that this process holds, in bytes."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * PAGE_SIZE
