"""What a check says of a version: an error blocks, a warning only tells."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflow.clocks.policy_content import Promise
from workflow.clocks.policy_words import metric_name, priority_name


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong (`is_error`) or may be; `place` names metric and priority, if any."""

    code: str
    sentence: str
    is_error: bool
    place: str = ""


def error(code: str, sentence: str, *, place: str = "") -> Finding:
    """Return what keeps a version from being published."""
    return Finding(code=code, sentence=sentence, is_error=True, place=place)


def warning(code: str, sentence: str, *, place: str = "") -> Finding:
    """Return what an administrator should know."""
    return Finding(code=code, sentence=sentence, is_error=False, place=place)


def errors_in(findings: Sequence[Finding]) -> list[Finding]:
    """Return those that block."""
    return [finding for finding in findings if finding.is_error]


def label_of(promise: Promise) -> str:
    """Return what a promise is called in a finding."""
    return f"{metric_name(promise.metric)}, {priority_name(promise.priority)}"


def place_of(promise: Promise) -> str:
    """Return the name of a promise's row in a form."""
    return f"{promise.metric.value}_{promise.priority}"
