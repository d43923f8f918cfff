"""Turn texts into vectors: 384 numbers each, of length one, near for what means the same."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

from problems.likeness.building import VERSION, model_file
from problems.likeness.vectors import SIZE
from problems.likeness.weights import TOKENIZER, WEIGHTS, genuine, weights_folder
from problems.likeness.word_vectors import WordVectors

MOST_TOKENS = 160
"""Tokens of a text that are read: a subject and about the first hundred words."""

TOKENS_AT_ONCE = 1_024
"""Tokens, with padding, that are read together; more at once takes more memory and saves nothing."""

WORD = re.compile(r"[^\W\d_]{2,}")

Vectors16 = np.ndarray[Any, np.dtype[np.float16]]


class Embedder:
    """The model, loaded; about 90 MB with its libraries. Runs on one thread and never asks a network.

    Raises:
        ModelMissing, ModelNotGenuine: the model is not installed, or is another one.
    """

    version = VERSION

    def __init__(self, folder: Path) -> None:
        """Load the model from a folder, in which it is made if it is not there yet."""
        tokenizer, weights = genuine(weights_folder(), TOKENIZER, WEIGHTS)
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Memory that a long text took is given back; short ones are the rule.
        settings.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(model_file(folder)), settings, providers=["CPUExecutionProvider"]
        )
        self._words = WordVectors(weights)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> Vectors16:
        """Return one vector a text, the same as alone but for the last bit of a number or two.

        Texts of about one length are read together. A text without a word (empty, or a number)
        says nothing: all its numbers are 0, and it is like no other.
        """
        encoded = self._tokenizer.encode_batch_fast([text or " " for text in texts])
        vectors = np.zeros((len(texts), SIZE), np.float16)
        lengths = [len(one.ids) for one in encoded]
        for places in _batches(lengths):
            vectors[places] = self._run([encoded[place] for place in places])
        vectors[[place for place, text in enumerate(texts) if not WORD.search(text)]] = 0
        return vectors

    def embed_one(self, text: str) -> Vectors16:
        """Return the vector of one text."""
        one: Vectors16 = self.embed([text])[0]
        return one

    def _run(self, batch: Sequence[Encoding]) -> Vectors16:
        longest = max(len(one.ids) for one in batch)
        tokens = np.zeros((len(batch), longest), np.int64)
        mask = np.zeros_like(tokens)
        for row, one in enumerate(batch):
            tokens[row, : len(one.ids)] = one.ids
            mask[row, : len(one.ids)] = 1
        words = self._words.of(tokens)
        (embedded,) = self._session.run(None, {"words": words, "attention_mask": mask})
        return np.asarray(embedded, np.float16)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of texts that are read together, the short ones first."""
    together: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: lengths[place]):
        if together and lengths[place] * (len(together) + 1) > TOKENS_AT_ONCE:
            yield together
            together = []
        together.append(place)
    if together:
        yield together
