"""Shapes of cases and what is said in them."""

from typing import Any, cast

from rest_framework import serializers

from cases.states import CaseState, Channel
from problems.linking import LONGEST_NOTE, LinkReason
from servicedesk.api.shapes.fields import (
    Listing,
    Shown,
    Taken,
    Versioned,
    anyway,
    choice,
    number,
    number_shown,
    shown,
    text_shown,
    time_shown,
    version_field,
    words,
    yes_shown,
)

STATES = [state.value for state in CaseState]
CHANNELS = [channel.value for channel in Channel]
REASONS = [reason.value for reason in LinkReason]


class CaseFilters(Listing):
    """Which cases. A customer's token may ask for `state`, `product` and `updated_since`."""

    state = choice(*STATES, default="")
    owner = words(longest=254, says="E-mail address of a colleague, or `none`.")
    queue = words(longest=80, says="Short name of a department, or `none`.")
    priority = serializers.IntegerField(required=False, min_value=1, max_value=4)
    channel = choice(*CHANNELS, default="")
    product = words(longest=120, says="Short name of a product.")
    contact_email = words(longest=254)
    contact = number(is_needed=False, says="Id of a contact.")
    external_id = words(longest=120)
    problem = number(is_needed=False, says="Number of the problem behind the cases.")
    needs_attention = serializers.BooleanField(required=False, allow_null=True, default=None)
    view = number(is_needed=False, says="Id of a shared view: the cases that it shows.")
    updated_since = serializers.DateTimeField(
        required=False, help_text="The last message is not older than this moment."
    )
    words = words(
        longest=200,
        says="Words of the subject or of a message, a number, an address: the newest 200 that match.",
    )


class NewCase(Taken):
    """A case to open. A customer's token needs no contact: it is its own."""

    contact_email = serializers.EmailField(
        required=False, allow_blank=True, default="", max_length=254
    )
    contact_name = words(longest=160)
    subject = words(longest=500)
    body = words()
    channel = choice("api", "phone", "chat", "social", default="api", says="How we were reached.")
    product = words(longest=120)
    priority = serializers.IntegerField(min_value=1, max_value=4, default=3)
    category = words(longest=80)
    wanted_outcome = words(longest=5000)
    external_id = serializers.CharField(
        max_length=120, required=False, allow_null=True, default=None
    )


class OwnCaseShape(Shown):
    """A case as its customer sees it."""

    number = number_shown()
    subject = text_shown()
    state = text_shown()
    channel = text_shown()
    product = shown("product.name")
    wanted_outcome = text_shown()
    opened_at = time_shown()
    last_message_at = time_shown()
    resolved_at = time_shown(is_nullable=True)
    closed_at = time_shown(is_nullable=True)


class CaseShape(OwnCaseShape):
    """A case as staff sees it."""

    contact = serializers.IntegerField(source="contact_id", read_only=True)
    contact_name = shown("contact.name")
    contact_email = serializers.SerializerMethodField()
    organisation = shown("organisation.name")
    priority = number_shown()
    category = text_shown()
    queue = shown("queue.name")
    owner = shown("owner.name")
    owner_email = shown("owner.email")
    needs_attention = yes_shown()
    next_look_at = time_shown()
    first_contact_at = time_shown()
    external_id = serializers.CharField(read_only=True, allow_null=True)
    problem = serializers.SerializerMethodField()
    version = number_shown()

    def get_contact_email(self, case: Any) -> str | None:
        """Return the contact's first e-mail address, which the query has added."""
        return cast("str | None", case.mail_of_contact)

    def get_problem(self, case: Any) -> int | None:
        """Return the number of the problem behind the case, which the query has added."""
        return cast("int | None", case.number_of_problem)


def mail_address_among(addresses: Any) -> str | None:
    """Return the primary e-mail address, else the first one, or None; no query."""
    mails = [address for address in addresses if address.kind == "mail"]
    mails.sort(key=lambda address: (not address.is_primary, address.pk))
    return mails[0].value if mails else None


class Assignment(Versioned):
    """Who goes on with a case: a colleague, a queue, or a colleague of a queue."""

    owner = words(longest=254, says="E-mail address of a colleague; empty for nobody.")
    queue = words(longest=80, says="Short name of a department; empty for none.")


class NewPriority(Versioned):
    """A priority from 1 (urgent) to 4 (low)."""

    priority = serializers.IntegerField(min_value=1, max_value=4)


class Waiting(Versioned):
    """What the customer is asked for; it is kept as a note."""

    reason = words(longest=2000)


class Solved(Versioned):
    """What solved a case; with a text the customer gets it as the last answer."""

    solution = words(longest=100_000)
    send_anyway = anyway()


class LinkWish(Taken):
    """A problem by its number."""

    problem = number(says="Number of the problem.")


class RejectionWish(LinkWish):
    """A problem that is not the cause of a case, and why; neither reason nor note is needed."""

    reason = choice(*REASONS, default="", says="One of the usual reasons, or empty.")
    note = words(longest=LONGEST_NOTE, says="A line beside it.")


class NewMessage(Taken):
    """Something to say in a case. A customer's token always writes as the customer."""

    text = words(is_needed=True)
    kind = choice("answer", "note", default="answer")
    and_then = choice("", "pend", "resolve", default="")
    send_anyway = anyway()
    version = version_field()
    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True, max_length=150),
        required=False,
        max_length=10,
        default=list,
        help_text="Up to 10 files, 20 MB together, by multipart/form-data.",
    )


class FileShape(Shown):
    """A file of a message."""

    id = number_shown()
    name = text_shown()
    content_type = text_shown()
    size = number_shown()


class MessageShape(Shown):
    """A message of a case: `in` from the customer, `out` to the customer, `note` for colleagues."""

    id = number_shown()
    case = serializers.IntegerField(source="case.number", read_only=True)
    direction = text_shown()
    channel = text_shown()
    author = serializers.SerializerMethodField()
    text = text_shown()
    quoted = text_shown()
    is_automatic = yes_shown()
    at = time_shown()
    files = FileShape(many=True, source="attachments", read_only=True)

    def get_author(self, message: Any) -> str | None:
        """Return who wrote it, or None for an automatic one."""
        if message.contact is not None:
            return str(message.contact.name)
        return str(message.user.name) if message.user is not None else None


class OwnMessageShape(MessageShape):
    """A message as its customer sees it: nobody of us by name."""

    def get_author(self, message: Any) -> str | None:
        """Return the customer's own name, and nobody's of ours."""
        return str(message.contact.name) if message.contact is not None else None


class BlockerShape(Shown):
    """Something that a case waits or waited for: an answer, a fix, a workaround, a task."""

    kind = text_shown()
    since = time_shown()
    cleared_at = time_shown(is_nullable=True)


class SuggestionShape(Shown):
    """A problem that may be, or is, behind a case; `score` from 0 to 1 says how sure that seemed.

    `is_automatic` marks a link that the matching made by itself.
    """

    problem = serializers.IntegerField(source="problem.number", read_only=True)
    title = shown("problem.title")
    state = shown("problem.state")
    kind = text_shown()
    score = serializers.SerializerMethodField()
    is_automatic = yes_shown()

    def get_score(self, link: Any) -> float | None:
        """Return how alike case and problem are, or None where a person linked them."""
        return link.score / 1000 if link.score is not None else None


class EntryShape(Shown):
    """One line of the history."""

    at = time_shown()
    action = text_shown()
    sentence = text_shown()
    who = text_shown()
    by_customer = yes_shown()
    changes = serializers.DictField(read_only=True)


class StepOfProgress(Shown):
    """A stay of the problem behind an issue, by the name that customers read."""

    department = text_shown()
    stage = text_shown()
    entered_at = time_shown()


class MoveShape(Shown):
    """A time that a customer was told and that moved; `because` is a code of the public ones."""

    was_due_at = time_shown()
    moved_at = time_shown()
    because = text_shown()
    words = text_shown()


class HearByShape(Shown):
    """Until when a customer hears from us; `kind` is answer, update or promise."""

    kind = text_shown()
    due_at = time_shown()
    is_over = yes_shown()
    words = text_shown()
    moves = MoveShape(many=True, read_only=True)


class MovedDateShape(Shown):
    """A date for the fix that was said and holds no more, and why; in public words."""

    expected_on = serializers.DateField(read_only=True)
    latest_on = serializers.DateField(read_only=True)
    moved_at = time_shown()
    reason = text_shown()


class NewsShape(Shown):
    """What everybody affected was told meanwhile."""

    text = text_shown()
    told_at = time_shown()


class ProgressShape(Shown):
    """How far the issue of a customer is: the problem behind it in public words."""

    number = number_shown()
    state = text_shown()
    stage = serializers.CharField(read_only=True, allow_null=True)
    says = text_shown()
    cause = text_shown()
    workaround = text_shown()
    solution = text_shown()
    expected_on = serializers.DateField(read_only=True, allow_null=True)
    latest_on = serializers.DateField(read_only=True, allow_null=True)
    others = number_shown()
    confirmed_at = time_shown(is_nullable=True)
    answer_by = time_shown(is_nullable=True)
    hear_by = HearByShape(read_only=True, allow_null=True)
    moved = MovedDateShape(many=True, read_only=True)
    news = NewsShape(many=True, read_only=True)
    steps = StepOfProgress(many=True, read_only=True)


class OwnWords(Taken):
    """What the customer adds, if anything."""

    text = words(longest=100_000)
