"""Make the model file once from the published weights: `python -m problems.likeness.building FOLDER`.

A process of its own does it, so that whoever asks does not keep the memory it takes.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from problems.likeness.weights import (
    SHAPE,
    TOKENIZER,
    WEIGHTS,
    ModelNotGenuine,
    digest_of,
    genuine,
    weights_folder,
)

NAME = "all-MiniLM-L6-v2"
VERSION = f"{NAME}/1"
"""Stored beside each vector; another model or another reading of texts is another version."""

FILE = f"{NAME}-layers.onnx"
SUPERSEDED = f"{NAME}.onnx"
"""What was made before the words were left out of the file; removed once the new one is there."""

LONGEST_BUILD = 300
"""Seconds after which a build is given up; it takes about five."""


def model_file(folder: Path) -> Path:
    """Return the model file in a folder, making it in a process of its own if it is not there.

    The file is compared with the digest that was noted when it was made.

    Raises:
        ModelMissing, ModelNotGenuine: see `weights`.
    """
    file = folder / FILE
    if not is_whole(file):
        genuine(weights_folder(), TOKENIZER, SHAPE)
        # Our own module, the folder is the installation's.
        made = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "problems.likeness.building", str(folder)],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=LONGEST_BUILD,
            check=False,
        )
        if made.returncode or not is_whole(file):
            last = (made.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise ModelNotGenuine(
                f"The matching model could not be made: {last}",
                next_step="Look at the free space of DATA_DIR, and install the model again.",
            )
    return file


def is_whole(file: Path) -> bool:
    """Whether a model file is there and as it was made."""
    noted = note_beside(file)
    return (
        file.is_file() and noted.is_file() and noted.read_text("ascii").strip() == digest_of(file)
    )


def note_beside(file: Path) -> Path:
    """Return where the digest of a model file is noted."""
    return file.with_suffix(".sha256")


def build(folder: Path) -> Path:
    """Make the model file from the published weights, whole or not at all; takes about 400 MB.

    Raises:
        ModelMissing, ModelNotGenuine: see `weights`.
    """
    from safetensors.numpy import load_file  # noqa: PLC0415 needed here alone

    from problems.likeness.graph import build_graph  # noqa: PLC0415 needed here alone

    weights, _shape, _tokenizer = genuine(weights_folder(), WEIGHTS, SHAPE, TOKENIZER)
    folder.mkdir(parents=True, exist_ok=True)
    content = build_graph(load_file(weights)).SerializeToString()
    file = folder / FILE
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{NAME}.", delete=False) as draft:
        draft.write(content)
        draft.flush()
        os.fsync(draft.fileno())
    Path(draft.name).replace(file)
    note_beside(file).write_text(f"{digest_of(file)}\n", "ascii")
    for name in (SUPERSEDED, note_beside(folder / SUPERSEDED).name):
        (folder / name).unlink(missing_ok=True)
    return file


if __name__ == "__main__":
    build(Path(sys.argv[1]))
