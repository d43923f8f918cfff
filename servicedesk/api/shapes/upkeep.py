"""Shapes of what failed, what was held back, what happened, and what is proven."""

from rest_framework import serializers

from servicedesk.api.shapes.cases import EntryShape
from servicedesk.api.shapes.fields import (
    LARGEST_NUMBER,
    Listing,
    Shown,
    Taken,
    choice,
    number_shown,
    text_shown,
    time_shown,
    words,
)
from workflow.history.actions import Action

UNDECIDED = ("quarantined", "loop", "bounce", "auto_reply")


class LetterFilters(Listing):
    """Which dead letters: news within the desk, or effects such as mails."""

    kind = choice("news", "effect", default="news")


class LetterShape(Shown):
    """Something that could not be delivered."""

    id = number_shown()
    kind = text_shown()
    what = text_shown()
    about = text_shown()
    why = text_shown()
    attempts = number_shown()
    since = time_shown()


class LetterDecision(Taken):
    """What becomes of a dead letter."""

    decision = choice("retry", "give_up")


class DecidedLetterShape(Shown):
    """What was decided about a dead letter."""

    id = number_shown()
    kind = text_shown()
    decision = text_shown()


class StuckApprovalShape(Shown):
    """An approval about which nobody can be asked on: how often it was tried, and when again."""

    id = number_shown()
    problem = serializers.IntegerField(source="problem.number", read_only=True)
    step = serializers.CharField(source="step_key", read_only=True)
    due_at = time_shown()
    attempts = serializers.IntegerField(source="failed_asks", read_only=True)
    why = serializers.CharField(source="ask_error", read_only=True)
    next_try_at = serializers.DateTimeField(source="ask_again_at", read_only=True)


class MailFilters(Listing):
    """Which mails that became no message."""

    outcome = choice(*UNDECIDED, default="")


class MailShape(Shown):
    """A mail that became no message, by its headers."""

    id = number_shown()
    from_address = text_shown()
    subject = text_shown()
    received_at = time_shown()
    outcome = text_shown()
    reason = text_shown()
    size = number_shown()


class MailLookShape(MailShape):
    """A mail with its first 4 kB as harmless text."""

    text = text_shown()


class MailDecision(Taken):
    """What becomes of a mail: read it again, take it whatever the filters say, or reject it."""

    decision = choice("retry", "release", "reject")
    reason = words(longest=200, says="Why it is rejected; needed for that.")


class DecidedMailShape(Shown):
    """What became of a mail."""

    id = number_shown()
    outcome = text_shown()
    reason = text_shown()
    case = serializers.IntegerField(read_only=True, allow_null=True)


class HistoryFilters(Listing):
    """Which lines of the history."""

    subject_kind = words(longest=20, says="Such as case, problem, user, apitoken.")
    subject_id = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_NUMBER)
    action = choice(*(action.value for action in Action), default="")
    since = serializers.DateTimeField(required=False)


class LineShape(EntryShape):
    """One line of the history of everything."""

    id = number_shown()
    subject_kind = text_shown()
    subject_id = number_shown()
    source = text_shown()  # type: ignore[assignment]


class RuleProofShape(Shown):
    """One rule, and what breaks it."""

    code = text_shown()
    says = text_shown()
    violations = number_shown()
    examples = serializers.ListField(child=serializers.CharField(), read_only=True)


class ProofShape(Shown):
    """Whether everything holds."""

    violations = number_shown()
    rules = RuleProofShape(many=True, read_only=True)
