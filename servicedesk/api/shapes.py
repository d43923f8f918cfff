"""The shapes of the interface: what is taken, and what is given, field by field."""

from typing import Any

from rest_framework import serializers

from problems.states import Outcome

Plain = serializers.Serializer[Any]


def words(*, longest: int = 200_000, is_needed: bool = False) -> serializers.CharField:
    """Return a field for text; an optional one is empty when it is not sent."""
    if is_needed:
        return serializers.CharField(max_length=longest)
    return serializers.CharField(max_length=longest, required=False, allow_blank=True, default="")


def shown(source: str) -> serializers.CharField:
    """Return a field that shows a text from elsewhere, or null."""
    return serializers.CharField(source=source, read_only=True, allow_null=True)


# ---- cases -----------------------------------------------------------------------------------


class NewCase(Plain):
    """A case to open. A customer's token needs no contact: it is its own."""

    contact_email = serializers.EmailField(
        required=False, allow_blank=True, default="", max_length=254
    )
    contact_name = words(longest=160)
    subject = words(longest=500)
    body = words()
    product = words(longest=120)
    priority = serializers.IntegerField(min_value=1, max_value=4, default=3)
    category = words(longest=80)
    wanted_outcome = words(longest=5000)
    external_id = serializers.CharField(
        max_length=120, required=False, allow_null=True, default=None
    )


class OwnCaseShape(Plain):
    """A case as its customer sees it."""

    number = serializers.IntegerField(read_only=True)
    subject = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)
    channel = serializers.CharField(read_only=True)
    product = shown("product.name")
    wanted_outcome = serializers.CharField(read_only=True)
    opened_at = serializers.DateTimeField(read_only=True)
    last_message_at = serializers.DateTimeField(read_only=True)
    resolved_at = serializers.DateTimeField(read_only=True, allow_null=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)


class CaseShape(OwnCaseShape):
    """A case as staff sees it."""

    contact_name = shown("contact.name")
    contact_email = serializers.SerializerMethodField()
    organisation = shown("organisation.name")
    priority = serializers.IntegerField(read_only=True)
    category = serializers.CharField(read_only=True)
    queue = shown("queue.name")
    owner = shown("owner.name")
    needs_attention = serializers.BooleanField(read_only=True)
    next_look_at = serializers.DateTimeField(read_only=True)
    first_contact_at = serializers.DateTimeField(read_only=True)
    external_id = serializers.CharField(read_only=True, allow_null=True)
    problem = serializers.SerializerMethodField()
    version = serializers.IntegerField(read_only=True)

    def get_contact_email(self, case: Any) -> str | None:
        """Return the contact's first e-mail address; the addresses are prefetched."""
        return mail_address_among(case.contact.addresses.all())

    def get_problem(self, case: Any) -> int | None:
        """Return the number of the problem behind the case; the links are prefetched."""
        return next(
            (link.problem.number for link in case.links.all() if link.kind == "confirmed"), None
        )


def mail_address_among(addresses: Any) -> str | None:
    """Return the primary e-mail address, else the first one, or None; no query."""
    mails = [address for address in addresses if address.kind == "mail"]
    mails.sort(key=lambda address: (not address.is_primary, address.pk))
    return mails[0].value if mails else None


class NewMessage(Plain):
    """Something to say in a case. A customer's token always writes as the customer."""

    text = words(is_needed=True)
    kind = serializers.ChoiceField(choices=["answer", "note"], default="answer")
    and_then = serializers.ChoiceField(choices=["", "pend", "resolve"], default="")


class FileShape(Plain):
    """A file of a message."""

    name = serializers.CharField(read_only=True)
    content_type = serializers.CharField(read_only=True)
    size = serializers.IntegerField(read_only=True)


class MessageShape(Plain):
    """A message of a case: `in` from the customer, `out` to the customer, `note` for colleagues."""

    case = serializers.IntegerField(source="case.number", read_only=True)
    direction = serializers.CharField(read_only=True)
    channel = serializers.CharField(read_only=True)
    author = serializers.SerializerMethodField()
    text = serializers.CharField(read_only=True)
    quoted = serializers.CharField(read_only=True)
    is_automatic = serializers.BooleanField(read_only=True)
    at = serializers.DateTimeField(read_only=True)
    files = FileShape(many=True, source="attachments", read_only=True)

    def get_author(self, message: Any) -> str | None:
        """Return who wrote it, or None for an automatic one."""
        if message.contact is not None:
            return str(message.contact.name)
        return str(message.user.name) if message.user is not None else None


class MessagePage(Plain):
    """A page of messages."""

    results = MessageShape(many=True)
    next = serializers.URLField(allow_null=True)


class CasePage(Plain):
    """A page of cases."""

    results = CaseShape(many=True)
    next = serializers.URLField(allow_null=True)


# ---- problems --------------------------------------------------------------------------------


class NewProblem(Plain):
    """A problem to open; `cases` are the numbers of the cases that show it."""

    title = words(longest=200, is_needed=True)
    statement = words()
    category = words(longest=80)
    product = words(longest=120)
    severity = serializers.IntegerField(min_value=1, max_value=4, default=3)
    evidence = words()
    cases = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=10**15), default=list, max_length=500
    )


class ProblemShape(Plain):
    """A problem as staff sees it."""

    number = serializers.IntegerField(read_only=True)
    title = serializers.CharField(read_only=True)
    statement = serializers.CharField(read_only=True)
    category = serializers.CharField(read_only=True)
    product = shown("product.name")
    severity = serializers.IntegerField(read_only=True)
    state = serializers.CharField(read_only=True)
    outcome = serializers.CharField(read_only=True)
    department = serializers.SerializerMethodField()
    due_at = serializers.SerializerMethodField()
    lead = shown("lead.name")
    root_cause = serializers.CharField(read_only=True)
    public_cause = serializers.CharField(read_only=True)
    workaround = serializers.CharField(read_only=True)
    fix = serializers.CharField(read_only=True)
    solution = serializers.CharField(read_only=True)
    is_known_error = serializers.BooleanField(read_only=True)
    expected_on = serializers.DateField(read_only=True, allow_null=True)
    latest_on = serializers.DateField(read_only=True, allow_null=True)
    linked_cases = serializers.IntegerField(read_only=True)
    affected_contacts = serializers.IntegerField(read_only=True)
    discovered_at = serializers.DateTimeField(read_only=True)
    opened_at = serializers.DateTimeField(read_only=True)
    resolved_at = serializers.DateTimeField(read_only=True, allow_null=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    version = serializers.IntegerField(read_only=True)

    def get_department(self, problem: Any) -> str | None:
        """Return who has it now; the open legs are in the context."""
        leg = self.context["open_legs"].get(problem.pk)
        return str(leg.department.name) if leg else None

    def get_due_at(self, problem: Any) -> str | None:
        """Return until when the department has, ISO 8601, or None."""
        leg = self.context["open_legs"].get(problem.pk)
        return str(leg.due_at.isoformat()) if leg else None


class ProblemPage(Plain):
    """A page of problems."""

    results = ProblemShape(many=True)
    next = serializers.URLField(allow_null=True)


class LegShape(Plain):
    """One stay with one department in one stage; `step` is why it began."""

    department = serializers.CharField()
    stage = serializers.CharField()
    entered_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    left_at = serializers.DateTimeField(allow_null=True)
    step = serializers.CharField()
    delay_seconds = serializers.IntegerField()


class DetourShape(Plain):
    """One way around."""

    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    cause = serializers.CharField()


class JourneyShape(Plain):
    """The way of a problem through the departments."""

    number = serializers.IntegerField()
    state = serializers.CharField()
    discovered_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    legs = LegShape(many=True)
    detours = DetourShape(many=True)


class ToldShape(Plain):
    """One thing that somebody was told."""

    message = serializers.CharField(read_only=True)
    at = serializers.DateTimeField(read_only=True)
    channel = serializers.CharField(read_only=True)


class AffectedShape(Plain):
    """One customer whom a problem affects: how found, what told, whether it works now."""

    contact = serializers.SerializerMethodField()
    found = serializers.CharField(read_only=True)
    found_at = serializers.DateTimeField(read_only=True)
    told = ToldShape(many=True, source="told.all", read_only=True)
    confirmed_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def get_contact(self, row: Any) -> str:
        """Return the contact's e-mail address, or the name of one without."""
        return mail_address_among(row.contact.addresses.all()) or str(row.contact.name)


class AffectedPage(Plain):
    """A page of the ledger."""

    results = AffectedShape(many=True)
    next = serializers.URLField(allow_null=True)


STEPS = (
    "route", "take", "accept", "refuse", "hand_over", "root_cause", "workaround", "fix",
    "fix_wanting", "resolve", "estimate", "note", "evidence", "link", "reject", "unlink",
    "end_without_fix", "close", "reopen",
)  # fmt: skip


class Step(Plain):
    """A step of a problem. Which of the other fields count depends on `step`.

    route, take, hand_over: `department` · refuse, hand_over, fix_wanting, reopen: `reason` ·
    refuse: `better_owner` · root_cause: `root_cause`, `public_cause` · workaround: `workaround` ·
    fix: `fix` · resolve: `solution` · estimate: `expected_on`, `latest_on`, `confidence`,
    `is_public`, `reason` · note, evidence: `text` · link, reject, unlink: `case` ·
    end_without_fix: `outcome`, `reason`.
    """

    step = serializers.ChoiceField(choices=STEPS)
    department = words(longest=80)
    better_owner = words(longest=80)
    reason = words(longest=5000)
    root_cause = words()
    public_cause = words()
    workaround = words()
    fix = words()
    solution = words()
    text = words()
    expected_on = serializers.DateField(required=False, allow_null=True, default=None)
    latest_on = serializers.DateField(required=False, allow_null=True, default=None)
    confidence = serializers.ChoiceField(choices=["low", "medium", "high"], default="medium")
    is_public = serializers.BooleanField(default=False)
    outcome = serializers.ChoiceField(
        choices=[o.value for o in Outcome if o is not Outcome.FIX_APPLIED], default="cancelled"
    )
    case = serializers.IntegerField(
        min_value=1, max_value=10**15, required=False, allow_null=True, default=None
    )
    version = serializers.IntegerField(required=False, allow_null=True, default=None)


class ProblemDocument(Plain):
    """A refusal (RFC 9457): `code` to act on, two sentences to read."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = serializers.DictField(required=False)  # type: ignore[assignment]
