"""Refusals: every no that a person may read, as a sentence and what to do about it."""

from typing import ClassVar


class Refusal(Exception):
    """The base of every no.

    `sentence` says what is so, `next_step` says what to do; both are whole sentences.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, sentence: str, *, next_step: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.sentence} {self.next_step}".strip()
