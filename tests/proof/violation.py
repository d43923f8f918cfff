"""What a planted violation is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """Statements that break exactly one rule, once; `named` fills in from the story's ids."""

    code: str
    named: str
    statements: tuple[str, ...]
