"""The model is the published one or none; what it reads alike is near."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from problems.likeness.building import is_whole, model_file, note_beside
from problems.likeness.embedding import Embedder
from problems.likeness.weights import (
    PUBLISHED,
    TOKENIZER,
    ModelMissing,
    ModelNotGenuine,
    genuine,
    weights_folder,
)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """The real model."""
    return Embedder(settings.DATA_DIR / "matcher")


def test_texts_that_mean_the_same_are_near_and_others_are_not(embedder: Embedder):
    one, same, other = embedder.embed(
        [
            "My card was swallowed by the cash machine.",
            "The ATM kept my card.",
            "How do I change my address?",
        ]
    ).astype(np.float32)

    assert one @ same > 0.6
    assert one @ other < 0.3
    assert np.linalg.norm(one) == pytest.approx(1, abs=0.002)


def test_a_text_is_read_alike_alone_and_among_others(embedder: Embedder):
    texts = ["Short.", "The exchange rate was wrong " * 40, "My card has not arrived yet."]

    together = embedder.embed(texts)

    alone = np.stack([embedder.embed_one(text) for text in texts])
    assert np.abs(together.astype(np.float32) - alone).max() < 0.001


def test_the_numbers_are_those_of_the_published_model(embedder: Embedder):
    first = embedder.embed_one("This is an example sentence")[:4].astype(float)

    assert first == pytest.approx([0.0677, 0.0635, 0.0487, 0.0793], abs=0.0005)


@pytest.mark.parametrize("text", ["", "   ", "4711", "#12 !!"])
def test_a_text_without_a_word_says_nothing(embedder: Embedder, text: str):
    assert not embedder.embed_one(text).any()


def test_other_files_than_the_published_ones_are_refused(tmp_path: Path):
    shutil.copy(weights_folder() / TOKENIZER, tmp_path)
    assert genuine(tmp_path, TOKENIZER) == (tmp_path / TOKENIZER,)

    with (tmp_path / TOKENIZER).open("a") as file:
        file.write(" ")

    with pytest.raises(ModelNotGenuine, match="not the one that was published"):
        genuine(tmp_path, TOKENIZER)
    with pytest.raises(ModelNotGenuine):
        genuine(tmp_path / "nowhere", *PUBLISHED)


def test_a_model_file_that_changed_is_seen(embedder: Embedder, tmp_path: Path):
    made = model_file(settings.DATA_DIR / "matcher")
    file = Path(shutil.copy(made, tmp_path))
    shutil.copy(note_beside(made), tmp_path)
    assert is_whole(file)

    with file.open("r+b") as stream:
        stream.seek(1_000)
        stream.write(b"changed")

    assert not is_whole(file)


def test_a_missing_package_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("sys.path", [str(tmp_path)])

    with pytest.raises(ModelMissing, match="not installed") as refusal:
        weights_folder()

    assert "requirements-model.lock" in refusal.value.next_step
