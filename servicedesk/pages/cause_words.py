"""What a search for a cause looks like on pages: verdicts, the tree, the same as text."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from servicedesk.pages.cause_picture import Supposed

VERDICTS = {
    "open": gettext_lazy("Not known yet"),
    "ruled_out": gettext_lazy("Ruled out"),
    "confirmed": gettext_lazy("Confirmed"),
}
TONES = {"open": "warning", "ruled_out": "line", "confirmed": "good"}
KINDS = {
    "chain": gettext_lazy("Questions, one after the other"),
    "tree": gettext_lazy("Categories in which causes are sought"),
}


def supposed(branch: Any) -> Supposed:
    """Return a branch as the picture takes it; no query."""
    cause = branch.cause
    return Supposed(
        number=cause.number,
        words=cause.words,
        verdict=cause.verdict,
        verdict_words=str(VERDICTS[cause.verdict]),
        category=cause.category if cause.parent_id is None else "",
        deeper=tuple(supposed(one) for one in branch.deeper),
    )


def causes_shown(
    branches: Sequence[Any], *, questions: Sequence[str] = (), depth: int = 0
) -> list[dict[str, Any]]:
    """Return the tree as a flat list in reading order, each with its depth; no query."""
    found: list[dict[str, Any]] = []
    for branch in branches:
        cause = branch.cause
        found.append(
            {
                "number": cause.number,
                "depth": depth,
                "level": min(depth, 6),
                "question": questions[depth] if depth < len(questions) else "",
                "category": cause.category if depth == 0 else "",
                "words": cause.words,
                "verdict": cause.verdict,
                "verdict_label": str(VERDICTS[cause.verdict]),
                "tone": TONES[cause.verdict],
                "because": cause.because,
                "added_by": cause.added_by.name if cause.added_by else "",
                "added_at": cause.added_at,
                "decided_by": cause.decided_by.name if cause.decided_by else "",
                "decided_at": cause.decided_at,
                "evidence": [
                    {"text": one.text, "author": one.user.name if one.user else "", "at": one.at}
                    for one in branch.evidence
                ],
                "may_go_on": cause.verdict != "ruled_out",
            }
        )
        found += causes_shown(branch.deeper, questions=questions, depth=depth + 1)
    return found
